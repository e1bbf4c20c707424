package dev.onoma.plugins.cache;

import org.jspecify.annotations.Nullable;

/// Entries in the order in which they came, with their number and size. Belongs to a [Shard].
final class Queue {
    private @Nullable Entry oldest;
    private @Nullable Entry newest;
    private int count;
    private long octets;

    int count() {
        return count;
    }

    long octets() {
        return octets;
    }

    void add(Entry entry) {
        entry.queue = this;
        entry.older = newest;
        entry.newer = null;
        if (newest == null) {
            oldest = entry;
        } else {
            newest.newer = entry;
        }
        newest = entry;
        count++;
        octets += entry.footprint();
    }

    void remove(Entry entry) {
        if (entry.older == null) {
            oldest = entry.newer;
        } else {
            entry.older.newer = entry.newer;
        }
        if (entry.newer == null) {
            newest = entry.older;
        } else {
            entry.newer.older = entry.older;
        }
        entry.older = null;
        entry.newer = null;
        entry.queue = null;
        count--;
        octets -= entry.footprint();
    }

    @Nullable Entry oldest() {
        return oldest;
    }
}
