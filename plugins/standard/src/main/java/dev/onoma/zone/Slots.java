package dev.onoma.zone;

import java.util.Arrays;

/// A hash table of numbers, with open addressing: five octets a slot, of which one is a tag, so
/// that a look that finds nothing seldom leaves this table.
///
/// It lies in parts, which copies share until one of them changes something there: a copy of a
/// table of millions that differs in few numbers costs little time and memory.
///
/// Filled by one thread, then only read. Of *hosts* as well as of zones.
public final class Slots {
    private static final int CAPACITY_FIRST = 16;
    private static final int PART_BITS = 12;
    private static final int PART_SLOTS = 1 << PART_BITS;

    // Tags of what is there have the top bit.
    private static final byte FREE = 0;
    private static final byte GONE = 1;

    private byte[][] tags;
    private int[][] numbers;
    private boolean[] shared; // parts that another table has, too
    private int capacity;
    private int count;
    private int taken; // slots that are not free

    /// Tells the hash of a number that is in the table already.
    @FunctionalInterface
    public interface Hash {
        long of(int number);
    }

    /// An empty table.
    public Slots() {
        tags = new byte[0][];
        numbers = new int[0][];
        shared = new boolean[0];
        allocate(CAPACITY_FIRST);
    }

    private Slots(Slots other) {
        tags = other.tags.clone();
        numbers = other.numbers.clone();
        shared = new boolean[tags.length];
        Arrays.fill(shared, true);
        Arrays.fill(other.shared, true);
        capacity = other.capacity;
        count = other.count;
        taken = other.taken;
    }

    /// A table with the same numbers, which changes for itself.
    Slots copy() {
        return new Slots(this);
    }

    private void allocate(int slots) {
        int parts = Math.max(1, slots >>> PART_BITS);
        capacity = slots;
        tags = new byte[parts][Math.min(slots, PART_SLOTS)];
        numbers = new int[parts][Math.min(slots, PART_SLOTS)];
        shared = new boolean[parts];
    }

    /// The first slot that may hold what has this hash, or -1.
    public int first(long hash) {
        return from((int) hash & capacity - 1, hash);
    }

    /// The next slot after one that held something else, or -1.
    public int next(int slot, long hash) {
        return from(slot + 1 & capacity - 1, hash);
    }

    private int from(int start, long hash) {
        byte wanted = tag(hash);
        for (int slot = start; ; slot = slot + 1 & capacity - 1) {
            byte tag = tags[slot >>> PART_BITS][slot & PART_SLOTS - 1];
            if (tag == wanted) {
                return slot;
            }
            if (tag == FREE) {
                return -1;
            }
        }
    }

    private static byte tag(long hash) {
        return (byte) (hash >>> 57 | 0x80); // never that of a free slot
    }

    /// The number in a slot.
    public int number(int slot) {
        return numbers[slot >>> PART_BITS][slot & PART_SLOTS - 1];
    }

    /// Exchanges the number in a slot for another with the same hash.
    public void replace(int slot, int number) {
        own(slot >>> PART_BITS);
        numbers[slot >>> PART_BITS][slot & PART_SLOTS - 1] = number;
    }

    /// Takes the number in a slot away.
    void remove(int slot) {
        own(slot >>> PART_BITS);
        // Looks for others go on behind it.
        tags[slot >>> PART_BITS][slot & PART_SLOTS - 1] = GONE;
        count--;
    }

    private void own(int part) {
        if (shared[part]) {
            tags[part] = tags[part].clone();
            numbers[part] = numbers[part].clone();
            shared[part] = false;
        }
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
        if (taken + 1 > capacity / 4 * 3) {
            grow(hashes);
        }
        insert(hash, number);
        count++;
    }

    private void insert(long hash, int number) {
        int slot = (int) hash & capacity - 1;
        while (tags[slot >>> PART_BITS][slot & PART_SLOTS - 1] != FREE) {
            slot = slot + 1 & capacity - 1;
        }
        own(slot >>> PART_BITS);
        tags[slot >>> PART_BITS][slot & PART_SLOTS - 1] = tag(hash);
        numbers[slot >>> PART_BITS][slot & PART_SLOTS - 1] = number;
        taken++;
    }

    // Or only takes out what is gone.
    private void grow(Hash hashes) {
        var oldTags = tags;
        var oldNumbers = numbers;
        allocate(count + 1 > capacity / 2 ? capacity * 2 : capacity);
        taken = 0;
        for (int part = 0; part < oldTags.length; part++) {
            for (int i = 0; i < oldTags[part].length; i++) {
                if (oldTags[part][i] < 0) {
                    insert(hashes.of(oldNumbers[part][i]), oldNumbers[part][i]);
                }
            }
        }
    }

    /// The octets that this holds on the heap.
    public long footprint() {
        return 5L * capacity;
    }
}
