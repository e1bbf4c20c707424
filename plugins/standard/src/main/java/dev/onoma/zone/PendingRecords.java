package dev.onoma.zone;

import dev.onoma.api.NameKey;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Set;

/// The records of one name before they become a block. Used again for the next name.
final class PendingRecords {
    private static final int LINEAR_MAX = 16;

    private byte[] octets = new byte[4096];
    private int length;
    // Of each record: type and signature, TTL, where its data is.
    private int[] kinds = new int[64];
    private int[] ttls = new int[64];
    private int[] froms = new int[64];
    private int[] tos = new int[64];
    private int count;
    // Type and signature, above the record's number.
    private long[] order = new long[64];

    /// Whether TTLs within a set differed (RFC 2181, section 5.2); the lowest is taken.
    boolean ttlsDiffered;

    boolean isEmpty() {
        return count == 0;
    }

    void clear() {
        count = 0;
        length = 0;
        ttlsDiffered = false;
    }

    /// @param type of the record, or what a signature covers
    void add(int type, boolean signature, int ttl, byte[] data, int from, int to) {
        if (count == kinds.length) {
            kinds = Arrays.copyOf(kinds, count * 2);
            ttls = Arrays.copyOf(ttls, count * 2);
            froms = Arrays.copyOf(froms, count * 2);
            tos = Arrays.copyOf(tos, count * 2);
        }
        int size = to - from;
        if (length + size > octets.length) {
            octets = Arrays.copyOf(octets, Math.max(length + size, octets.length * 2));
        }
        System.arraycopy(data, from, octets, length, size);
        kinds[count] = type << 1 | (signature ? 1 : 0);
        ttls[count] = ttl;
        froms[count] = length;
        length += size;
        tos[count++] = length;
    }

    /// Sorts by type, and takes doubles out (RFC 2181, section 5).
    private void settle() {
        if (order.length < count) {
            order = new long[Integer.highestOneBit(count) * 2];
        }
        for (int i = 0; i < count; i++) {
            order[i] = (long) kinds[i] << 32 | i;
        }
        if (count > 1) {
            Arrays.sort(order, 0, count);
            unique();
        }
    }

    private void unique() {
        int kept = 0;
        int begin = 0;
        var seen = new HashSet<ByteBuffer>(0);
        for (int i = 0; i < count; i++) {
            boolean first = i == 0 || order[i] >>> 32 != order[i - 1] >>> 32;
            if (first) {
                begin = kept;
                seen.clear();
            }
            int record = (int) order[i];
            if (first || isNew(record, begin, kept, seen)) {
                order[kept++] = order[i];
            }
        }
        count = kept;
    }

    private boolean isNew(int record, int begin, int end, Set<ByteBuffer> seen) {
        if (end - begin <= LINEAR_MAX) {
            for (int i = begin; i < end; i++) {
                int other = (int) order[i];
                if (Arrays.equals(
                        octets, froms[record], tos[record], octets, froms[other], tos[other])) {
                    return false;
                }
            }
            return true;
        }
        if (seen.isEmpty()) {
            for (int i = begin; i < end; i++) {
                seen.add(slice((int) order[i]));
            }
        }
        return seen.add(slice(record));
    }

    private ByteBuffer slice(int record) {
        return ByteBuffer.wrap(octets, froms[record], tos[record] - froms[record]);
    }

    /// The octets that all sets take in a block, after [#settle].
    private int blockOctets() {
        int size = 0;
        for (int i = 0; i < count; i++) {
            int record = (int) order[i];
            boolean first = i == 0 || order[i] >>> 32 != order[i - 1] >>> 32;
            size += (first ? Node.SET : 0) + 2 + tos[record] - froms[record];
        }
        return size;
    }

    /// Whether a set has more than 65,535 records; its type, or -1.
    private int oversized() {
        int run = 0;
        for (int i = 0; i < count; i++) {
            run = i > 0 && order[i] >>> 32 == order[i - 1] >>> 32 ? run + 1 : 1;
            if (run > 0xffff) {
                return (int) (order[i] >>> 33);
            }
        }
        return -1;
    }

    /// Writes the sets, after [#settle].
    ///
    /// @return how many there are
    private int write(byte[] page, int at) {
        int sets = 0;
        int place = at;
        for (int i = 0; i < count; ) {
            int set = place;
            int begin = i;
            int ttl = ttls[(int) order[i]];
            place += Node.SET;
            for (; i < count && order[i] >>> 32 == order[begin] >>> 32; i++) {
                int record = (int) order[i];
                int size = tos[record] - froms[record];
                Arena.put16(page, place, size);
                System.arraycopy(octets, froms[record], page, place + 2, size);
                place += 2 + size;
                ttlsDiffered |= ttls[record] != ttl;
                ttl = Math.min(ttl, ttls[record]);
            }
            int kind = (int) (order[begin] >>> 32);
            Arena.put16(page, set, kind >> 1);
            page[set + 2] = (byte) (kind & 1);
            Arena.put32(page, set + 3, ttl);
            Arena.put16(page, set + 7, i - begin);
            Arena.put32(page, set + 9, place - set - Node.SET);
            sets++;
        }
        return sets;
    }

    int count() {
        return count;
    }

    /// Makes a block of a name and these records, after which they are settled.
    ///
    /// @return where it is
    int write(NameKey owner, int link, Arena arena) throws SyntaxException {
        settle();
        int oversized = oversized();
        if (oversized >= 0) {
            throw new SyntaxException(
                    "%s has more than 65535 %s records".formatted(owner, Types.text(oversized)));
        }
        int name = owner.length();
        int block = arena.allocate(Node.NAME + name + 2 + blockOctets());
        var page = arena.page(block);
        int at = Arena.at(block);
        page[at + 1] = (byte) name;
        Arena.put32(page, at + Node.LINK, link);
        owner.copyTo(0, page, at + Node.NAME, name);
        int sets = write(page, at + Node.NAME + name + 2);
        Arena.put16(page, at + Node.NAME + name, sets);
        return block;
    }
}
