package dev.onoma.plugins.auto;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.re2j.Pattern;
import dev.onoma.api.CorefileException;
import dev.onoma.api.Handler;
import dev.onoma.api.NameKey;
import dev.onoma.api.ZoneTransfers;
import dev.onoma.testkit.Bench;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.xbill.DNS.Name;
import org.xbill.DNS.Rcode;
import org.xbill.DNS.SOARecord;
import org.xbill.DNS.Section;

final class AutoTest {
    private final Bench bench = new Bench("test.");
    private int written;

    @TempDir Path folder;

    @AfterEach
    void stop() throws Exception {
        bench.stop();
    }

    private void zone(String file, int serial) throws IOException {
        var path = folder.resolve(file);
        Files.writeString(
                path, "@ 60 IN SOA ns host %d 2 3 4 5\n@ 60 IN NS ns\n".formatted(serial));
        // Whoever reads twice within a tick of the file system's clock sees a change, too.
        Files.setLastModifiedTime(
                path, java.nio.file.attribute.FileTime.from(Instant.EPOCH.plusSeconds(++written)));
    }

    private Handler auto(String lines) throws Exception {
        bench.root(folder);
        return bench.start(new Auto(), lines.replace(";", "\n"));
    }

    private void look() {
        bench.time().advance(Duration.ofMinutes(1));
    }

    private long serial(Handler auto, String zone) {
        var answer = bench.answer(auto, zone, "SOA").getSection(Section.ANSWER);
        return ((SOARecord) answer.getFirst()).getSerial();
    }

    @Test
    void filesThatComeAndGoAreZonesThatComeAndGo() throws Exception {
        zone("db.a.test", 1);
        zone("other.b.test", 1);
        var auto = auto("auto { ; directory . ; }");
        assertThat(serial(auto, "a.test.")).isEqualTo(1);
        assertThat(auto.handle(bench.query("b.test.", "SOA"), Bench.NOTHING))
                .isEqualTo(Bench.NOTHING.handle(bench.query("b.test.", "SOA")));
        Files.createDirectory(folder.resolve("sub"));
        zone("sub/db.b.test", 5);
        look();
        assertThat(serial(auto, "b.test.")).isEqualTo(5);
        Files.delete(folder.resolve("db.a.test"));
        look();
        assertThat(auto.handle(bench.query("a.test.", "SOA"), Bench.NOTHING))
                .isEqualTo(Bench.NOTHING.handle(bench.query("a.test.", "SOA")));
        assertThat(bench.logged())
                .anyMatch(line -> line.startsWith("[INFO] plugin/auto: Inserting zone `a.test.'"))
                .contains("[INFO] plugin/auto: Deleting zone `a.test.'");
    }

    @Test
    void mistakesInZoneFilesAreFoundWithoutServing() throws Exception {
        zone("db.a.test", 1);
        Files.writeString(folder.resolve("db.b.test"), "this is no zone\n");
        Files.writeString(folder.resolve("db.c.test"), "neither is this\n");
        bench.root(folder);
        bench.setup(new Auto(), "auto {\ndirectory .\n}");
        assertThat(bench.mistakes())
                .singleElement()
                .asString()
                .contains("db.b.test:1", "db.c.test:1");
    }

    @Test
    void whatCannotBeReadChangesNothing() throws Exception {
        zone("db.a.test", 1);
        var auto = auto("auto { ; directory . ; }");
        Files.writeString(folder.resolve("db.a.test"), "this is no zone\n");
        Files.writeString(folder.resolve("db.b.test"), "neither is this\n");
        look();
        assertThat(serial(auto, "a.test.")).isEqualTo(1);
        assertThat(bench.logged())
                .anyMatch(line -> line.startsWith("[WARNING] plugin/auto: Parse zone `b.test.'"))
                .anyMatch(line -> line.startsWith("[ERROR] plugin/auto: Parsing zone \"a.test.\""));
        zone("db.b.test", 0); // a serial like any other
        look();
        assertThat(serial(auto, "b.test.")).isZero();
    }

    @Test
    void aFolderThatIsGoneTakesNoZonesAway() throws Exception {
        var zones = Files.createDirectory(folder.resolve("zones"));
        zone("zones/db.a.test", 1);
        var auto = auto("auto { ; directory zones ; }");
        Files.move(zones, folder.resolve("elsewhere"));
        look();
        assertThat(serial(auto, "a.test.")).isEqualTo(1);
    }

    @Test
    void aMissingFolderIsWaitedFor() throws Exception {
        var auto = auto("auto { ; directory zones ; }");
        assertThat(bench.logged().getFirst())
                .startsWith("[WARNING] plugin/auto: Directory does not exist: ");
        Files.createDirectory(folder.resolve("zones"));
        zone("zones/db.a.test", 1);
        look();
        assertThat(serial(auto, "a.test.")).isEqualTo(1);
    }

    @Test
    void theFirstOfSeveralFilesIsTaken() throws Exception {
        Files.createDirectory(folder.resolve("a"));
        zone("a/db.a.test", 1);
        zone("db.a.test", 2);
        Files.createDirectory(folder.resolve("..2026"));
        zone("..2026/db.a.test", 3);
        var auto = auto("auto { ; directory . ; }");
        assertThat(serial(auto, "a.test.")).isEqualTo(1);
        assertThat(bench.logged())
                .anyMatch(line -> line.contains("Multiple zone files match origin \"a.test.\""));
    }

    @Test
    void linksToFilesAreFollowed() throws Exception {
        Files.createDirectory(folder.resolve("..2026"));
        zone("..2026/db.a.test", 3);
        Files.createSymbolicLink(folder.resolve("..data"), Path.of("..2026"));
        Files.createSymbolicLink(folder.resolve("db.a.test"), Path.of("..data/db.a.test"));
        var auto = auto("auto { ; directory . ; }");
        assertThat(serial(auto, "a.test.")).isEqualTo(3);
        Files.createDirectory(folder.resolve("..2027"));
        zone("..2027/db.a.test", 4);
        Files.delete(folder.resolve("..data"));
        Files.createSymbolicLink(folder.resolve("..data"), Path.of("..2027"));
        look();
        assertThat(serial(auto, "a.test.")).isEqualTo(4);
    }

    @Test
    void onlyZonesThatChangeAreToldAbout() throws Exception {
        List<Name> told = new ArrayList<>();
        bench.setting(ZoneTransfers.class, new ZoneTransfers(told::add));
        zone("db.a.test", 1);
        zone("db.b.test", 1);
        auto("auto { ; directory . ; }");
        bench.serve();
        look();
        assertThat(told).isEmpty();
        zone("db.b.test", 2);
        zone("db.c.test", 1);
        look();
        look();
        assertThat(told).map(Name::toString).containsExactlyInAnyOrder("b.test.", "c.test.");
        var transfers = bench.setting(ZoneTransfers.class).orElseThrow();
        assertThat(transfers.zones()).hasSize(3);
        var key = NameKey.of(Name.fromConstantString("c.test."));
        assertThat(transfers.version(key)).isNotNull();
    }

    @Test
    void namesThatAZoneDoesNotHaveMayGoOn() throws Exception {
        zone("db.a.test", 1);
        var auto = auto("auto { ; directory . ; fallthrough ; }");
        assertThat(auto.handle(bench.query("x.a.test.", "A"), Bench.NOTHING))
                .isEqualTo(Bench.NOTHING.handle(bench.query("x.a.test.", "A")));
        assertThat(serial(auto, "a.test.")).isEqualTo(1);
    }

    @Test
    void namesOutsideOfItsZonesAreNotAnswered() throws Exception {
        zone("db.a.test", 1);
        var auto = auto("auto b.test { ; directory . ; }");
        var query = bench.query("a.test.", "SOA");
        var outcome = auto.handle(query, q -> q.reply().rcode(Rcode.NOTIMP).build());
        assertThat(bench.encoded(query, outcome).getRcode()).isEqualTo(Rcode.NOTIMP);
    }

    @ParameterizedTest
    @CsvSource({
        "db\\.(.*), {1}, db.example.org, example.org",
        "(.*)\\.zone, {1}, example.org.zone, example.org",
        "(?P<n>.*)-(.*), {n}.{2}, a-b, a.b",
        "(.*)-(.*), $2.$1, a-b, b.a",
        "db\\.(.*), {1}.$$.{9}{no}x, db.a, a.$.x",
    })
    void templatesNameZones(String regex, String template, String file, String name) {
        var pattern = Pattern.compile(regex);
        var matcher = pattern.matcher(file);
        assertThat(matcher.find()).isTrue();
        assertThat(new OriginTemplate(template).expand(pattern, matcher)).isEqualTo(name);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "auto { ; directory ; } | DIR",
                "auto { ; directory a db ; } | Need at least one sub expression",
                "auto { ; directory a (b) ; } | ORIGIN_TEMPLATE",
                "auto { ; directory a (b {1} ; } | REGEXP is a regular expression",
                "auto { ; directory a (b) {1} c ; } | \"c\"",
                "auto { ; reload -1s ; } | reload",
                "auto { ; file x ; } | there is no property \"file\"",
            })
    void mistakesAreReported(String lines, String message) {
        assertThatThrownBy(() -> bench.setup(new Auto(), lines.replace(";", "\n")))
                .isInstanceOf(CorefileException.class)
                .hasMessageContaining(message);
    }
}
