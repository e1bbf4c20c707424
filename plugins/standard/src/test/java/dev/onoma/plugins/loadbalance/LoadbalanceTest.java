package dev.onoma.plugins.loadbalance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.onoma.api.Handler;
import dev.onoma.api.Names;
import dev.onoma.api.WireSections;
import dev.onoma.testkit.Bench;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.xbill.DNS.DClass;
import org.xbill.DNS.Rcode;
import org.xbill.DNS.Record;
import org.xbill.DNS.Section;
import org.xbill.DNS.Type;

final class LoadbalanceTest {
    private static final String WEIGHTS =
            """
            # the site
            WWW.example.org
            192.0.2.1 3
            2001:db8::1 255

            192.0.2.2 1
            """;

    private final Bench bench = new Bench("example.org.");
    @TempDir Path directory;

    private static Record record(int type, String data) {
        try {
            return Record.fromString(
                    Names.of("www.example.org."), type, DClass.IN, 60, data, Names.of("."));
        } catch (IOException e) {
            throw new IllegalArgumentException(e);
        }
    }

    private static Record address(String text) {
        return record(Type.A, text);
    }

    private List<String> ask(Handler handler, String type, int rcode, List<Record> records) {
        var query = bench.query("www.example.org.", type);
        var outcome =
                handler.handle(
                        query,
                        asked -> {
                            var reply = asked.reply().rcode(rcode);
                            records.forEach(reply::answer);
                            return reply.build();
                        });
        return bench.encoded(query, outcome).getSection(Section.ANSWER).stream()
                .map(Record::rdataToString)
                .toList();
    }

    private Map<String, Integer> firsts(Handler handler, int queries) {
        var records = List.of(address("192.0.2.1"), address("192.0.2.2"));
        var firsts = new HashMap<String, Integer>();
        for (int i = 0; i < queries; i++) {
            firsts.merge(ask(handler, "A", Rcode.NOERROR, records).getFirst(), 1, Integer::sum);
        }
        return firsts;
    }

    @Test
    void eachAddressComesFirstAboutAsOften() {
        for (var directive : List.of("loadbalance", "loadbalance round_robin")) {
            var firsts = firsts(bench.setup(new Loadbalance(), directive), 400);
            assertThat(firsts.get("192.0.2.1")).isBetween(120, 280);
        }
    }

    @Test
    void aliasesStayInFront() {
        var loadbalance = bench.setup(new Loadbalance(), "loadbalance");
        var records =
                List.of(
                        record(Type.MX, "1 a."),
                        address("192.0.2.1"),
                        record(Type.CNAME, "x."),
                        address("192.0.2.2"),
                        record(Type.TXT, "t"));
        var order = ask(loadbalance, "A", Rcode.NOERROR, records);
        assertThat(order.subList(0, 2)).containsExactly("x.", "t");
        assertThat(order.subList(2, 4)).containsExactlyInAnyOrder("192.0.2.1", "192.0.2.2");
        assertThat(order.get(4)).isEqualTo("1 a.");
    }

    @ParameterizedTest
    @CsvSource({"AXFR, NOERROR", "IXFR, NOERROR", "A, NXDOMAIN"})
    void transfersAndErrorsKeepTheirOrder(String type, String rcode) {
        var loadbalance = bench.setup(new Loadbalance(), "loadbalance");
        var records = new ArrayList<Record>();
        for (int i = 1; i < 30; i++) {
            records.add(address("192.0.2." + i));
        }
        var expected = records.stream().map(Record::rdataToString).toList();
        assertThat(ask(loadbalance, type, Rcode.value(rcode), records)).isEqualTo(expected);
    }

    @Test
    void preferredNetworksComeFirstInTheirOrder() {
        var loadbalance =
                bench.setup(
                        new Loadbalance(),
                        "loadbalance round_robin {\nprefer 10.0.0.0/8 192.0.2.0/24\nprefer 172.16.0.0/12\n}");
        var records =
                List.of(
                        address("203.0.113.1"),
                        address("172.16.1.1"),
                        address("192.0.2.7"),
                        address("10.9.9.9"));
        assertThat(ask(loadbalance, "A", Rcode.NOERROR, records))
                .containsExactly("10.9.9.9", "192.0.2.7", "172.16.1.1", "203.0.113.1");
    }

    @Test
    void preferenceIsTheLastWordForRecordsThatAreReadyForTheSocket() {
        var loadbalance = bench.setup(new Loadbalance(), "loadbalance {\nprefer 10.0.0.0/8\n}");
        var addresses = new byte[] {9, 0, 0, 1, 10, 0, 0, 2, 11, 0, 0, 3};
        var sections = WireSections.ofAddresses(Type.A, 60, addresses);
        for (int i = 0; i < 20; i++) {
            var query = bench.query("www.example.org.", "A");
            var outcome = loadbalance.handle(query, q -> q.reply().sections(sections).build());
            assertThat(Bench.records(bench.encoded(query, outcome), Section.ANSWER))
                    .hasSize(3)
                    .first()
                    .isEqualTo("www.example.org. 60 IN A 10.0.0.2");
        }
    }

    @Test
    void weightsSayHowOftenAnAddressComesFirst() throws Exception {
        bench.root(directory);
        Files.writeString(directory.resolve("weights"), WEIGHTS);
        var loadbalance = bench.start(new Loadbalance(), "loadbalance weighted weights");
        var firsts = firsts(loadbalance, 1000);
        assertThat(firsts.get("192.0.2.1")).isBetween(680, 820);
        assertThat(bench.logged())
                .containsExactly(
                        "[INFO] plugin/loadbalance: Successfully reloaded weight file "
                                + directory.resolve("weights"));
    }

    @Test
    void changedWeightsAreReadAndBrokenOnesAreNot() throws Exception {
        bench.root(directory);
        var file = directory.resolve("weights");
        Files.writeString(file, WEIGHTS);
        var loadbalance = bench.start(new Loadbalance(), "loadbalance weighted weights");
        Files.writeString(file, "www.example.org\n192.0.2.2 255\n");
        bench.time().advance(Duration.ofSeconds(30));
        assertThat(firsts(loadbalance, 500).get("192.0.2.2")).isGreaterThan(450);
        Files.writeString(file, "www.example.org\n192.0.2.1 0\n");
        bench.time().advance(Duration.ofSeconds(30));
        assertThat(bench.logged().getLast())
                .startsWith("[ERROR] ")
                .contains(":2: wrong weight value:\"0\" in weight file " + file);
        assertThat(firsts(loadbalance, 500).get("192.0.2.2")).isGreaterThan(450);
        bench.stop();
        assertThat(bench.time().waiting()).isZero();
    }

    @Test
    void aMissingFileIsLookedForAgainUnlessReloadIsOff() throws Exception {
        bench.root(directory);
        var loadbalance =
                bench.start(new Loadbalance(), "loadbalance weighted weights {\nreload 1s\n}");
        assertThat(bench.logged().getFirst())
                .startsWith(
                        "[WARNING] plugin/loadbalance: Failed to open weight file:weight file open error")
                .endsWith("Will try again in 1s");
        Files.writeString(directory.resolve("weights"), "www.example.org\n192.0.2.2 255\n");
        bench.time().advance(Duration.ofSeconds(1));
        assertThat(firsts(loadbalance, 500).get("192.0.2.2")).isGreaterThan(450);
        Files.delete(directory.resolve("weights"));
        var again = new Bench("example.org.");
        again.root(directory);
        assertThatThrownBy(() ->
                        again.start(
                                new Loadbalance(), "loadbalance weighted weights {\nreload 0s\n}"))
                .hasMessageContaining("weight file open error");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "192.0.2.1 | wrong domain name:\"192.0.2.1\"",
                "a. ; 192.0.2.x 1 | :2: wrong IP address:\"192.0.2.x\"",
                "a. ; 192.0.2.1 256 | :2: wrong weight value:\"256\"",
                "192.0.2.1 1 | missing domain name",
                "a b c | could not parse weight line:\"a b c\"",
            })
    void mistakesInTheFileEndTheStart(String content, String message) throws IOException {
        bench.root(directory);
        Files.writeString(directory.resolve("weights"), content.replace(" ; ", "\n"));
        assertThatThrownBy(() -> bench.start(new Loadbalance(), "loadbalance weighted weights"))
                .hasMessageContaining("plugin/loadbalance: ")
                .hasMessageContaining(message)
                .hasMessageContaining("in weight file " + directory.resolve("weights"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "loadbalance x | policy is one of round_robin, weighted, not \"x\"",
                "loadbalance round_robin x | \"x\" is one word too many",
                "loadbalance weighted | weight file is missing",
                "loadbalance weighted a b | \"b\" is one word too many",
                "loadbalance weighted a { ;  reload ; } | reload duration is missing",
                "loadbalance weighted a { ;  reload 1s 2s ; } | \"2s\" is one word too many",
                "loadbalance weighted a { ;  reload x ; } | reload duration is a duration such as",
                "loadbalance weighted a { ;  prefer 10.0.0.0/8 ; } | there is no property \"prefer\"",
                "loadbalance { ;  reload 1s ; } | there is no property \"reload\"",
                "loadbalance { ;  prefer 10.0.0.0 ; } | CIDR is a network such as 10.0.0.0/8",
            })
    void mistakesAreExplained(String directive, String message) {
        assertThatThrownBy(() -> bench.setup(new Loadbalance(), directive.replace(";", "\n")))
                .hasMessageContaining("plugin/loadbalance: " + message);
    }
}
