package dev.onoma.plugins.blocklist;

import dev.onoma.api.NameKey;
import java.util.Arrays;

/// Up to some millions of names, each with a verdict for itself and one for what is below it.
///
/// An open table of ints that point into octets: one octet that says what the entry is, then the
/// name in wire form. A pointer has 26 bits, so the octets are at most 64 MiB; the other six are of
/// the hash and save a look at the octets. A million names of 20 octets take 30 MiB: 22 of octets,
/// eight of pointers. Hashes are keyed, so that nobody can choose names that collide.
///
/// Filled by one thread, then handed over and not changed any more.
final class NameTable {
    /// The most octets of names.
    static final int OCTETS_MAX = 1 << 26;

    private static final int CHUNK_BITS = 20;
    private static final int CHUNK = 1 << CHUNK_BITS;
    private static final int TAG_SHIFT = 26;
    private static final int SLOTS_MIN = 64;

    // Whether the entry is about the name itself, about names below, or both.
    private static final int SELF = 0x10;
    private static final int BELOW = 0x20;
    private static final int VERDICT = 0x0f;

    private byte[][] chunks = {new byte[CHUNK]};
    private int[] slots = new int[SLOTS_MIN];
    private int end = 1; // an empty slot is 0
    private int names;

    /// Adds a name. Of two entries for one name, PASS wins, else the first.
    ///
    /// @param self whether the name itself is meant
    /// @param below whether the names below it are
    /// @return false if there is no room
    boolean add(NameKey name, boolean self, boolean below, Verdict verdict) {
        int kind = (self ? SELF : 0) | (below ? BELOW : 0);
        int known = find(name, 0);
        if (known != 0) {
            merge(known, kind, verdict);
            return true;
        }
        if (OCTETS_MAX - end < CHUNK + 2) {
            return false;
        }
        int at = room(1 + name.length());
        var chunk = chunks[at >>> CHUNK_BITS];
        int offset = at & CHUNK - 1;
        chunk[offset] = (byte) (kind | verdict.code());
        name.copyTo(0, chunk, offset + 1, name.length());
        end = at + 1 + name.length();
        names++;
        if (names * 2 > slots.length) {
            grow();
        }
        put(name.hash(), at);
        return true;
    }

    private void merge(int at, int kind, Verdict verdict) {
        var chunk = chunks[at >>> CHUNK_BITS];
        int offset = at & CHUNK - 1;
        int before = chunk[offset];
        int code = verdict == Verdict.PASS ? verdict.code() : before & VERDICT;
        chunk[offset] = (byte) (before & ~VERDICT | kind | code);
    }

    // An entry lies in one chunk.
    private int room(int octets) {
        if ((end & CHUNK - 1) + octets > CHUNK) {
            end = (end >>> CHUNK_BITS) + 1 << CHUNK_BITS;
        }
        if (end >>> CHUNK_BITS == chunks.length) {
            chunks = Arrays.copyOf(chunks, chunks.length + 1);
            chunks[chunks.length - 1] = new byte[CHUNK];
        }
        return end;
    }

    private void put(long hash, int at) {
        int slot = (int) hash & slots.length - 1;
        while (slots[slot] != 0) {
            slot = slot + 1 & slots.length - 1;
        }
        slots[slot] = tag(hash) | at;
    }

    private static int tag(long hash) {
        return (int) (hash >>> 58) << TAG_SHIFT;
    }

    private void grow() {
        var before = slots;
        slots = new int[before.length * 2];
        var key = new NameKey();
        for (int slot : before) {
            if (slot != 0) {
                int at = slot & OCTETS_MAX - 1;
                var chunk = chunks[at >>> CHUNK_BITS];
                key.read(chunk, (at & CHUNK - 1) + 1, chunk.length);
                put(key.hash(), at);
            }
        }
    }

    private int find(NameKey name, int label) {
        long hash = label == 0 ? name.hash() : name.suffixHash(label);
        int tag = tag(hash);
        int slot = (int) hash & slots.length - 1;
        for (; slots[slot] != 0; slot = slot + 1 & slots.length - 1) {
            if ((slots[slot] & -OCTETS_MAX) == tag) {
                int at = slots[slot] & OCTETS_MAX - 1;
                var chunk = chunks[at >>> CHUNK_BITS];
                if (name.suffixIsAt(label, chunk, (at & CHUNK - 1) + 1)) {
                    return at;
                }
            }
        }
        return 0;
    }

    /// The label at which the longest entry that is about a name begins, or -1. Any thread.
    int match(NameKey name) {
        for (int label = 0; label <= name.labels(); label++) {
            int at = find(name, label);
            int wanted = label == 0 ? SELF : BELOW;
            if (at != 0 && (chunks[at >>> CHUNK_BITS][at & CHUNK - 1] & wanted) != 0) {
                return label;
            }
        }
        return -1;
    }

    /// The verdict of the entry that begins at a label, as [#match] found it.
    Verdict verdict(NameKey name, int label) {
        int at = find(name, label);
        return Verdict.of(chunks[at >>> CHUNK_BITS][at & CHUNK - 1] & VERDICT);
    }

    /// The number of names.
    int names() {
        return names;
    }

    /// What this takes on the heap, about, in octets.
    long footprint() {
        return (long) chunks.length * CHUNK + 4L * slots.length;
    }
}
