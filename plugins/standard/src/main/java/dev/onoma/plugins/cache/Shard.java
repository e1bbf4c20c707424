package dev.onoma.plugins.cache;

import dev.onoma.api.NameKey;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.List;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/// A part of a [CacheTable]: buckets of linked entries.
///
/// Readers take no lock: they follow links that only ever lead to complete entries. A reader that
/// meets a change may miss an entry, which costs one look-up behind the cache and nothing else.
/// Links of a chain only ever lead to entries put there earlier, so no reader walks in a circle.
final class Shard {
    private static final VarHandle BUCKET = MethodHandles.arrayElementVarHandle(Entry[].class);
    private static final int BUCKETS_MIN = 16;

    /// How many buckets are searched for expired entries when something is stored. A full round
    /// takes as many stores as there are entries, divided by this.
    private static final int SWEPT_BUCKETS = 4;

    private final Eviction success;
    private final Eviction denial;
    private volatile @Nullable Entry[] buckets = new Entry[BUCKETS_MIN];
    private int sweepAt;
    private volatile int successCount;
    private volatile int denialCount;

    Shard(Eviction success, Eviction denial) {
        this.success = success;
        this.denial = denial;
    }

    @Nullable Entry find(long hash, long asked, NameKey name, String view) {
        var table = buckets;
        var entry = (Entry) BUCKET.getAcquire(table, slot(hash, table.length));
        while (entry != null) {
            if (entry.answers(hash, asked, name, view)) {
                return entry;
            }
            entry = entry.next;
        }
        return null;
    }

    // The low bits choose the shard.
    private static int slot(long hash, int length) {
        return (int) (hash >>> 16) & length - 1;
    }

    /// Puts an entry in place of the one that answers the same question.
    ///
    /// @return how many entries of its kind had to go for it, or -1 if it is too large
    synchronized int put(Entry entry) {
        var replaced = find(entry.hash, entry.asked, entry.name, entry.view);
        var kind = entry.kind.of(success, denial);
        if (!kind.fits(entry)) {
            remove(replaced);
            return -1;
        }
        sweep(entry.storedNanos);
        kind.add(entry);
        if (success.count() + denial.count() > buckets.length) {
            grow();
        }
        link(buckets, entry);
        remove(replaced);
        int evicted = makeRoom(kind, entry.storedNanos);
        successCount = success.count();
        denialCount = denial.count();
        return evicted;
    }

    /// Adds the entries that fit to a list; what changes meanwhile may be missed.
    void collect(Predicate<Entry> wanted, List<Entry> into) {
        var table = buckets;
        for (int slot = 0; slot < table.length; slot++) {
            var entry = (Entry) BUCKET.getAcquire(table, slot);
            while (entry != null) {
                if (wanted.test(entry)) {
                    into.add(entry);
                }
                entry = entry.next;
            }
        }
    }

    synchronized void forget(Entry entry) {
        remove(entry);
        successCount = success.count();
        denialCount = denial.count();
    }

    private int makeRoom(Eviction kind, long nowNanos) {
        int evicted = 0;
        while (kind.isOver()) {
            var gone = kind.evict(nowNanos);
            if (gone == null) {
                break;
            }
            unlink(gone);
            evicted++;
        }
        return evicted;
    }

    private void sweep(long nowNanos) {
        var table = buckets;
        for (int i = 0; i < SWEPT_BUCKETS; i++) {
            sweepAt = sweepAt + 1 & table.length - 1;
            for (var entry = table[sweepAt]; entry != null; entry = entry.next) {
                if (!entry.isUseful(nowNanos)) {
                    remove(entry);
                }
            }
        }
    }

    private void remove(@Nullable Entry entry) {
        if (entry == null) {
            return;
        }
        var queue = entry.queue;
        if (queue != null) {
            queue.remove(entry);
            unlink(entry);
        }
    }

    private void unlink(Entry gone) {
        var table = buckets;
        int slot = slot(gone.hash, table.length);
        var entry = table[slot];
        if (entry == gone) {
            BUCKET.setRelease(table, slot, gone.next);
            return;
        }
        while (entry != null) {
            if (entry.next == gone) {
                entry.next = gone.next;
                return;
            }
            entry = entry.next;
        }
    }

    private static void link(@Nullable Entry[] table, Entry entry) {
        int slot = slot(entry.hash, table.length);
        entry.next = table[slot];
        BUCKET.setRelease(table, slot, entry);
    }

    private void grow() {
        var old = buckets;
        var table = new Entry[old.length * 2];
        for (var first : old) {
            var entry = first;
            while (entry != null) {
                var following = entry.next;
                if (entry.queue != null) {
                    link(table, entry);
                }
                entry = following;
            }
        }
        buckets = table;
    }

    int count(Kind kind) {
        return kind == Kind.SUCCESS ? successCount : denialCount;
    }

    synchronized long octets() {
        return success.octets() + denial.octets();
    }
}
