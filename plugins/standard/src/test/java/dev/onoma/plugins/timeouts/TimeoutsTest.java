package dev.onoma.plugins.timeouts;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.onoma.api.Handler;
import dev.onoma.api.TcpLimits;
import dev.onoma.testkit.Bench;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class TimeoutsTest {
    private final Bench bench = new Bench("example.org.");

    private TcpLimits limits(String directives) {
        assertThat(bench.setup(new Timeouts(), directives)).isSameAs(Handler.PASS);
        return bench.setting(TcpLimits.class).orElseThrow();
    }

    @Test
    void whatIsNotSetIsAsItWas() {
        assertThat(limits("timeouts {\nread 1m\n}"))
                .isEqualTo(
                        new TcpLimits(
                                Duration.ofMinutes(1),
                                Duration.ofSeconds(5),
                                Duration.ofSeconds(10),
                                0));
        assertThat(limits("timeouts {\nread 20\nwrite 24h\nidle 1s\nmaxtcpqueries 128\n}"))
                .isEqualTo(
                        new TcpLimits(
                                Duration.ofSeconds(20),
                                Duration.ofHours(24),
                                Duration.ofSeconds(1),
                                128));
        assertThat(limits("timeouts {\nmaxtcpqueries 7\n}\ntimeouts {\nmaxtcpqueries -1\n}"))
                .isEqualTo(TcpLimits.DEFAULT);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "timeouts | timeouts block with no timeouts specified",
                "timeouts { ; } | timeouts block with no timeouts specified",
                "timeouts 5s { ; read 5s ; } | \"timeouts\" takes no arguments",
                "timeouts { ; read ; } | DURATION is missing",
                "timeouts { ; read 0s ; } | DURATION is a duration from 1s to 24h0m0s, not 0s",
                "timeouts { ; idle 25h ; } | DURATION is a duration from 1s to 24h0m0s, not 25h0m0s",
                "timeouts { ; write x ; } | DURATION is a duration such as",
                "timeouts { ; foo 5s ; } | there is no property \"foo\"",
                "timeouts { ; maxtcpqueries 0 ; } | N is -1 (unlimited) or a positive integer, not 0",
                "timeouts { ; maxtcpqueries -2 ; } | N is a whole number of at least -1, not -2",
                "timeouts { ; maxtcpqueries x ; } | N is a whole number",
            })
    void mistakesAreExplained(String directives, String message) {
        assertThatThrownBy(() -> bench.setup(new Timeouts(), directives.replace(";", "\n")))
                .hasMessageContaining("plugin/timeouts: " + message);
    }
}
