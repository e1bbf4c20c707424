package dev.onoma.plugins.sign;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.onoma.api.Names;
import dev.onoma.testkit.Bench;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Keys that change, from the first to the last day, with every mix of what caches may hold
/// validated every ten minutes (see [Caches]).
final class KeyRollTest {
    private static final String ZONE = "example.org.";
    private static final int P256 = 13;
    private static final int ED25519 = 15;

    private final Bench bench = new Bench(ZONE);
    @TempDir Path folder;
    private KeyFiles keys = new KeyFiles(Path.of(""));
    private Caches caches = new Caches(Path.of(""), Names.of(ZONE), Duration.ZERO);

    @BeforeEach
    void prepare() throws Exception {
        bench.root(folder);
        keys = new KeyFiles(folder.resolve("keys"));
        caches =
                new Caches(
                        folder.resolve("out/db.example.org.signed"),
                        Names.of(ZONE),
                        Duration.ofMinutes(40));
        Files.writeString(
                folder.resolve("zone"),
                """
                @ 3600 SOA ns h 1 7200 1800 1209600 300
                @ 7200 NS ns
                ns 60 A 192.0.2.1
                sub 300 NS ns
                long 7200 TXT "the longest TTL of all"
                """);
    }

    // A reload of the Corefile: the old configuration ends when the new one has begun.
    private void name(Path... named) throws Exception {
        var files = Arrays.stream(named).map(Path::toString).collect(Collectors.joining(" "));
        configure("key file " + files);
    }

    private void configure(String key) throws Exception {
        bench.stop();
        bench.start(new Sign(), "sign zone {\n%s\ndirectory out\n}".formatted(key));
        pass(Duration.ZERO);
    }

    private void pass(Duration duration) throws Exception {
        var end = bench.time().now().plus(duration);
        do {
            bench.time().advance(Duration.ofMinutes(10));
            caches.look(bench.time().now());
        } while (bench.time().now().isBefore(end));
    }

    private static Set<String> ids(int algorithm, Path... files) {
        return Arrays.stream(files)
                .map(f -> algorithm + "/" + KeyFiles.tag(f))
                .collect(Collectors.toSet());
    }

    private static Set<Integer> tags(Path... files) {
        return Arrays.stream(files).map(KeyFiles::tag).collect(Collectors.toSet());
    }

    private List<String> signings() {
        return bench.logged().stream().filter(l -> l.contains("because key")).toList();
    }

    @Test
    void aKeyThatTakesTheZoneOverIsPublishedFirst() throws Exception {
        var ksk = keys.make(ZONE, KeyFiles.KSK, P256);
        var old = keys.make(ZONE, KeyFiles.ZSK, P256);
        var young = keys.make(ZONE, KeyFiles.ZSK, P256);
        name(ksk, old);
        pass(Duration.ofHours(5));
        name(ksk, young); // straight over, as far as the operator is concerned
        assertThat(caches.published()).isEqualTo(tags(ksk, old, young));
        assertThat(caches.signing()).isEqualTo(ids(P256, old));
        pass(Duration.ofHours(3));
        assertThat(caches.signing()).isEqualTo(ids(P256, young));
        assertThat(caches.published()).contains(KeyFiles.tag(old));
        pass(Duration.ofHours(4));
        assertThat(caches.published()).isEqualTo(tags(ksk, young));
        assertThat(caches.mixes()).isGreaterThan(100);
        assertThat(signings()).hasSize(3);
    }

    @Test
    void aZoneKeyThatIsDeletedIsReplacedByTheKeyForKeysUntilTheNextIsKnown() throws Exception {
        var ksk = keys.make(ZONE, KeyFiles.KSK, P256);
        var old = keys.make(ZONE, KeyFiles.ZSK, P256);
        configure("key directory keys");
        pass(Duration.ofHours(5));
        keys.delete(old);
        var young = keys.make(ZONE, KeyFiles.ZSK, P256);
        pass(Duration.ofMinutes(10));
        assertThat(caches.signing()).isEqualTo(ids(P256, ksk));
        assertThat(caches.published()).isEqualTo(tags(ksk, old, young));
        pass(Duration.ofHours(12));
        assertThat(caches.signing()).isEqualTo(ids(P256, young));
        assertThat(caches.published()).isEqualTo(tags(ksk, young));
    }

    @Test
    void timesInTheFilesOfKeysDriveARoll() throws Exception {
        var begin = bench.time().now();
        var ksk = keys.make(ZONE, KeyFiles.KSK, P256);
        var old = keys.make(ZONE, KeyFiles.ZSK, P256);
        var young = keys.make(ZONE, KeyFiles.ZSK, P256);
        keys.time(old, "Publish", begin);
        keys.time(old, "Activate", begin);
        keys.time(old, "Inactive", begin.plus(Duration.ofDays(2)));
        keys.time(old, "Delete", begin.plus(Duration.ofDays(3)));
        keys.time(young, "Publish", begin.plus(Duration.ofDays(1)));
        keys.time(young, "Activate", begin.plus(Duration.ofDays(2)));
        configure("key directory keys");
        pass(Duration.ofHours(20));
        assertThat(caches.published()).isEqualTo(tags(ksk, old));
        pass(Duration.ofHours(10));
        assertThat(caches.published()).isEqualTo(tags(ksk, old, young));
        assertThat(caches.signing()).isEqualTo(ids(P256, old));
        pass(Duration.ofHours(20));
        assertThat(caches.signing()).isEqualTo(ids(P256, young));
        assertThat(caches.published()).isEqualTo(tags(ksk, old, young));
        pass(Duration.ofDays(1));
        assertThat(caches.published()).isEqualTo(tags(ksk, young));
    }

    @Test
    void aKeyForKeysStaysUntilTheParentKnowsTheNext() throws Exception {
        var zsk = keys.make(ZONE, KeyFiles.ZSK, P256);
        var old = keys.make(ZONE, KeyFiles.KSK, P256);
        var young = keys.make(ZONE, KeyFiles.KSK, P256);
        name(zsk, old);
        pass(Duration.ofHours(5));
        name(zsk, young);
        assertThat(caches.published()).isEqualTo(tags(zsk, old, young));
        assertThat(caches.parent()).isEqualTo(ids(P256, old));
        pass(Duration.ofHours(4));
        assertThat(caches.parent()).isEqualTo(ids(P256, young));
        assertThat(caches.published()).isEqualTo(tags(zsk, old, young));
        pass(Duration.ofHours(30));
        assertThat(caches.published()).isEqualTo(tags(zsk, young));
    }

    @Test
    void oneKeyForAllRolls() throws Exception {
        var old = keys.make(ZONE, KeyFiles.KSK, P256);
        var young = keys.make(ZONE, KeyFiles.KSK, P256);
        name(old);
        pass(Duration.ofHours(5));
        name(young);
        pass(Duration.ofHours(60));
        assertThat(caches.published()).isEqualTo(tags(young));
        assertThat(caches.signing()).isEqualTo(ids(P256, young));
        assertThat(caches.parent()).isEqualTo(ids(P256, young));
    }

    @Test
    void oneKeyForAllBecomesTwoAndOneAgain() throws Exception {
        var ksk = keys.make(ZONE, KeyFiles.KSK, P256);
        var zsk = keys.make(ZONE, KeyFiles.ZSK, P256);
        name(ksk);
        pass(Duration.ofHours(5));
        name(ksk, zsk);
        pass(Duration.ofHours(12));
        assertThat(caches.signing()).isEqualTo(ids(P256, zsk));
        name(ksk);
        pass(Duration.ofHours(12));
        assertThat(caches.published()).isEqualTo(tags(ksk));
        assertThat(caches.signing()).isEqualTo(ids(P256, ksk));
    }

    @Test
    void aZoneKeyAloneGetsAKeyForKeys() throws Exception {
        var alone = keys.make(ZONE, KeyFiles.ZSK, P256);
        var ksk = keys.make(ZONE, KeyFiles.KSK, P256);
        name(alone);
        pass(Duration.ofHours(5));
        name(alone, ksk);
        pass(Duration.ofHours(60));
        assertThat(caches.parent()).isEqualTo(ids(P256, ksk));
        assertThat(caches.signing()).isEqualTo(ids(P256, alone));
    }

    @Test
    void anAlgorithmTakesThePlaceOfAnother() throws Exception {
        var oldKsk = keys.make(ZONE, KeyFiles.KSK, P256);
        var oldZsk = keys.make(ZONE, KeyFiles.ZSK, P256);
        var young = keys.make(ZONE, KeyFiles.KSK, ED25519);
        name(oldKsk, oldZsk);
        pass(Duration.ofHours(5));
        name(young);
        // It signs before it is published.
        assertThat(caches.published()).isEqualTo(tags(oldKsk, oldZsk));
        assertThat(caches.signing()).hasSize(2);
        pass(Duration.ofDays(3));
        assertThat(caches.published()).isEqualTo(tags(young));
        assertThat(caches.signing()).isEqualTo(ids(ED25519, young));
        assertThat(caches.parent()).isEqualTo(ids(ED25519, young));
    }

    @Test
    void anAlgorithmIsAddedBesideAnother() throws Exception {
        var first = keys.make(ZONE, KeyFiles.KSK, P256);
        name(first);
        pass(Duration.ofHours(5));
        var all = new ArrayList<>(List.of(first));
        all.add(keys.make(ZONE, KeyFiles.KSK, ED25519));
        all.add(keys.make(ZONE, KeyFiles.ZSK, ED25519));
        name(all.toArray(Path[]::new));
        pass(Duration.ofDays(1));
        assertThat(caches.published()).isEqualTo(tags(all.toArray(Path[]::new)));
        assertThat(caches.signing()).hasSize(2);
        assertThat(caches.parent()).hasSize(2);
    }

    @Test
    void theOperatorChangesHisMindInTheMiddle() throws Exception {
        var old = keys.make(ZONE, KeyFiles.KSK, P256);
        var young = keys.make(ZONE, KeyFiles.KSK, P256);
        var other = keys.make(ZONE, KeyFiles.KSK, ED25519);
        name(old);
        pass(Duration.ofHours(5));
        for (int hours : List.of(1, 3, 7, 20, 31)) {
            name(young, other);
            pass(Duration.ofHours(hours));
            name(old);
            pass(Duration.ofHours(hours / 2));
            name(other);
            pass(Duration.ofHours(2L * hours));
        }
        pass(Duration.ofHours(80));
        assertThat(caches.published()).isEqualTo(tags(other));
    }

    @Test
    void whoDoesNotWaitBreaksTheZone() throws Exception {
        var old = keys.make(ZONE, KeyFiles.KSK, P256);
        name(old);
        pass(Duration.ofHours(5));
        var young = keys.make(ZONE, KeyFiles.KSK, P256);
        Files.delete(folder.resolve("out/db.example.org.keys"));
        Files.delete(folder.resolve("out/db.example.org.signed"));
        assertThatThrownBy(() -> name(young)).isInstanceOf(AssertionError.class);
    }
}
