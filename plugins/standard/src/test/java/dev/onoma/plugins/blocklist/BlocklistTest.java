package dev.onoma.plugins.blocklist;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.onoma.api.Ede;
import dev.onoma.api.Handler;
import dev.onoma.api.NameKey;
import dev.onoma.api.Names;
import dev.onoma.api.Outcome;
import dev.onoma.testkit.Bench;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.xbill.DNS.Rcode;

final class BlocklistTest {
    @TempDir Path directory;
    private final Bench bench = new Bench(".");

    private String file(String name, String text) throws IOException {
        var file = directory.resolve(name);
        Files.writeString(file, text);
        return file.toString();
    }

    private Handler blocklist(String properties) throws Exception {
        return bench.start(
                new Blocklist(), "blocklist {\n" + properties.replace(";", "\n") + "\n}");
    }

    // `pass`, `drop`, or the response code with the number of answers.
    private String said(Handler handler, String name, String type) {
        var query = bench.query(name, type);
        return switch (handler.handle(query, Bench.NOTHING)) {
            case Outcome.Reply(var r) -> {
                assertThat(r.ede()).isIn(Ede.BLOCKED, Ede.FORGED_ANSWER);
                assertThat(bench.encoded(query, r.build())).isNotNull();
                yield Rcode.string(r.rcode()) + " " + r.count(1);
            }
            case Outcome.Failed _ -> "pass";
            case Outcome.Dropped _ -> "drop";
            case Outcome.Later _ -> "later";
        };
    }

    @Test
    void hostsFilesBlockTheNamesThemselves() throws Exception {
        var handler =
                blocklist(
                        "hosts "
                                + file(
                                        "hosts",
                                        """
                                        # comment
                                        127.0.0.1 localhost
                                        0.0.0.0 Ads.Example tracker.example # both
                                        ::1 six.example
                                        192.0.2.1 own.example
                                        0.0.0.0 bad..name
                                        """));
        assertThat(said(handler, "ads.EXAMPLE.", "A")).isEqualTo("NXDOMAIN 0");
        assertThat(said(handler, "tracker.example.", "TXT")).isEqualTo("NXDOMAIN 0");
        assertThat(said(handler, "six.example.", "A")).isEqualTo("NXDOMAIN 0");
        assertThat(said(handler, "www.ads.example.", "A")).isEqualTo("pass");
        assertThat(said(handler, "localhost.", "A")).isEqualTo("pass");
        assertThat(said(handler, "own.example.", "A")).isEqualTo("pass");
        assertThat(bench.logged()).anyMatch(l -> l.contains("3 names, 2 lines skipped"));
        bench.stop();
    }

    @Test
    void domainListsBlockWhatIsBelowTooAndTheLongestNameDecides() throws Exception {
        var list =
                file("list", "one.example\n.two.example\n*.three.example\n||four.example^\n! x\n");
        var good = file("good", "fine.two.example\n");
        var handler =
                blocklist(
                        "domains "
                                + list
                                + "; allow_file "
                                + good
                                + "; allow ok.one.example"
                                + "; action refused");
        assertThat(said(handler, "one.example.", "A")).isEqualTo("REFUSED 0");
        assertThat(said(handler, "a.b.one.example.", "A")).isEqualTo("REFUSED 0");
        assertThat(said(handler, "two.example.", "A")).isEqualTo("REFUSED 0");
        assertThat(said(handler, "three.example.", "A")).isEqualTo("pass");
        assertThat(said(handler, "a.three.example.", "A")).isEqualTo("REFUSED 0");
        assertThat(said(handler, "four.example.", "A")).isEqualTo("REFUSED 0");
        assertThat(said(handler, "x.fine.two.example.", "A")).isEqualTo("pass");
        assertThat(said(handler, "ok.one.example.", "A")).isEqualTo("pass");
        assertThat(said(handler, "example.", "A")).isEqualTo("pass");
        var blocked =
                bench.metrics()
                        .counters("coredns_blocklist_blocked_total", "", "server", "action")
                        .with("", "refused");
        assertThat(blocked.value()).isEqualTo(5);
        bench.stop();
    }

    @Test
    void policyZonesSayWhatBecomesOfEachName() throws Exception {
        var zone =
                file(
                        "zone",
                        """
                        $TTL 300
                        $ORIGIN policy.local.
                        @ SOA ns. host. 1 2 3 4 5
                        @ NS ns.
                        gone.example CNAME .
                        empty.example CNAME *.
                        silent.example CNAME rpz-drop.
                        *.wild.example CNAME .
                        fine.wild.example CNAME rpz-passthru.
                        local.example A 192.0.2.1
                        local.example A 192.0.2.2
                        alias.example CNAME walled.garden.
                        32.1.2.0.192.rpz-ip CNAME .
                        """);
        var handler = blocklist("rpz " + zone);
        assertThat(said(handler, "gone.example.", "A")).isEqualTo("NXDOMAIN 0");
        assertThat(said(handler, "www.gone.example.", "A")).isEqualTo("pass");
        assertThat(said(handler, "empty.example.", "A")).isEqualTo("NOERROR 0");
        assertThat(said(handler, "silent.example.", "A")).isEqualTo("drop");
        assertThat(said(handler, "wild.example.", "A")).isEqualTo("pass");
        assertThat(said(handler, "a.b.wild.example.", "A")).isEqualTo("NXDOMAIN 0");
        assertThat(said(handler, "fine.wild.example.", "A")).isEqualTo("pass");
        assertThat(said(handler, "local.example.", "A")).isEqualTo("NOERROR 2");
        assertThat(said(handler, "local.example.", "AAAA")).isEqualTo("NOERROR 0");
        assertThat(said(handler, "alias.example.", "CNAME")).isEqualTo("NOERROR 1");
        assertThat(said(handler, "alias.example.", "A")).isEqualTo("NOERROR 1");
        bench.stop();
    }

    @Test
    void addressesMayBeAnsweredInstead() throws Exception {
        var list = file("list", "one.example\n");
        var handler = blocklist("domains " + list + "; action address; ttl 5");
        assertThat(said(handler, "one.example.", "A")).isEqualTo("NOERROR 1");
        assertThat(said(handler, "one.example.", "AAAA")).isEqualTo("NOERROR 1");
        assertThat(said(handler, "one.example.", "MX")).isEqualTo("NOERROR 0");
        assertThat(bench.answer(handler, "x.one.example.", "A").getSection(1).toString())
                .contains("x.one.example.\t\t5\tIN\tA\t0.0.0.0");
        bench.stop();
    }

    @Test
    void aFileThatChangesIsReadAgainAndOneThatIsGoneChangesNothing() throws Exception {
        var list = file("list", "one.example\n");
        var handler = blocklist("domains " + list + "; reload 10s");
        assertThat(said(handler, "two.example.", "A")).isEqualTo("pass");
        file("list", "two.example\nthree.example\n");
        bench.time().advance(Duration.ofSeconds(10));
        assertThat(said(handler, "two.example.", "A")).isEqualTo("NXDOMAIN 0");
        assertThat(said(handler, "one.example.", "A")).isEqualTo("pass");
        Files.delete(directory.resolve("list"));
        bench.time().advance(Duration.ofSeconds(20));
        assertThat(said(handler, "two.example.", "A")).isEqualTo("NXDOMAIN 0");
        assertThat(bench.logged()).filteredOn(l -> l.contains("lists stay as they are")).hasSize(1);
        bench.stop();
    }

    @Test
    void aMillionNamesTakeLessThan60MiB() {
        var table = new NameTable();
        for (int i = 0; i < 1_000_000; i++) {
            var name = NameKey.of(Names.of("ad" + i + ".network" + i % 977 + ".example."));
            assertThat(table.add(name, true, true, Verdict.USUAL)).isTrue();
        }
        assertThat(table.names()).isEqualTo(1_000_000);
        assertThat(table.footprint()).isLessThan(60L << 20);
        var key = NameKey.of(Names.of("x.ad999999.network528.example."));
        assertThat(table.match(key)).isEqualTo(1);
        assertThat(table.verdict(key, 1)).isEqualTo(Verdict.USUAL);
        assertThat(table.match(NameKey.of(Names.of("ad0.network1.example.")))).isEqualTo(-1);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            value = {
                "blocklist | there is no list: hosts, domains or rpz name a file",
                "blocklist {; domains; } | FILES is missing after \"domains\"",
                "blocklist {; domains a; action x; } | the action is one of nxdomain, nodata",
                "blocklist {; domains a; action address x; } | ADDRESSES is an IP address",
                "blocklist {; domains a; ttl -1; } | SECONDS is a whole number from 0",
                "blocklist {; domains a; foo; } | there is no property \"foo\"",
                "blocklist {; domains a; allow a..b; } | NAMES is a domain name",
            })
    void mistakesInACorefileArePointedAt(String directive, String message) {
        assertThatThrownBy(() -> bench.setup(new Blocklist(), directive.replace(";", "\n")))
                .hasMessageContaining(message);
    }
}
