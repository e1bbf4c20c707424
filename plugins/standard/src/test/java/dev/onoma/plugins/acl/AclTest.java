package dev.onoma.plugins.acl;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.onoma.api.Addresses;
import dev.onoma.api.Cidr;
import dev.onoma.api.Handler;
import dev.onoma.api.Outcome;
import dev.onoma.testkit.Bench;
import java.util.ArrayList;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.xbill.DNS.Rcode;

final class AclTest {
    private final Bench bench = new Bench("example.org.");

    private Handler acl(String lines) {
        return bench.setup(new Acl(), lines.replace(";", "\n"));
    }

    private String ask(Handler acl, String name, String type) {
        var outcome =
                acl.handle(bench.query(name, type), q -> q.reply().rcode(Rcode.NXDOMAIN).build());
        return switch (outcome) {
            case Outcome.Reply(var response) ->
                    Rcode.string(response.rcode()) + " " + response.ede();
            case Outcome.Dropped _ -> "dropped";
            default -> outcome.toString();
        };
    }

    // The bench's client is 192.0.2.100.
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "acl { ; block net 192.0.2.0/24 ; } | REFUSED 15",
                "acl { ; filter net 192.0.2.100 ; } | NOERROR 17",
                "acl { ; drop ; } | dropped",
                "acl { ; allow ; block ; } | NXDOMAIN -1",
                "acl { ; block type AAAA ; } | NXDOMAIN -1",
                "acl { ; block type AAAA A ; } | REFUSED 15",
                "acl { ; block net 10.0.0.0/8 2001:db8::/32 ; } | NXDOMAIN -1",
                "acl { ; block net 10.0.0.0/8 * ; } | REFUSED 15",
                "acl { ; block net ::ffff:192.0.2.0/120 ; } | REFUSED 15",
                "acl example.net { ; block ; } | NXDOMAIN -1",
                "acl www.example.org { ; block ; } | REFUSED 15",
                "acl | NXDOMAIN -1",
                "acl { ; allow type A ; } ; acl { ; block ; } | NXDOMAIN -1",
                "acl { ; allow type MX ; } ; acl { ; block ; } | REFUSED 15",
            })
    void theFirstLineThatFitsDecides(String lines, String result) {
        assertThat(ask(acl(lines), "www.example.org.", "A")).isEqualTo(result);
    }

    @Test
    void everythingIsCounted() {
        var acl = acl("acl www.example.org { ; block type A ; filter type TXT ; drop type MX ; }");
        for (var type : new String[] {"A", "TXT", "MX", "AAAA"}) {
            ask(acl, "www.example.org.", type);
        }
        ask(acl, "example.org.", "A");
        for (var what : new String[] {"blocked", "filtered", "dropped"}) {
            assertThat(
                            bench.metrics()
                                    .registry()
                                    .getSampleValue(
                                            "coredns_acl_" + what + "_requests_total",
                                            new String[] {"server", "zone", "view"},
                                            new String[] {"", "www.example.org.", ""}))
                    .isEqualTo(1);
        }
        assertThat(
                        bench.metrics()
                                .registry()
                                .getSampleValue(
                                        "coredns_acl_allowed_requests_total",
                                        new String[] {"server", "view"},
                                        new String[] {"", ""}))
                .isEqualTo(2);
    }

    @Test
    void aTableOfNetworksKnowsWhatTheNetworksKnow() throws Exception {
        var random = new Random(53);
        var networks = new ArrayList<Cidr>();
        for (int i = 0; i < 300; i++) {
            networks.add(
                    Cidr.parse(
                                    "10.%d.%d.0/%d"
                                            .formatted(
                                                    random.nextInt(4),
                                                    random.nextInt(256),
                                                    15 + random.nextInt(18)))
                            .orElseThrow());
            networks.add(
                    Cidr.parse(
                                    "fd00:%x:%x::/%d"
                                            .formatted(
                                                    random.nextInt(4),
                                                    random.nextInt(9),
                                                    30 + random.nextInt(70)))
                            .orElseThrow());
        }
        networks.add(Cidr.parse("255.255.255.0/24").orElseThrow());
        networks.add(Cidr.parse("ffff::/16").orElseThrow());
        var table = new Networks(networks);
        for (int i = 0; i < 20_000; i++) {
            var address =
                    Addresses.parse(
                                    i % 2 == 0
                                            ? "10.%d.%d.%d"
                                                    .formatted(
                                                            random.nextInt(5),
                                                            random.nextInt(256),
                                                            random.nextInt(256))
                                            : "fd00:%x:%x::%x"
                                                    .formatted(
                                                            random.nextInt(5),
                                                            random.nextInt(10),
                                                            random.nextInt(65536)))
                            .orElseThrow();
            assertThat(table.contains(address))
                    .as(address.toString())
                    .isEqualTo(networks.stream().anyMatch(n -> n.contains(address)));
        }
        assertThat(table.contains(Addresses.parse("255.255.255.255").orElseThrow())).isTrue();
        assertThat(table.contains(Addresses.parse("ffff::1").orElseThrow())).isTrue();
        assertThat(table.contains(Addresses.parse("0.0.0.0").orElseThrow())).isFalse();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "acl { ; foo ; } | there is no property \"foo\"",
                "acl { ; block foo ; } | unexpected word \"foo\"; expected type or net",
                "acl { ; block type ; } | QTYPE is missing after \"type\"",
                "acl { ; block type net 10.0.0.0/8 ; } | QTYPE is missing after \"type\"",
                "acl { ; block type a ; } | QTYPE is a record type such as AAAA, not \"a\"",
                "acl { ; block net ; } | SOURCE is missing after \"net\"",
                "acl { ; block net 10.0.0.0/33 ; } | SOURCE is a network such as",
            })
    void mistakesAreExplained(String lines, String message) {
        assertThatThrownBy(() -> acl(lines)).hasMessageContaining("plugin/acl: " + message);
    }

    @Test
    void whatFollowsAnAsteriskIsIgnored() {
        var acl = acl("acl { ; block type * foo net * bar ; }");
        assertThat(ask(acl, "www.example.org.", "A")).isEqualTo("REFUSED 15");
        assertThat(bench.warnings()).hasSize(2);
    }
}
