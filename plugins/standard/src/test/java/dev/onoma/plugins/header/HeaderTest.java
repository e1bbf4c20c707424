package dev.onoma.plugins.header;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.onoma.api.Outcome;
import dev.onoma.testkit.Bench;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.xbill.DNS.Flags;
import org.xbill.DNS.Rcode;

final class HeaderTest {
    private final Bench bench = new Bench("example.org.");

    private org.xbill.DNS.Header flags(String block) {
        var query = bench.query("example.org.", "A");
        var handler = bench.setup(new Header(), "header {\n" + block + "\n}");
        var outcome = handler.handle(query, asked -> asked.reply().authoritative().build());
        return bench.encoded(query, outcome).getHeader();
    }

    @Test
    void flagsOfResponsesAreSetAndClearedInAnyCaseAndTheLastRuleWins() {
        var header = flags("response SET RA rd\nresponse clear aa RD\n Response set ra");
        assertThat(header.getFlag(Flags.RA)).isTrue();
        assertThat(header.getFlag(Flags.AA)).isFalse();
        assertThat(header.getFlag(Flags.RD)).isFalse();
    }

    @Test
    void flagsOfQueriesAreSeenBehind() {
        var query = bench.query("example.org.", "A");
        var handler = bench.setup(new Header(), "header {\nquery clear rd ra\n}");
        handler.handle(
                query,
                asked -> {
                    assertThat(asked.recursionDesired()).isFalse();
                    return asked.reply().build();
                });
    }

    @Test
    void responsesWithoutARuleForThemAreLeftAlone() {
        var header = flags("query set rd");
        assertThat(header.getFlag(Flags.AA)).isTrue();
        assertThat(header.getFlag(Flags.RD)).isTrue();
        assertThat(header.getRcode()).isEqualTo(Rcode.NOERROR);
    }

    @Test
    void failuresAreNotTouched() {
        var handler = bench.setup(new Header(), "header {\nresponse set ra\n}");
        assertThat(handler.handle(bench.query("a.", "A"), Bench.NOTHING))
                .isInstanceOf(Outcome.Failed.class);
    }

    @Test
    void theFirstDirectiveWithRulesCounts() {
        var handler =
                bench.setup(
                        new Header(),
                        "header\nheader {\nresponse set ra\n}\nheader {\nresponse clear ra\n}");
        var query = bench.query("example.org.", "A");
        var outcome = handler.handle(query, asked -> asked.reply().build());
        assertThat(bench.encoded(query, outcome).getHeader().getFlag(Flags.RA)).isTrue();
        assertThat(bench.warnings()).hasSize(2);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "header | a rule is missing",
                "header { ;  reply set aa ; } | invalid selector \"reply\", should be query or response",
                "header { ;  query toggle aa ; } | unknown flag action \"toggle\", should be set or clear",
                "header { ;  query set tc ; } | unknown/unsupported flag \"tc\"",
                "header { ;  query set ; } | FLAG is missing after \"set\"",
                "header { ;  query ; } | flag action (set or clear) is missing after \"query\"",
            })
    void mistakesAreExplained(String directive, String message) {
        assertThatThrownBy(() -> bench.setup(new Header(), directive.replace(";", "\n")))
                .hasMessageContaining("plugin/header: " + message);
    }
}
