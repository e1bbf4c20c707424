package dev.onoma.plugins.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.onoma.api.Outcome;
import dev.onoma.testkit.Bench;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.xbill.DNS.DClass;
import org.xbill.DNS.Flags;
import org.xbill.DNS.Rcode;
import org.xbill.DNS.Section;

final class LocalTest {
    private static final String SOA_DATA = "SOA localhost. root.localhost. 1 0 0 0 604800";

    private final Bench bench = new Bench(".");

    @ParameterizedTest
    @CsvSource({
        "LocalHost.,               A,    LocalHost. 604800 IN A 127.0.0.1",
        "localhost.,               AAAA, localhost. 604800 IN AAAA 0:0:0:0:0:0:0:1",
        "localhost.,               NS,   localhost. 604800 IN NS localhost.",
        "a.b.localhost.,           A,    a.b.localhost. 604800 IN A 127.0.0.1",
        "localhost.example.org.,   A,    localhost.example.org. 604800 IN A 127.0.0.1",
        "127.in-addr.arpa.,        NS,   127.in-addr.arpa. 604800 IN NS localhost.",
        "1.0.0.127.in-addr.arpa.,  PTR,  1.0.0.127.in-addr.arpa. 604800 IN PTR localhost.",
    })
    void namesOfThisHostAreAnswered(String name, String type, String expected) {
        var answer = bench.answer(bench.setup(new Local(), "local"), name, type);
        assertThat(answer.getHeader().getFlag(Flags.AA)).isFalse();
        assertThat(answer.getSection(Section.ANSWER))
                .singleElement()
                .extracting(r -> r.toString().replaceAll("\\s+", " "))
                .isEqualTo(expected);
    }

    @ParameterizedTest
    @CsvSource({
        "localhost.,                MX,  NOERROR,  localhost.",
        "Printer.localhost.,        MX,  NOERROR,  Printer.localhost.",
        "127.in-addr.arpa.,         A,   NOERROR,  127.in-addr.arpa.",
        "1.0.0.127.in-addr.arpa.,   A,   NOERROR,  127.in-addr.arpa.",
        "2.0.0.127.IN-addr.arpa.,   PTR, NXDOMAIN, 127.IN-addr.arpa.",
        "1.0.in-addr.arpa.,         PTR, NXDOMAIN, 0.in-addr.arpa.",
        "255.255.255.255.in-addr.arpa., PTR, NXDOMAIN, 255.in-addr.arpa.",
    })
    void denialsHaveAnSoaRecord(String name, String type, String rcode, String owner) {
        var answer = bench.answer(bench.setup(new Local(), "local"), name, type);
        assertThat(Rcode.string(answer.getRcode())).isEqualTo(rcode);
        assertThat(answer.getSection(Section.ANSWER)).isEmpty();
        assertThat(answer.getSection(Section.AUTHORITY))
                .singleElement()
                .extracting(r -> r.toString().replaceAll("\\s+", " "))
                .isEqualTo(owner + " 604800 IN " + SOA_DATA);
    }

    @Test
    void theReverseNameOfTheIpv6LoopbackIsLocalhost() {
        var name = "1." + "0.".repeat(31) + "ip6.arpa.";
        var answer = bench.answer(bench.setup(new Local(), "local"), name, "PTR");
        assertThat(answer.getSection(Section.ANSWER))
                .singleElement()
                .asString()
                .endsWith("PTR\tlocalhost.");
        var unspecified = "0.".repeat(32) + "ip6.arpa.";
        var none = bench.answer(bench.setup(new Local(), "local"), unspecified, "PTR");
        assertThat(none.getSection(Section.AUTHORITY)).hasSize(1);
    }

    @Test
    void namesBesideLocalhostAreCountedAndLogged() {
        var local = bench.setup(new Local(), "local");
        bench.answer(local, "localhost.Example.org.", "A");
        var counter = bench.metrics().counters("coredns_local_localhost_requests_total", "").with();
        assertThat(counter.value()).isEqualTo(1);
        assertThat(bench.logged())
                .containsExactly(
                        "[DEBUG] plugin/local: Intercepting localhost query for"
                                + " \"localhost.example.org.\" A, from 192.0.2.100");
    }

    @Test
    void thePrefixCanBeSwitchedOffWhileNamesBelowLocalhostStay() {
        var local = bench.setup(new Local(), "local {\nlocalhost_prefix off\n}");
        assertThat(local.handle(bench.query("localhost.example.org.", "A"), Bench.NOTHING))
                .isInstanceOf(Outcome.Failed.class);
        assertThat(bench.answer(local, "a.localhost.", "A").getSection(Section.ANSWER)).hasSize(1);
    }

    @Test
    void otherNamesAndClassesGoOn() {
        var local = bench.setup(new Local(), "local");
        assertThat(local.handle(bench.query("example.org.", "A"), Bench.NOTHING))
                .isInstanceOf(Outcome.Failed.class);
        var chaos = bench.query(Bench.message("localhost.", "A", DClass.CH));
        assertThat(local.handle(chaos, Bench.NOTHING)).isInstanceOf(Outcome.Failed.class);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "local { ;  localhost_prefix x ; } | localhost_prefix is one of on, off, not \"x\"",
                "local { ;  localhost_prefix ; } | localhost_prefix is missing",
                "local { ;  localhost_prefix on on ; } | \"on\" is one word too many",
                "local { ;  x ; } | there is no property \"x\"",
                "local x | \"local\" takes no arguments",
            })
    void mistakesAreExplained(String directive, String message) {
        assertThatThrownBy(() -> bench.setup(new Local(), directive.replace(";", "\n")))
                .hasMessageContaining("plugin/local: " + message);
    }
}
