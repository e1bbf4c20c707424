package dev.onoma.zone;

import dev.onoma.api.NameKey;
import java.nio.ByteBuffer;
import java.util.Arrays;
import org.xbill.DNS.Type;

/// Records of class IN one behind the other, as octets: owner, type, TTL, length, RDATA, as in a
/// message without compression and without the class. RRSIG records are records like others.
public final class PackedRecords {
    private static final int FIXED_OCTETS = 8;

    private byte[] octets;
    private int length;
    private int count;

    public PackedRecords() {
        this(new byte[256], 0, 0);
    }

    private PackedRecords(byte[] octets, int length, int count) {
        this.octets = octets;
        this.length = length;
        this.count = count;
    }

    /// Records that lie in an array from its beginning.
    ///
    /// @throws ZoneException if they are not well-formed
    static PackedRecords of(byte[] octets, int length) throws ZoneException {
        var records = new PackedRecords(octets, length, 0);
        var cursor = records.cursor();
        var name = new NameKey();
        while (cursor.at < length) {
            int fixed = name.read(octets, cursor.at, length);
            if (fixed < 0
                    || fixed + FIXED_OCTETS > length
                    || fixed + FIXED_OCTETS + Arena.u16(octets, fixed + 6) > length) {
                throw new ZoneException("record " + records.count, "is malformed");
            }
            cursor.at = fixed + FIXED_OCTETS + Arena.u16(octets, fixed + 6);
            records.count++;
        }
        return records;
    }

    /// How many there are.
    public int count() {
        return count;
    }

    /// The octets of all.
    public int sizeOctets() {
        return length;
    }

    /// The octets; the first [#sizeOctets] are valid.
    byte[] octets() {
        return octets;
    }

    /// Adds a record.
    ///
    /// @param owner has the name in wire form, uncompressed, at `ownerAt`
    /// @param data has the RDATA from `from` to `to`, its names uncompressed
    public void add(
            byte[] owner,
            int ownerAt,
            int ownerLength,
            int type,
            int ttl,
            byte[] data,
            int from,
            int to) {
        room(ownerLength + FIXED_OCTETS + to - from);
        System.arraycopy(owner, ownerAt, octets, length, ownerLength);
        int at = length + ownerLength;
        Arena.put16(octets, at, type);
        Arena.put32(octets, at + 2, ttl);
        Arena.put16(octets, at + 6, to - from);
        System.arraycopy(data, from, octets, at + FIXED_OCTETS, to - from);
        length = at + FIXED_OCTETS + to - from;
        count++;
    }

    /// Adds all records of a block of a zone.
    void addBlock(ZoneData zone, int block) {
        var page = zone.arena.page(block);
        int at = Arena.at(block);
        int set = Node.firstSet(page, at);
        for (int i = Node.setCount(page, at); i > 0; i--) {
            int type = Node.isSignature(page, set) ? Type.RRSIG : Node.setType(page, set);
            int record = set + Node.SET;
            for (int k = Node.recordCount(page, set); k > 0; k--) {
                int size = Arena.u16(page, record);
                add(
                        page,
                        at + Node.NAME,
                        Node.nameLength(page, at),
                        type,
                        Node.setTtl(page, set),
                        page,
                        record + 2,
                        record + 2 + size);
                record += 2 + size;
            }
            set = Node.nextSet(page, set);
        }
    }

    /// Adds a record of others.
    void add(ByteBuffer record) {
        room(record.remaining());
        record.duplicate().get(octets, length, record.remaining());
        length += record.remaining();
        count++;
    }

    /// Takes all out, to be used again.
    void clear() {
        length = 0;
        count = 0;
    }

    private void room(int more) {
        if (length + more > octets.length) {
            octets = Arrays.copyOf(octets, Math.max(length + more, octets.length * 2));
        }
    }

    /// Goes from record to record.
    public Cursor cursor() {
        return new Cursor();
    }

    /// A place among the records; begins before the first.
    public final class Cursor {
        private int at;
        private int begin;
        private int fixed;

        /// Goes to the next record, if there is one.
        public boolean next() {
            if (at >= length) {
                return false;
            }
            begin = at;
            fixed = at;
            while (octets[fixed] != 0) {
                fixed += octets[fixed] + 1;
            }
            fixed++;
            at = fixed + FIXED_OCTETS + Arena.u16(octets, fixed + 6);
            return true;
        }

        /// The array that the record lies in.
        public byte[] octets() {
            return octets;
        }

        /// Where its owner is.
        public int ownerAt() {
            return begin;
        }

        /// The octets of the owner.
        public int ownerLength() {
            return fixed - begin;
        }

        /// Its type.
        public int type() {
            return Arena.u16(octets, fixed);
        }

        /// Its TTL in seconds.
        public int ttl() {
            return Arena.i32(octets, fixed + 2);
        }

        /// Where its data begins.
        public int dataAt() {
            return fixed + FIXED_OCTETS;
        }

        /// Where its data ends.
        public int dataEnd() {
            return at;
        }

        /// The whole record.
        ByteBuffer record() {
            return ByteBuffer.wrap(octets, begin, at - begin).slice();
        }
    }
}
