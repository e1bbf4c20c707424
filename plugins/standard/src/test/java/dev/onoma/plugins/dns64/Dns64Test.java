package dev.onoma.plugins.dns64;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.onoma.api.Outcome;
import dev.onoma.testkit.Bench;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.xbill.DNS.DClass;
import org.xbill.DNS.Section;

final class Dns64Test {
    private final Bench bench = new Bench("test.");

    @Test
    void whatIsWrittenIsRead() {
        var options =
                Dns64.read(
                        dev.onoma.testkit.Directives.parseAll(
                                        "dns64 64::/96 {\nprefix 2001:db8::/32\nallow_ipv4\n}",
                                        _ -> {})
                                .getFirst());
        assertThat(options.prefix().prefixLength()).isEqualTo(32);
        assertThat(options.fromIpv4()).isTrue();
        assertThat(options.always()).isFalse();
    }

    @Test
    void anAnswerStaysWhenThereAreNoIpv4Addresses() {
        // The bench refuses to look further names up.
        var handler = bench.setup(new Dns64(), "dns64 {\nallow_ipv4\n}");
        var query = bench.query("a.test.", "AAAA");
        var answer = handler.handle(query, q -> q.reply().authoritative().build());
        assertThat(bench.encoded(query, answer).getHeader().getFlag(org.xbill.DNS.Flags.AA))
                .isTrue();
        assertThat(bench.encoded(query, answer).getSection(Section.ANSWER)).isEmpty();
        assertThat(
                        bench.metrics()
                                .registry()
                                .getSampleValue(
                                        "coredns_dns64_requests_translated_total",
                                        new String[] {"server"},
                                        new String[] {""}))
                .isEqualTo(1);
    }

    @Test
    void failuresAndOtherClassesPass() {
        var handler = bench.setup(new Dns64(), "dns64 {\nallow_ipv4\n}");
        assertThat(handler.handle(bench.query("a.test.", "AAAA"), Bench.NOTHING))
                .isInstanceOf(Outcome.Failed.class);
        var chaos = bench.query(Bench.message("a.test.", "AAAA", DClass.CH));
        var answer = handler.handle(chaos, q -> q.reply().build());
        assertThat(bench.encoded(chaos, answer).getSection(Section.ANSWER)).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "dns64 x | PREFIX is a network",
                "dns64 10.0.0.0/8 | PREFIX is an IPv6 network, not 10.0.0.0/8",
                "dns64 64::/97 | PREFIX has 32, 40, 48, 56, 64 or 96 bits, not 97",
                "dns64 64::/24 | PREFIX has 32, 40, 48, 56, 64 or 96 bits, not 24",
                "dns64 64::/96 x | \"x\" is one word too many",
                "dns64 { ; foo ; } | there is no property \"foo\"",
                "dns64 { ; translate_all x ; } | \"translate_all\" takes no arguments",
                "dns64 ; dns64 | only be used once",
            })
    void mistakesAreExplained(String text, String message) {
        assertThatThrownBy(() -> bench.setup(new Dns64(), text.replace(" ; ", "\n")))
                .hasMessageContaining(message);
    }
}
