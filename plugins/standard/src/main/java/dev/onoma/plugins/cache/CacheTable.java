package dev.onoma.plugins.cache;

import dev.onoma.api.NameKey;
import dev.onoma.api.Query;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/// The answers of one cache.
///
/// A look-up is one probe, without a lock and without allocation: the name's keyed hash, mixed with
/// type, class, DO, CD and view, chooses one of 16 shards and a bucket, and the whole question is
/// compared. Storing takes the lock of one shard for less than a microsecond.
///
/// Memory is bounded twice: by the entries that the Corefile allows for each kind, and by
/// [#OCTETS_PER_ENTRY] times that in octets, so that large answers count for what they take.
/// Expired entries go first, then those that [Eviction] chooses.
final class CacheTable implements AutoCloseable {
    /// What an entry may take on average. Common ones take 400 octets.
    static final int OCTETS_PER_ENTRY = 512;

    private static final int SHARDS = 16;
    private static final long ASKED_MIX = 0x9e3779b97f4a7c15L;

    private final Shard[] shards = new Shard[SHARDS];
    private final AtomicInteger flushes = new AtomicInteger();

    /// @param success how many answers are kept
    /// @param denial how many denials
    CacheTable(int success, int denial) {
        Arrays.setAll(shards, _ -> new Shard(eviction(success), eviction(denial)));
    }

    private static Eviction eviction(int capacity) {
        int count = Math.ceilDiv(capacity, SHARDS);
        return new Eviction(count, (long) count * OCTETS_PER_ENTRY);
    }

    static long hash(Query query) {
        long mixed = (Entry.asked(query) + query.view().hashCode()) * ASKED_MIX;
        long hash = (query.key().hash() ^ mixed) * ASKED_MIX;
        return hash ^ hash >>> 32;
    }

    /// What is kept for this question, fresh or not.
    @Nullable Entry find(long hash, Query query) {
        return find(hash, Entry.asked(query), query.key(), query.view());
    }

    private @Nullable Entry find(long hash, long asked, NameKey name, String view) {
        return shard(hash).find(hash, asked, name, view);
    }

    /// Keeps an entry.
    ///
    /// @return how many entries of its kind had to go for it, or -1 if it is too large
    int put(Entry entry) {
        return shard(entry.hash).put(entry);
    }

    /// Forgets an entry, if it is still here.
    void remove(Entry entry) {
        shard(entry.hash).forget(entry);
    }

    /// The entries that fit, fresh or not.
    List<Entry> entries(Predicate<Entry> wanted) {
        var found = new ArrayList<Entry>();
        for (var shard : shards) {
            shard.collect(wanted, found);
        }
        return found;
    }

    /// Forgets the entries that fit, and what others remember because of them.
    ///
    /// @return how many there were
    int forget(Predicate<Entry> wanted) {
        flushes.incrementAndGet();
        var found = entries(wanted);
        found.forEach(this::remove);
        return found.size();
    }

    /// How often somebody has asked to forget something.
    int flushes() {
        return flushes.get();
    }

    private Shard shard(long hash) {
        return shards[(int) hash & SHARDS - 1];
    }

    /// How many entries there are, fresh or not.
    int count(Kind kind) {
        int count = 0;
        for (var shard : shards) {
            count += shard.count(kind);
        }
        return count;
    }

    /// What they take on the heap, about.
    long octets() {
        return Arrays.stream(shards).mapToLong(Shard::octets).sum();
    }

    /// Nothing is open.
    @Override
    public void close() {}
}
