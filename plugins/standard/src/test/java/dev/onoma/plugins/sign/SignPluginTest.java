package dev.onoma.plugins.sign;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.onoma.api.CorefileException;
import dev.onoma.plugins.file.FilePlugin;
import dev.onoma.testkit.Bench;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.xbill.DNS.Section;

/// When *sign* signs, with which serial, and what it says when it cannot.
final class SignPluginTest {
    private static final String ZONE = "example.org.";
    private static final int P256 = 13;

    private final Bench bench = new Bench(ZONE);
    @TempDir Path folder;
    private Path copy = Path.of("");
    private KeyFiles keys = new KeyFiles(Path.of(""));

    @BeforeEach
    void prepare() throws IOException {
        bench.root(folder);
        keys = new KeyFiles(folder.resolve("keys"));
        copy = folder.resolve("out/db.example.org.signed");
        zone(7, "www A 192.0.2.1");
    }

    private void zone(long serial, String... lines) throws IOException {
        Files.writeString(
                folder.resolve("zone"),
                "@ 3600 SOA ns h %d 7200 1800 86400 300\n@ 3600 NS ns\n$TTL 60\nns A 192.0.2.1\n%s\n"
                        .formatted(serial, String.join("\n", lines)));
    }

    private void start(String... properties) throws Exception {
        bench.start(
                new Sign(),
                "sign zone {\n%s\ndirectory out\n}".formatted(String.join("\n", properties)));
        minutes(1);
    }

    private void minutes(int minutes) {
        bench.time().advance(Duration.ofMinutes(minutes));
    }

    private Path key() throws Exception {
        return keys.make(ZONE, KeyFiles.KSK, P256);
    }

    private long serial() throws IOException {
        try (var lines = Files.lines(copy)) {
            return lines.filter(l -> l.contains("\tSOA\t"))
                    .map(l -> Long.parseLong(l.split("\\s+", -1)[6]))
                    .findFirst()
                    .orElseThrow();
        }
    }

    private List<String> logged(String part) {
        return bench.logged().stream().filter(l -> l.contains(part)).toList();
    }

    @Test
    void aFileThatIsOlderThanTheCopyIsSignedToo() throws Exception {
        start("key file " + key());
        long before = serial();
        zone(7, "mail A 192.0.2.2");
        Files.setLastModifiedTime(
                folder.resolve("zone"), FileTime.from(Instant.parse("2020-01-01T00:00:00Z")));
        minutes(1);
        assertThat(Files.readString(copy)).contains("mail.example.org.");
        assertThat(serial()).isGreaterThan(before);
    }

    @Test
    void aFileThatIsOnlyTouchedIsNotSigned() throws Exception {
        start("key file " + key());
        Files.setLastModifiedTime(
                folder.resolve("zone"), FileTime.from(Instant.parse("2030-01-01T00:00:00Z")));
        minutes(10);
        assertThat(logged("Successfully signed")).hasSize(1);
    }

    @Test
    void anIncludedFileThatChangesIsNoticedAfterARestartToo() throws Exception {
        Files.writeString(folder.resolve("more"), "more A 192.0.2.3\n");
        zone(7, "$INCLUDE more");
        var key = "key file " + key();
        start(key);
        bench.stop();
        Files.writeString(folder.resolve("more"), "less A 192.0.2.3\n");
        start(key);
        assertThat(Files.readString(copy)).contains("less.example.org.");
    }

    @Test
    void signaturesAreRenewedAfterSixDays() throws Exception {
        start("key file " + key());
        minutes(6 * 24 * 60);
        assertThat(logged("Successfully signed")).hasSize(2);
        assertThat(logged("because its signatures are of")).hasSize(1);
    }

    @Test
    void aCopyThatIsTakenAwayIsMadeAgainAndWhatKeysDidIsRemembered() throws Exception {
        var old = key();
        start("key file " + old);
        bench.stop();
        Files.delete(copy);
        start("key file " + key());
        assertThat(Files.readString(copy)).contains(" " + KeyFiles.tag(old) + " ");
    }

    @Test
    void aCopyOfWhichNothingIsRememberedIsTakenAsItIs() throws Exception {
        var old = key();
        start("key file " + old);
        bench.stop();
        Files.delete(folder.resolve("out/db.example.org.keys"));
        start("key file " + old + " " + key());
        assertThat(logged("because key ECDSAP256SHA256/")).hasSize(1);
        assertThat(Files.readString(copy)).contains("DNSKEY").contains(" " + KeyFiles.tag(old));
    }

    @Test
    void serialsKeepTheFormOfADate() {
        var now = Instant.parse("2026-11-25T12:00:00Z");
        assertThat(SerialForm.AUTO.next(2026112501L, null, now)).isEqualTo(2026112501L);
        assertThat(SerialForm.AUTO.next(2026112501L, 2026112501L, now)).isEqualTo(2026112502L);
        assertThat(SerialForm.AUTO.next(2026110101L, 2026110105L, now)).isEqualTo(2026112500L);
        assertThat(SerialForm.AUTO.next(2026112601L, 2026112509L, now)).isEqualTo(2026112601L);
        assertThat(SerialForm.AUTO.next(2026133201L, null, now)).isEqualTo(2026133201L);
    }

    @Test
    void serialsAreNeverBehindThoseBefore() {
        var now = Instant.parse("2026-11-25T12:00:00Z");
        long unix = now.getEpochSecond();
        assertThat(SerialForm.AUTO.next(7, null, now)).isEqualTo(unix);
        assertThat(SerialForm.AUTO.next(7, unix, now)).isEqualTo(unix + 1);
        assertThat(SerialForm.AUTO.next(7, unix + 100, now)).isEqualTo(unix + 101);
        assertThat(SerialForm.UNIXTIME.next(2026112501L, 2026112501L, now)).isEqualTo(2026112502L);
        assertThat(SerialForm.COUNTER.next(7, null, now)).isEqualTo(7);
        assertThat(SerialForm.COUNTER.next(7, 7L, now)).isEqualTo(8);
        assertThat(SerialForm.COUNTER.next(12, 8L, now)).isEqualTo(12);
        assertThat(SerialForm.COUNTER.next(5, 0xffff_ffffL, now)).isEqualTo(5);
        assertThat(SerialForm.COUNTER.next(0xffff_ffffL, 0xffff_ffffL, now)).isZero();
    }

    @Test
    void aMissingKeyIsSaidWithThePlaceInTheCorefile() {
        assertThatThrownBy(() -> start("key file Kmissing"))
                .isInstanceOf(CorefileException.class)
                .hasMessageContaining(":2:10: plugin/sign: open")
                .hasMessageContaining("Kmissing.key: no such file or directory");
    }

    @Test
    void aMissingFolderOfKeysIsSaid() {
        assertThatThrownBy(() -> start("key directory nowhere"))
                .hasMessageContaining("nowhere: no such file or directory");
    }

    @Test
    void aKeyOfAnotherZoneIsRefused() throws Exception {
        var other = keys.make("other.test.", KeyFiles.KSK, P256);
        assertThatThrownBy(() -> start("key file " + other))
                .hasMessageContaining("of other.test. can not sign zone example.org.");
    }

    @Test
    void aFolderWithoutKeysIsSaidOnceAndAKeyThatComesIsUsed() throws Exception {
        Files.createDirectories(folder.resolve("keys"));
        start("key directory keys");
        minutes(60);
        assertThat(logged("there is no key of example.org. in")).hasSize(1);
        assertThat(copy).doesNotExist();
        key();
        minutes(1);
        assertThat(copy).exists();
    }

    @Test
    void theOnlyKeyIsMissedOnceAndWhatIsServedStays() throws Exception {
        var only = key();
        start("key directory keys");
        var before = Files.readString(copy);
        keys.delete(only);
        key();
        minutes(100);
        assertThat(Files.readString(copy)).isEqualTo(before);
        assertThat(logged("is gone, and nothing that all resolvers know signs")).hasSize(1);
        assertThat(logged(only + ")")).hasSize(1);
    }

    @Test
    void theOnlyKeyIsReplacedBeforeItsSignaturesEnd() throws Exception {
        var only = key();
        start("key directory keys");
        keys.delete(only);
        var young = key();
        minutes(40 * 24 * 60);
        assertThat(Files.readString(copy)).contains(" " + KeyFiles.tag(young) + " example.org.");
        assertThat(logged("[ERROR]")).isNotEmpty();
    }

    @Test
    void keysWhoseTimeIsNotNowAreSaidWithTheirTimes() throws Exception {
        var ended = key();
        keys.time(ended, "Publish", Instant.parse("2025-01-01T00:00:00Z"));
        keys.time(ended, "Delete", Instant.parse("2025-12-01T00:00:00Z"));
        var early = key();
        keys.time(early, "Publish", Instant.parse("2027-01-01T00:00:00Z"));
        start("key directory keys");
        assertThat(logged("no key is to be used now"))
                .singleElement()
                .asString()
                .contains("ended at 2025-12-01T00:00:00Z")
                .contains("begins at 2027-01-01T00:00:00Z");
    }

    @Test
    void aKeyThatEndsWithoutASuccessorSignsOn() throws Exception {
        var only = key();
        keys.time(only, "Publish", Instant.parse("2025-01-01T00:00:00Z"));
        keys.time(only, "Activate", Instant.parse("2025-01-01T00:00:00Z"));
        keys.time(only, "Inactive", Instant.parse("2026-01-02T00:00:00Z"));
        keys.time(only, "Delete", Instant.parse("2026-01-03T00:00:00Z"));
        start("key directory keys");
        minutes(7 * 24 * 60);
        assertThat(logged("signs on: nothing that all resolvers know can take its place yet"))
                .isNotEmpty();
        assertThat(logged("Successfully signed").size()).isGreaterThan(1);
        assertThat(Files.readString(copy)).contains(" " + KeyFiles.tag(only) + " ");
    }

    @Test
    void aClockThatGoesBackSignsNothing() throws Exception {
        start("key file " + key());
        var memory = folder.resolve("out/db.example.org.keys");
        Files.writeString(
                memory, Files.readString(memory).replace("signed 2026-01-01", "signed 2027-01-01"));
        zone(8, "new A 192.0.2.3");
        minutes(2);
        assertThat(logged("the clock is behind the last signing")).hasSize(1);
        assertThat(Files.readString(copy)).doesNotContain("new.example.org.");
    }

    @Test
    void aZoneKeyAloneIsSaidToBeOne() throws Exception {
        start("key file " + keys.make(ZONE, KeyFiles.ZSK, P256));
        assertThat(logged("no key has the SEP flag")).hasSize(1);
        assertThat(copy).exists();
    }

    @Test
    void aBrokenZoneIsReadOnceAndSignedWhenItIsMended() throws Exception {
        start("key file " + key());
        zone(8, "broken A");
        minutes(20);
        assertThat(logged("zone:5")).hasSize(1);
        zone(9, "mended A 192.0.2.9");
        minutes(1);
        assertThat(Files.readString(copy)).contains("mended.example.org.");
    }

    @Test
    void aDamagedMemoryIsSaidAndNothingIsSigned() throws Exception {
        var key = "key file " + key();
        start(key);
        bench.stop();
        Files.writeString(folder.resolve("out/db.example.org.keys"), "serial x\n");
        start(key);
        assertThat(logged("db.example.org.keys is damaged")).hasSize(1);
    }

    @Test
    void twoDirectivesDoNotWriteTheSameCopy() throws Exception {
        var key = key();
        var line = "sign zone {\nkey file %s\ndirectory out\n}\n".formatted(key);
        assertThatThrownBy(() -> bench.setup(new Sign(), line + line))
                .hasMessageContaining("is written by another sign");
    }

    @Test
    void anotherWayOfDenyingIsSignedAtOnce() throws Exception {
        var key = "key file " + key();
        start(key);
        bench.stop();
        start(key, "nsec3", "zonemd sha384 sha512");
        assertThat(
                        logged(
                                "because it is to be nsec3 zonemd sha384 zonemd sha512 now, and was nsec"))
                .hasSize(1);
        assertThat(Files.readString(copy))
                .contains("NSEC3PARAM\t1 0 0 -")
                .contains("ZONEMD")
                .doesNotContain("\tNSEC\t");
    }

    @Test
    void aCopyWithADigestIsServedAndAForgedOneIsNot() throws Exception {
        start("key file " + key(), "nsec3 optout", "zonemd");
        var file = "file out/db.example.org.signed {\nzonemd required\n}";
        var served = new Bench(ZONE);
        served.root(folder);
        var handler = served.start(new FilePlugin(), file);
        assertThat(served.answer(handler, "www.example.org.", "A").getSection(Section.ANSWER))
                .hasSize(1);
        Files.writeString(copy, Files.readString(copy).replace("\tA\t192.0.2.1", "\tA\t192.0.2.9"));
        var refused = new Bench(ZONE);
        refused.root(folder);
        assertThatThrownBy(() -> refused.start(new FilePlugin(), file))
                .hasMessageContaining("not that of the ZONEMD record");
    }

    @Test
    void mistakesInOptionsAreSaid() {
        assertThatThrownBy(() -> bench.setup(new Sign(), "sign zone {\nnsec3 iterations 51\n}"))
                .hasMessageContaining("N is a whole number from 0 to 50");
        assertThatThrownBy(() -> bench.setup(new Sign(), "sign zone {\nnsec3 salt abc\n}"))
                .hasMessageContaining("HEX is up to 255 octets in hexadecimal");
        assertThatThrownBy(() -> bench.setup(new Sign(), "sign zone {\nzonemd md5\n}"))
                .hasMessageContaining("HASH is one of sha384, sha512");
        assertThatThrownBy(() -> bench.setup(new Sign(), "sign zone {\nserial never\n}"))
                .hasMessageContaining("FORM is one of unixtime, date, counter");
        bench.setup(new Sign(), "sign zone {\nnsec3 iterations 1 salt ab\n}");
        assertThat(bench.warnings()).anyMatch(w -> w.contains("RFC 9276"));
    }

    @Test
    void onlyWhatHasChangedIsSignedAnew() throws Exception {
        start("key file " + key(), "zonemd");
        zone(8, "www A 192.0.2.1", "zzz A 192.0.2.2");
        minutes(1);
        // SOA, the new set, its NSEC record and the one before it, and the digest.
        assertThat(logged("signatures of")).last().asString().contains("5 signatures of");
        minutes(6 * 24 * 60);
        assertThat(logged("signatures of")).last().asString().doesNotContain(" 5 ");
    }

    @Test
    void aCopyThatSomebodyChangedGivesNoSignature() throws Exception {
        start("key file " + key());
        Files.writeString(copy, Files.readString(copy) + "; changed\n");
        zone(8, "www A 192.0.2.1");
        minutes(1);
        var made = logged("signatures of");
        assertThat(made).hasSize(2);
        assertThat(made.getLast()).isEqualTo(made.getFirst());
    }
}
