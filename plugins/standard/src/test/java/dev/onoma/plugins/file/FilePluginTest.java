package dev.onoma.plugins.file;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.onoma.api.Handler;
import dev.onoma.api.Names;
import dev.onoma.api.Outcome;
import dev.onoma.api.ZoneTransfers;
import dev.onoma.server.wire.Encoder;
import dev.onoma.testkit.Bench;
import dev.onoma.zone.ZoneFile;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.xbill.DNS.Name;
import org.xbill.DNS.Record;
import org.xbill.DNS.Section;

final class FilePluginTest {
    private static final String ZONE =
            """
            $TTL 300
            @ IN SOA ns h %d 7200 1800 86400 60
            @ IN NS ns
            www IN A %s
            """;

    private final Bench bench = new Bench("example.org.");
    @TempDir Path directory;
    private Instant modified = Instant.parse("2026-01-01T00:00:00Z");

    @BeforeEach
    void prepare() {
        bench.root(directory);
    }

    private void write(String file, String text) throws IOException {
        Files.writeString(directory.resolve(file), text);
        modified = modified.plusSeconds(1);
        Files.setLastModifiedTime(directory.resolve(file), FileTime.from(modified));
    }

    private List<String> ask(Handler file) {
        return bench.answer(file, "www.example.org.", "A").getSection(Section.ANSWER).stream()
                .map(Record::rdataToString)
                .toList();
    }

    private boolean fails(Handler file) {
        var outcome = file.handle(bench.query("www.example.org.", "A"), Bench.NOTHING);
        return outcome instanceof Outcome.Failed;
    }

    private void minute() {
        bench.time().advance(Duration.ofMinutes(1));
    }

    @Test
    void aChangedZoneIsServedWithinTheInterval() throws Exception {
        write("z", ZONE.formatted(1, "192.0.2.1"));
        var file = bench.start(new FilePlugin(), "file z");
        write("z", ZONE.formatted(2, "192.0.2.2"));
        bench.time().advance(Duration.ofSeconds(59));
        assertThat(ask(file)).containsExactly("192.0.2.1");
        bench.time().advance(Duration.ofSeconds(1));
        assertThat(ask(file)).containsExactly("192.0.2.2");
        assertThat(bench.logged())
                .anyMatch(l -> l.contains("Successfully reloaded zone \"example.org.\""));
    }

    @Test
    void mistakesInZoneFilesAreFoundWithoutServing() throws Exception {
        write("bad", "$TTL 60\n@ SOA ns h 1 2 3 4 5\n@ NS ns\nwww A 1.2.3\nftp MX x\n");
        write("good", ZONE.formatted(1, "192.0.2.1"));
        bench.setup(new FilePlugin(), "file bad\nfile good other.test\nfile missing third.test");
        var bad = directory.resolve("bad");
        assertThat(bench.mistakes())
                .hasSize(2)
                .anySatisfy(m -> assertThat(m).contains(bad + ":4: ", bad + ":5: "))
                .anySatisfy(m -> assertThat(m).contains("missing", "no such file"));
    }

    // A37: RFC 2782 and RFC 3597, section 4.
    @Test
    void targetsOfServicesKeepTheirCaseAndAreNotCompressed() throws Exception {
        write("z", ZONE.formatted(1, "192.0.2.1") + "_s._tcp SRV 0 0 80 WwW\n");
        var file = bench.start(new FilePlugin(), "file z");
        var query = bench.query("_s._tcp.example.org.", "SRV");
        if (!(file.handle(query, Bench.NOTHING) instanceof Outcome.Reply(var response))) {
            throw new AssertionError("no reply");
        }
        var encoder = new Encoder();
        int length = encoder.encode(query, response);
        var message = new String(encoder.octets(), 0, length, StandardCharsets.ISO_8859_1);
        assertThat(message).contains("\3WwW\7example\3org\0");
    }

    // CoreDNS does not start with it.
    @Test
    void aZoneMayHaveTheSerialZero() throws Exception {
        write("z", ZONE.formatted(0, "192.0.2.1"));
        assertThat(ask(bench.start(new FilePlugin(), "file z"))).containsExactly("192.0.2.1");
    }

    @Test
    void aZoneThatIsReloadedByItsTimeIsReadAndToldAboutOnceForEachChange() throws Exception {
        List<Name> told = new ArrayList<>();
        bench.setting(ZoneTransfers.class, new ZoneTransfers(told::add));
        write("z", ZONE.formatted(1, "192.0.2.1"));
        var file = bench.start(new FilePlugin(), "file z {\n reload_by_mtime\n}");
        bench.serve();
        told.clear(); // of the start
        write("z", ZONE.formatted(1, "192.0.2.2"));
        for (int i = 0; i < 5; i++) {
            minute();
        }
        assertThat(ask(file)).containsExactly("192.0.2.2");
        assertThat(bench.logged().stream().filter(line -> line.contains("reloaded"))).hasSize(1);
        assertThat(told).hasSize(1);
    }

    @Test
    void aChangeWithoutANewSerialIsServedToo() throws Exception {
        write("z", ZONE.formatted(1, "192.0.2.1"));
        var file = bench.start(new FilePlugin(), "file z");
        write("z", ZONE.formatted(1, "192.0.2.2"));
        minute();
        assertThat(ask(file)).containsExactly("192.0.2.2");
        assertThat(bench.logged()).anyMatch(l -> l.contains("secondaries will not notice"));
    }

    // A42.
    @Test
    void aBrokenVersionIsSaidAndCountedOnceAndTheOneBeforeStays() throws Exception {
        write("z", ZONE.formatted(1, "192.0.2.1"));
        var file = bench.start(new FilePlugin(), "file z");
        write("z", ZONE.formatted(2, "x"));
        minute();
        minute();
        assertThat(ask(file)).containsExactly("192.0.2.1");
        assertThat(bench.logged()).filteredOn(l -> l.contains("z:4")).hasSize(1);
        assertThat(
                        bench.metrics()
                                .registry()
                                .getSampleValue(
                                        "onoma_zone_failures_total",
                                        new String[] {"zone"},
                                        new String[] {"example.org."}))
                .isEqualTo(1);
        write("z", ZONE.formatted(3, "192.0.2.3"));
        minute();
        assertThat(ask(file)).containsExactly("192.0.2.3");
    }

    @Test
    void anIncludedFileIsWatchedEvenIfItWasBrokenAtFirst() throws Exception {
        write("z", ZONE.formatted(1, "192.0.2.1"));
        var file = bench.start(new FilePlugin(), "file z");
        write("more", "www A broken\n");
        write("z", ZONE.formatted(2, "192.0.2.1") + "$INCLUDE more\n");
        minute();
        assertThat(ask(file)).containsExactly("192.0.2.1");
        write("more", "www A 192.0.2.2\n");
        minute();
        assertThat(ask(file)).containsExactly("192.0.2.1", "192.0.2.2");
    }

    @Test
    void aFileThatIsNotThereIsLookedForAgain() throws Exception {
        var file = bench.start(new FilePlugin(), "file z");
        assertThat(fails(file)).isTrue();
        assertThat(bench.logged()).anyMatch(l -> l.contains("no such file or directory"));
        write("z", ZONE.formatted(0, "192.0.2.1"));
        minute();
        assertThat(ask(file)).containsExactly("192.0.2.1");
    }

    @Test
    void aFileThatIsGoneKeepsItsZone() throws Exception {
        write("z", ZONE.formatted(1, "192.0.2.1"));
        var file = bench.start(new FilePlugin(), "file z");
        Files.delete(directory.resolve("z"));
        minute();
        assertThat(ask(file)).containsExactly("192.0.2.1");
    }

    // What a reload does when only the interval has changed: the new file starts, the old one ends,
    // then the new one is told that it serves.
    @Test
    void seriesOfAZoneOutliveTheFileThatAnotherTookOver() throws Exception {
        write("z", ZONE.formatted(7, "192.0.2.1"));
        var old = zoneFile(Duration.ofMinutes(1));
        var taken = zoneFile(Duration.ofMinutes(2));
        old.start();
        taken.start();
        old.close();
        taken.serving();
        assertThat(serial()).isEqualTo(7.0);
        taken.close();
        assertThat(serial()).isNull();
    }

    private ZoneFile zoneFile(Duration reload) {
        return new ZoneFile(
                directory.resolve("z"), Names.of("example.org."), reload, "file", bench);
    }

    private @Nullable Double serial() {
        return bench.metrics()
                .registry()
                .getSampleValue(
                        "onoma_zone_serial", new String[] {"zone"}, new String[] {"example.org."});
    }

    @Test
    void withoutReloadAMissingFileEndsTheStart() {
        assertThatThrownBy(() -> bench.start(new FilePlugin(), "file z {\nreload 0s\n}"))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("plugin/file: Failed to open");
    }

    @Test
    void aBrokenFileEndsTheStartWithEveryMistake() throws Exception {
        write("z", ZONE.formatted(1, "x") + "b AAAA y\n");
        assertThatThrownBy(() -> bench.start(new FilePlugin(), "file z"))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("z:4")
                .hasMessageContaining("z:5");
    }

    @Test
    void aZoneNamedTwiceIsServedFromTheLastFile() throws Exception {
        write("a", ZONE.formatted(1, "192.0.2.1"));
        write("b", ZONE.formatted(1, "192.0.2.2"));
        var file = bench.start(new FilePlugin(), "file a\nfile b");
        assertThat(ask(file)).containsExactly("192.0.2.2");
        assertThat(bench.warnings()).hasSize(1);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "file | DBFILE",
                "file z {NEWLINEreload | DURATION",
                "file z {NEWLINEreload -1s | -1s",
                "file z {NEWLINEreload abc | abc",
                "file z {NEWLINEtransfer to x | transfer",
            })
    void mistakesOfTheDirectiveAreNamed(String written, String said) {
        var text = written.replace("NEWLINE", "\n") + (written.contains("{") ? "\n}" : "");
        assertThatThrownBy(() -> bench.setup(new FilePlugin(), text))
                .isInstanceOf(dev.onoma.api.CorefileException.class)
                .hasMessageContaining(said);
    }
}
