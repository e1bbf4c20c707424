package dev.onoma.plugins.hosts;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.onoma.api.Handler;
import dev.onoma.api.ZoneSet;
import dev.onoma.testkit.Bench;
import java.io.BufferedWriter;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.xbill.DNS.Record;
import org.xbill.DNS.Section;

final class HostsFileTest {
    private final Bench bench = new Bench("example.org.");
    @TempDir Path directory;
    private Path file = Path.of("");
    private Instant modified = Instant.parse("2026-01-01T00:00:00Z");

    @BeforeEach
    void prepare() {
        bench.root(directory);
        file = directory.resolve("hosts");
    }

    private void write(String text) throws IOException {
        Files.writeString(file, text);
        modified = modified.plusSeconds(1);
        Files.setLastModifiedTime(file, FileTime.from(modified));
    }

    private List<String> ask(Handler hosts) {
        return bench.answer(hosts, "a.example.org.", "A").getSection(Section.ANSWER).stream()
                .map(Record::rdataToString)
                .toList();
    }

    @Test
    void aChangedFileIsReadWithinTheInterval() throws Exception {
        write("10.0.0.1 a.example.org");
        var hosts = bench.start(new Hosts(), "hosts hosts");
        assertThat(ask(hosts)).containsExactly("10.0.0.1");
        write("10.0.0.2 a.example.org");
        bench.time().advance(Duration.ofMillis(4999));
        assertThat(ask(hosts)).containsExactly("10.0.0.1");
        bench.time().advance(Duration.ofMillis(1));
        assertThat(ask(hosts)).containsExactly("10.0.0.2");
    }

    @Test
    void aFileThatIsExchangedForAnotherOfTheSameDateAndSizeIsRead() throws Exception {
        write("10.0.0.1 a.example.org");
        var hosts = bench.start(new Hosts(), "hosts hosts");
        var other = directory.resolve("other");
        Files.writeString(other, "10.0.0.2 a.example.org");
        Files.setLastModifiedTime(other, FileTime.from(modified));
        Files.move(other, file, StandardCopyOption.REPLACE_EXISTING);
        bench.time().advance(Duration.ofSeconds(5));
        assertThat(ask(hosts)).containsExactly("10.0.0.2");
    }

    @Test
    void aFileThatIsGoneOrCutToNothingKeepsItsEntries() throws Exception {
        write("10.0.0.1 a.example.org");
        var hosts = bench.start(new Hosts(), "hosts hosts {\nreload 1s\n}");
        write("");
        bench.time().advance(Duration.ofSeconds(1));
        assertThat(ask(hosts)).containsExactly("10.0.0.1");
        Files.delete(file);
        bench.time().advance(Duration.ofSeconds(1));
        assertThat(ask(hosts)).containsExactly("10.0.0.1");
    }

    @Test
    void aFileThatStaysEmptyIsEmpty() throws Exception {
        write("10.0.0.1 a.example.org");
        var hosts = bench.start(new Hosts(), "hosts hosts {\nreload 1s\n}");
        write("");
        bench.time().advance(Duration.ofSeconds(2));
        assertThat(ask(hosts)).isEmpty();
    }

    @Test
    void aFileThatComesLaterIsRead() throws Exception {
        var hosts = bench.start(new Hosts(), "hosts hosts");
        assertThat(ask(hosts)).isEmpty();
        write("10.0.0.1 a.example.org");
        bench.time().advance(Duration.ofSeconds(5));
        assertThat(ask(hosts)).containsExactly("10.0.0.1");
    }

    @Test
    void withoutReloadNothingIsWatched() throws Exception {
        write("10.0.0.1 a.example.org");
        bench.start(new Hosts(), "hosts hosts {\nreload 0s\n}");
        assertThat(bench.time().waiting()).isZero();
    }

    @Test
    void theWatchEndsWithTheConfiguration() throws Exception {
        write("");
        bench.start(new Hosts(), "hosts hosts");
        assertThat(bench.time().waiting()).isEqualTo(1);
        bench.stop();
        assertThat(bench.time().waiting()).isZero();
    }

    @Test
    void entriesAndDateAreMetrics() throws Exception {
        write("10.0.0.1 a.example.org b.example.org\n2001:db8::1 *.example.org");
        bench.start(new Hosts(), "hosts hosts {\n10.0.0.2 c.example.org\n}");
        var entries = bench.metrics().gauges("coredns_hosts_entries", "", "hostsfile");
        assertThat(entries.with(file.toString()).value()).isEqualTo(7);
        var date = bench.metrics().gauges("coredns_hosts_reload_timestamp_seconds", "").with();
        assertThat(date.value()).isEqualTo(modified.toEpochMilli() / 1e3);
    }

    @Test
    void brokenLinesAreLoggedWithFileAndLineAndNotTooMany() throws Exception {
        write(
                "nonsense here\n10.0.0.1 a.example.org "
                        + "x".repeat(64)
                        + ".org\n"
                        + "1\n".repeat(20));
        var hosts = bench.start(new Hosts(), "hosts hosts");
        assertThat(ask(hosts)).hasSize(1);
        var warnings = bench.logged().stream().filter(l -> l.startsWith("[WARNING]")).toList();
        assertThat(warnings).hasSize(11);
        assertThat(warnings.get(0))
                .isEqualTo(
                        "[WARNING] plugin/hosts: %s:1: \"nonsense\" is no IP address, the line is ignored"
                                .formatted(file));
        assertThat(warnings.get(1)).contains(file + ":2: ").contains("is no domain name");
        assertThat(warnings.getLast()).contains("12 more lines");
    }

    @Test
    void aLineWithoutEndIsRefusedAndTheNextOneRead() throws Exception {
        write("10.0.0.9 " + "x ".repeat(40_000) + "\n10.0.0.1 a.example.org");
        var hosts = bench.start(new Hosts(), "hosts hosts");
        assertThat(ask(hosts)).containsExactly("10.0.0.1");
        assertThat(bench.logged().getFirst()).contains(":1: the line has more than 65536 octets");
    }

    @Test
    void aMillionBlockedNamesTakeAboutFortyOctetsEach() throws Exception {
        try (BufferedWriter out = Files.newBufferedWriter(file)) {
            for (int i = 0; i < 1_000_000; i++) {
                out.write("0.0.0.0 n" + i + ".ads.example.org\n");
            }
        }
        var hosts = bench.start(new Hosts(), "hosts hosts");
        for (var name : List.of("n0", "n77777", "n999999")) {
            var answer = bench.answer(hosts, name + ".ads.example.org.", "A");
            assertThat(answer.getSection(Section.ANSWER)).hasSize(1);
        }
        assertThat(bench.answer(hosts, "n1000000.ads.example.org.", "A").getSection(Section.ANSWER))
                .isEmpty();
        var table = new HostsTable(true);
        var zones = new ZoneSet(bench.zones());
        try (var in = Files.newInputStream(file)) {
            new HostsReader(table, zones, (_, _) -> {}).read(in, Long.MAX_VALUE);
        }
        table.trim();
        assertThat(table.footprint()).isLessThan(45_000_000);
    }

    @Test
    void aTableThatDoesNotFitTheMemoryIsNotTaken() throws Exception {
        var table = new HostsTable(true);
        var zones = new ZoneSet(bench.zones());
        var text = "10.0.0.1 a.example.org\n".repeat(10_000);
        var in = new ByteArrayInputStream(text.getBytes(StandardCharsets.US_ASCII));
        assertThatThrownBy(() -> new HostsReader(table, zones, (_, _) -> {}).read(in, 1 << 16))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("larger heap");
    }
}
