package dev.onoma.server.listen;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// What operators hear of limits.
final class LimitsTest {
    private final LoggedLimits logged = new LoggedLimits();

    static Set<String> labels() {
        return Meanings.labels();
    }

    @ParameterizedTest
    @MethodSource("labels")
    void theFirstTimeIsALineThatSaysWhatToDo(String label) {
        assertThat(logged.reached(label)).isZero();
        logged.limits().reached(label);
        logged.limits().reached(label);
        assertThat(logged.reached(label)).isEqualTo(2);
        assertThat(logged.lines())
                .singleElement()
                .asString()
                .matches("limit reached: [a-z].*; .*: .+ \\(limit=\"" + label + "\"\\)")
                .containsPattern(
                        "-Donoma\\.[a-z.]+[a-z]|max_[a-z_]+ of [a-z]|timeouts \\{ [a-z]+ \\}"
                                + "|udp_session_tracking of proxyproto|net\\.core");
    }

    @Test
    void aMetricThatIsFullIsALimitToo() {
        System.setProperty("onoma.metrics.series.max", "100");
        try {
            var few = new LoggedLimits();
            var family = few.metrics().counters("test_total", "", "name");
            for (int i = 0; i < 100; i++) {
                family.with("name" + i).inc();
            }
            assertThat(few.lines()).isEmpty();
            family.with("c").inc();
            family.with("d").inc();
            assertThat(family.with("other").value()).isEqualTo(2);
            assertThat(few.lines()).anyMatch(line -> line.contains("(limit=\"series\")"));
        } finally {
            System.clearProperty("onoma.metrics.series.max");
        }
    }

    @Test
    void theLargestOfAllEventLoopsIsShown() {
        var one = new Largest();
        var other = new Largest();
        logged.limits().levelsOfConnections().show(one);
        logged.limits().levelsOfConnections().show(other);
        one.see(Largest.Of.PINGS, 7);
        other.see(Largest.Of.PINGS, 9);
        other.see(Largest.Of.PINGS, 8);
        one.show();
        other.show();
        logged.limits().levelsOfConnections().swept();
        assertThat(largest("pings")).isEqualTo(9);
        other.show();
        logged.limits().levelsOfConnections().swept();
        assertThat(largest("pings")).isEqualTo(7);
    }

    private double largest(String of) {
        return logged.metrics()
                .gauges("onoma_largest_of_one_connection", "", "of")
                .with(of)
                .value();
    }
}
