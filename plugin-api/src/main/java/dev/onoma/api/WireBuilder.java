package dev.onoma.api;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;
import org.xbill.DNS.DClass;
import org.xbill.DNS.Name;
import org.xbill.DNS.Record;
import org.xbill.DNS.Section;
import org.xbill.DNS.Type;

/// Encodes records as [WireSections], with compression (RFC 1035, section 4.1.4) of owner names and
/// of the names in the data of types that existed then; never of newer ones (RFC 3597, section 4).
///
/// Time and memory grow with the octets written. Records go in by section, in the order of the
/// sections; what does not fit into 65,535 octets is left out, and [#isFull] says so.
public final class WireBuilder {
    // A message of this length leaves room for an OPT record with options.
    private static final int MESSAGE_OCTETS_MAX = 65_535 - 512;
    private static final int POINTER_REACH = 0x3fff;

    private final byte[] question;
    private final int begin;
    // The message from its first octet on, as if header and question were there.
    private byte[] wire;
    private int at;
    private int[] typeAt = new int[8];
    private int records;
    private final int[] counts = new int[3];
    private int section = Section.ANSWER;
    private boolean full;
    // Suffixes of names written so far: offset by slot, 0 for a free one.
    private int[] slots = new int[32];
    private int suffixes;

    WireBuilder(Name questionName) {
        this(questionName.toWire(), 0);
    }

    WireBuilder(NameKey questionName, int sharedLabels) {
        this(octets(questionName), questionName.labels() - sharedLabels);
    }

    private WireBuilder(byte[] question, int labelsUnshared) {
        this.question = question;
        begin = 12 + question.length + 4;
        wire = new byte[Math.max(256, begin + 128)];
        System.arraycopy(question, 0, wire, 12, question.length);
        at = begin;
        int label = 0;
        for (int i = 0; question[label] != 0; i++) {
            if (i >= labelsUnshared) {
                remember(12 + label, hashAt(question, label));
            }
            label += question[label] + 1;
        }
    }

    private static byte[] octets(NameKey name) {
        var octets = new byte[name.length()];
        name.copyTo(0, octets, 0, octets.length);
        return octets;
    }

    /// Whether a record did not fit.
    public boolean isFull() {
        return full;
    }

    /// Adds a record behind those that are there.
    public WireBuilder add(int section, Record added) {
        if (section < this.section) {
            throw new IllegalArgumentException("records go in section by section");
        }
        this.section = section;
        var octets = added.toWire(section);
        int nameOctets = added.getName().length();
        if (full || at + octets.length > MESSAGE_OCTETS_MAX) {
            full = true;
            return this;
        }
        room(octets.length);
        writeName(octets, 0, true);
        fixed(octets, nameOctets);
        int rdata = nameOctets + 10;
        int lengthAt = at - 2;
        data(added.getType(), octets, rdata, octets.length);
        put16(lengthAt, at - lengthAt - 2);
        return this;
    }

    /// Adds a record of class IN from its parts.
    ///
    /// @param owner has the name in wire form, uncompressed, at `ownerAt`; null for the name asked
    /// @param ttl in seconds
    /// @param data has the RDATA from `from` to `to`, its names uncompressed
    public WireBuilder add(
            int section,
            byte @Nullable [] owner,
            int ownerAt,
            int type,
            int ttl,
            byte[] data,
            int from,
            int to) {
        if (section < this.section) {
            throw new IllegalArgumentException("records go in section by section");
        }
        this.section = section;
        int most = NameKey.OCTETS_MAX + 10 + to - from;
        if (full || at + most > MESSAGE_OCTETS_MAX) {
            full = true;
            return this;
        }
        room(most);
        if (owner == null) {
            put16(at, WireSections.QUESTION_POINTER);
            at += 2;
        } else {
            writeName(owner, ownerAt, true);
        }
        begun();
        put16(at, type);
        put16(at + 2, DClass.IN);
        put16(at + 4, ttl >>> 16);
        put16(at + 6, ttl);
        at += 10;
        int lengthAt = at - 2;
        data(type, data, from, to);
        put16(lengthAt, at - lengthAt - 2);
        return this;
    }

    /// The octets of the message so far, header and question included.
    public int sizeOctets() {
        return at;
    }

    private void fixed(byte[] octets, int offset) {
        begun();
        System.arraycopy(octets, offset, wire, at, 10);
        at += 10;
    }

    private void begun() {
        if (records == typeAt.length) {
            typeAt = Arrays.copyOf(typeAt, records * 2);
        }
        typeAt[records++] = at - begin;
        counts[section - 1]++;
    }

    private void data(int type, byte[] octets, int rdata, int end) {
        switch (type) {
            case Type.NS, Type.CNAME, Type.PTR, Type.MB, Type.MD, Type.MF, Type.MG, Type.MR ->
                    writeName(octets, rdata, true);
            case Type.MX -> {
                copy(octets, rdata, 2);
                writeName(octets, rdata + 2, true);
            }
            case Type.SOA, Type.MINFO -> {
                int second = writeName(octets, rdata, true);
                int rest = writeName(octets, second, true);
                copy(octets, rest, end - rest);
            }
            default -> copy(octets, rdata, end - rdata);
        }
    }

    /// The sections.
    public WireSections build() {
        return new WireSections(
                Arrays.copyOfRange(wire, begin, at),
                question.length,
                Arrays.copyOf(typeAt, records),
                counts.clone());
    }

    // Writes the name that stands uncompressed in `octets`; returns the offset behind it there.
    private int writeName(byte[] octets, int offset, boolean compress) {
        int label = offset;
        while (octets[label] != 0) {
            int hash = hashAt(octets, label);
            int known = compress ? find(octets, label, hash) : 0;
            if (known != 0) {
                put16(at, 0xc000 | known);
                at += 2;
                return endOfName(octets, label);
            }
            remember(at, hash);
            copy(octets, label, octets[label] + 1);
            label += octets[label] + 1;
        }
        wire[at++] = 0;
        return label + 1;
    }

    private static int endOfName(byte[] octets, int label) {
        int position = label;
        while (octets[position] != 0) {
            position += octets[position] + 1;
        }
        return position + 1;
    }

    private void remember(int offset, int hash) {
        if (offset > POINTER_REACH) {
            return;
        }
        if (suffixes * 2 >= slots.length) {
            grow();
        }
        int slot = hash & slots.length - 1;
        while (slots[slot] != 0) {
            slot = slot + 1 & slots.length - 1;
        }
        slots[slot] = offset;
        suffixes++;
    }

    private void grow() {
        var old = slots;
        slots = new int[old.length * 2];
        for (int offset : old) {
            if (offset != 0) {
                int slot = hashWritten(offset) & slots.length - 1;
                while (slots[slot] != 0) {
                    slot = slot + 1 & slots.length - 1;
                }
                slots[slot] = offset;
            }
        }
    }

    private int find(byte[] octets, int label, int hash) {
        for (int slot = hash & slots.length - 1;
                slots[slot] != 0;
                slot = slot + 1 & slots.length - 1) {
            if (sameName(octets, label, slots[slot])) {
                return slots[slot];
            }
        }
        return 0;
    }

    // Names in the question are taken in any spelling, others only letter by letter.
    private boolean sameName(byte[] octets, int label, int offset) {
        int written = offset;
        int wanted = label;
        boolean anyCase = offset < begin;
        while (true) {
            written = follow(written);
            int size = octets[wanted];
            if (wire[written] != size) {
                return false;
            }
            if (size == 0) {
                return true;
            }
            for (int i = 1; i <= size; i++) {
                byte a = octets[wanted + i];
                byte b = wire[written + i];
                if (a != b && !(anyCase && lower(a) == lower(b))) {
                    return false;
                }
            }
            wanted += size + 1;
            written += size + 1;
        }
    }

    private int follow(int offset) {
        int position = offset;
        while ((wire[position] & 0xc0) == 0xc0) {
            position = (wire[position] & 0x3f) << 8 | wire[position + 1] & 0xff;
        }
        return position;
    }

    private static int hashAt(byte[] octets, int label) {
        int hash = 17;
        for (int position = label; octets[position] != 0; ) {
            int end = position + octets[position] + 1;
            for (; position < end; position++) {
                hash = hash * 31 + lower(octets[position]);
            }
        }
        return spread(hash);
    }

    private int hashWritten(int offset) {
        int hash = 17;
        for (int position = follow(offset); wire[position] != 0; position = follow(position)) {
            int end = position + wire[position] + 1;
            for (; position < end; position++) {
                hash = hash * 31 + lower(wire[position]);
            }
        }
        return spread(hash);
    }

    private static int spread(int hash) {
        return (hash ^ hash >>> 15) * 0x2c1b3c6d;
    }

    private static int lower(byte octet) {
        return octet >= 'A' && octet <= 'Z' ? octet + 32 : octet;
    }

    private void copy(byte[] octets, int offset, int count) {
        System.arraycopy(octets, offset, wire, at, count);
        at += count;
    }

    private void put16(int offset, int value) {
        wire[offset] = (byte) (value >> 8);
        wire[offset + 1] = (byte) value;
    }

    private void room(int octets) {
        if (at + octets > wire.length) {
            wire = Arrays.copyOf(wire, Math.max(at + octets, wire.length * 2));
        }
    }
}
