package dev.onoma.plugins.cache;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// What the table promises: the right entry, or none; bounded memory; names in use stay.
final class CacheTableTest {
    private static final long MINUTE = TimeUnit.MINUTES.toNanos(1);

    private final CacheTable table = new CacheTable(1024, 1024);

    private Entry put(String name, long now, long lifetime) {
        var entry = Queries.entry(name, "", 1, now, lifetime);
        table.put(entry);
        return entry;
    }

    private boolean has(String name) {
        var query = Queries.query(name, "", 0);
        var entry = table.find(CacheTable.hash(query), query);
        if (entry != null) {
            entry.used();
        }
        return entry != null;
    }

    @Test
    void whatIsPutIsFoundInAnySpelling() {
        put("www.example.org.", 0, MINUTE);
        assertThat(has("WWW.Example.ORG.")).isTrue();
        assertThat(has("ww.example.org.")).isFalse();
    }

    @Test
    void anEntryReplacesTheOneForTheSameQuestion() {
        put("www.example.org.", 0, MINUTE);
        var second = put("www.example.org.", 1, MINUTE);
        var query = Queries.query("www.example.org.", "", 0);
        assertThat(table.find(CacheTable.hash(query), query)).isSameAs(second);
        assertThat(table.count(Kind.SUCCESS)).isEqualTo(1);
    }

    @Test
    void viewsDoNotMix() {
        table.put(Queries.entry("www.example.org.", "inside", 1, 0, MINUTE));
        var inside = Queries.query("www.example.org.", "inside", 0);
        var outside = Queries.query("www.example.org.", "outside", 0);
        assertThat(table.find(CacheTable.hash(inside), inside)).isNotNull();
        assertThat(table.find(CacheTable.hash(outside), outside)).isNull();
    }

    @Test
    void capacityHoldsWhateverComes() {
        for (var name : Queries.names("n", 5000)) {
            put(name, 0, MINUTE);
        }
        assertThat(table.count(Kind.SUCCESS)).isBetween(900, 1024);
    }

    @Test
    void largeAnswersCountForWhatTheyTake() {
        for (var name : Queries.names("n", 600)) {
            table.put(Queries.entry(name, "", 300, 0, MINUTE));
        }
        assertThat(table.octets()).isLessThanOrEqualTo(1024L * CacheTable.OCTETS_PER_ENTRY);
        assertThat(table.count(Kind.SUCCESS)).isGreaterThan(20);
    }

    @Test
    void anAnswerThatIsTooLargeIsNotKept() {
        assertThat(table.put(Queries.entry("huge.example.org.", "", 3000, 0, MINUTE)))
                .isEqualTo(-1);
        assertThat(has("huge.example.org.")).isFalse();
    }

    @Test
    void namesInUseSurviveAScan() {
        var wanted = Queries.names("wanted", 300);
        wanted.forEach(name -> put(name, 0, MINUTE));
        for (int round = 0; round < 3; round++) {
            wanted.forEach(this::has);
        }
        for (var name : Queries.names("scan", 20_000)) {
            put(name, 0, MINUTE);
        }
        assertThat(wanted.stream().filter(this::has).count()).isGreaterThan(290);
    }

    @Test
    void expiredEntriesGoFirst() {
        var old = Queries.names("old", 900);
        old.forEach(name -> put(name, 0, MINUTE));
        var young = Queries.names("young", 900);
        int evicted = 0;
        for (var name : young) {
            evicted += table.put(Queries.entry(name, "", 1, 2 * MINUTE, MINUTE));
        }
        assertThat(evicted).isLessThan(60);
        assertThat(young.stream().filter(this::has).count()).isGreaterThan(850);
    }

    @Test
    @Timeout(60)
    void readersFindWhatStaysWhileOthersWrite() throws InterruptedException {
        var fixed = Queries.names("fixed", 50);
        fixed.forEach(name -> put(name, 0, MINUTE));
        fixed.forEach(this::has);
        var stop = new AtomicBoolean();
        var reader =
                Thread.ofPlatform()
                        .start(() -> {
                            while (!stop.get()) {
                                fixed.forEach(this::has);
                            }
                        });
        var writers = new ArrayList<Thread>();
        for (int w = 0; w < 2; w++) {
            var names = Queries.names("w" + w + "-", 3000);
            writers.add(
                    Thread.ofPlatform().start(() -> names.forEach(name -> put(name, 0, MINUTE))));
        }
        for (var writer : writers) {
            writer.join();
        }
        stop.set(true);
        reader.join();
        // A reader may miss an entry once while its chain changes; it is there afterwards.
        assertThat(fixed).allMatch(this::has);
    }
}
