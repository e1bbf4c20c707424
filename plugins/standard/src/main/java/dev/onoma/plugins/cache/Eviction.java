package dev.onoma.plugins.cache;

import org.jspecify.annotations.Nullable;

/// Who has to go when one kind of entries in a [Shard] is at its limit.
///
/// S3-FIFO (Yang and others, SOSP 2023): new entries pass through a small queue and go first,
/// unless they are used there; those that are come into the main queue, where each use buys one
/// more round. Names that went lately and come back are let into the main queue at once. So a scan
/// over many names, each asked once, flows through a tenth of the space and leaves the rest alone;
/// a use costs a counter and no lock.
final class Eviction {
    private static final int SMALL_SHARE = 10;

    private final int countMax;
    private final long octetsMax;
    private final Queue small = new Queue();
    private final Queue main = new Queue();

    // Halves of hashes of what went from the small queue; a newer one may push out another.
    private final int[] ghosts;

    Eviction(int countMax, long octetsMax) {
        this.countMax = countMax;
        this.octetsMax = octetsMax;
        ghosts = new int[Integer.highestOneBit(Math.max(8, countMax))];
    }

    int count() {
        return small.count() + main.count();
    }

    long octets() {
        return small.octets() + main.octets();
    }

    boolean fits(Entry entry) {
        return entry.footprint() <= octetsMax / 4;
    }

    boolean isOver() {
        return count() > countMax || octets() > octetsMax;
    }

    void add(Entry entry) {
        int slot = (int) entry.hash & ghosts.length - 1;
        boolean known = ghosts[slot] == ghost(entry);
        (known ? main : small).add(entry);
    }

    private static int ghost(Entry entry) {
        return (int) (entry.hash >>> 32) | 1;
    }

    /// The one who has to go, taken out of its queue; null if there is nobody.
    @Nullable Entry evict(long nowNanos) {
        while (true) {
            boolean fromSmall = small.count() * SMALL_SHARE >= countMax || main.count() == 0;
            var entry = (fromSmall ? small : main).oldest();
            if (entry == null) {
                return null;
            }
            var queue = fromSmall ? small : main;
            queue.remove(entry);
            if (entry.frequency == 0 || !entry.isUseful(nowNanos)) {
                if (fromSmall) {
                    ghosts[(int) entry.hash & ghosts.length - 1] = ghost(entry);
                }
                return entry;
            }
            entry.frequency = fromSmall ? 0 : entry.frequency - 1;
            main.add(entry);
        }
    }
}
