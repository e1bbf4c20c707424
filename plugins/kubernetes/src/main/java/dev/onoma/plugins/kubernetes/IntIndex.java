package dev.onoma.plugins.kubernetes;

import java.util.function.IntToLongFunction;

/// Small numbers by the hash of what they stand for: an open table that is three to four fifths
/// full, 5 to 7 octets a number. Several numbers may have one hash; they are found in the order in
/// which they came.
///
/// One writer. A reader that looks while it writes may see anything, but comes to an end; it has to
/// find out (see [CompactPods]).
final class IntIndex {
    private static final int MIN = 16;

    private final IntToLongFunction hashes;
    // Numbers from 1 on; 0 is a free place.
    private volatile int[] places = new int[MIN];
    private int count;

    /// @param hashes of numbers that are in here
    IntIndex(IntToLongFunction hashes) {
        this.hashes = hashes;
    }

    /// Takes a number that it found.
    interface Matcher {
        /// Whether this is the one.
        boolean isIt(int number);
    }

    /// The first number of this hash, or of one beside it, that is the right one; -1 if there is
    /// none.
    int find(long hash, Matcher matcher) {
        var table = places;
        int at = home(hash, table.length);
        for (int i = 0; i < table.length && table[at] != 0; i++) {
            if (matcher.isIt(table[at] - 1)) {
                return table[at] - 1;
            }
            at = next(at, table.length);
        }
        return -1;
    }

    void add(int number) {
        if ((count + 1) * 5 > places.length * 4) {
            grow();
        }
        place(places, number + 1);
        count++;
    }

    private void grow() {
        var old = places;
        var grown = new int[old.length + old.length / 4 + MIN];
        int free = 0;
        while (old[free] != 0) {
            free++;
        }
        // From a free place on, so that numbers of one hash keep their order.
        for (int i = 0; i < old.length; i++) {
            int there = old[(free + i) % old.length];
            if (there != 0) {
                place(grown, there);
            }
        }
        places = grown;
    }

    private void place(int[] table, int value) {
        int at = home(hashes.applyAsLong(value - 1), table.length);
        while (table[at] != 0) {
            at = next(at, table.length);
        }
        table[at] = value;
    }

    /// Takes away a number whose hash is what it was when it came.
    void remove(int number) {
        var table = places;
        int at = home(hashes.applyAsLong(number), table.length);
        while (table[at] != number + 1) {
            if (table[at] == 0) {
                throw new IllegalStateException("it is not here");
            }
            at = next(at, table.length);
        }
        close(table, at);
        count--;
    }

    // Moves up whoever could not be reached any more.
    private void close(int[] table, int removed) {
        int gap = removed;
        int at = next(gap, table.length);
        while (table[at] != 0) {
            int home = home(hashes.applyAsLong(table[at] - 1), table.length);
            boolean stays = gap < at ? gap < home && home <= at : gap < home || home <= at;
            if (!stays) {
                table[gap] = table[at];
                gap = at;
            }
            at = next(at, table.length);
        }
        table[gap] = 0;
    }

    private static int next(int at, int length) {
        return at + 1 == length ? 0 : at + 1;
    }

    private static int home(long hash, int length) {
        return (int) ((hash >>> 32) * length >>> 32);
    }
}
