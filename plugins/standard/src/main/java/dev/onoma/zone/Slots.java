package dev.onoma.zone;

/// A hash table of numbers, with open addressing: five octets a slot, of which one is a tag, so
/// that a look that finds nothing seldom leaves this table.
///
/// Filled by one thread, then only read. Of *hosts* as well as of zones.
public final class Slots {
    private static final int CAPACITY_FIRST = 16;

    private byte[] tags = new byte[CAPACITY_FIRST];
    private int[] numbers = new int[CAPACITY_FIRST];
    private int count;

    /// Tells the hash of a number that is in the table already.
    @FunctionalInterface
    public interface Hash {
        long of(int number);
    }

    /// The first slot that may hold what has this hash, or -1.
    public int first(long hash) {
        return from((int) hash & tags.length - 1, hash);
    }

    /// The next slot after one that held something else, or -1.
    public int next(int slot, long hash) {
        return from(slot + 1 & tags.length - 1, hash);
    }

    private int from(int start, long hash) {
        byte wanted = tag(hash);
        for (int slot = start; ; slot = slot + 1 & tags.length - 1) {
            byte tag = tags[slot];
            if (tag == wanted) {
                return slot;
            }
            if (tag == 0) {
                return -1;
            }
        }
    }

    private static byte tag(long hash) {
        return (byte) (hash >>> 57 | 0x80); // never that of a free slot
    }

    /// The number in a slot.
    public int number(int slot) {
        return numbers[slot];
    }

    /// Exchanges the number in a slot for another with the same hash.
    public void replace(int slot, int number) {
        numbers[slot] = number;
    }

    /// Whether nothing was put in.
    public boolean isEmpty() {
        return count == 0;
    }

    /// How many numbers there are.
    public int count() {
        return count;
    }

    /// Adds a number that is not in the table.
    public void put(long hash, int number, Hash hashes) {
        if (count + 1 > tags.length / 4 * 3) {
            grow(hashes);
        }
        insert(hash, number);
        count++;
    }

    private void insert(long hash, int number) {
        int slot = (int) hash & tags.length - 1;
        while (tags[slot] != 0) {
            slot = slot + 1 & tags.length - 1;
        }
        tags[slot] = tag(hash);
        numbers[slot] = number;
    }

    private void grow(Hash hashes) {
        var oldTags = tags;
        var oldNumbers = numbers;
        tags = new byte[oldTags.length * 2];
        numbers = new int[tags.length];
        for (int slot = 0; slot < oldTags.length; slot++) {
            if (oldTags[slot] != 0) {
                insert(hashes.of(oldNumbers[slot]), oldNumbers[slot]);
            }
        }
    }

    /// The octets that this holds on the heap.
    public long footprint() {
        return 5L * tags.length;
    }
}
