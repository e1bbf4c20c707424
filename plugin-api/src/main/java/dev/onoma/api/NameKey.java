package dev.onoma.api;

import java.io.FileInputStream;
import java.io.IOException;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.security.SecureRandom;
import java.util.Arrays;
import org.xbill.DNS.Name;

/// A domain name as tables want it: wire form (RFC 1035, section 3.1), ASCII letters in lower case
/// (RFC 4343), with a hash.
///
/// The key of a query is reused with the query: [#copy] makes one that may be kept. The hash is
/// keyed with a secret of the process, so that nobody outside can choose names that collide; it
/// differs between processes and is never to be stored.
public final class NameKey {
    /// The longest name (RFC 1035, section 2.3.4).
    public static final int OCTETS_MAX = 255;

    /// The most labels a name can have, the root label not counted.
    public static final int LABELS_MAX = 127;

    private static final VarHandle LONG =
            MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
    private static final long SECRET = secret() | 1;
    private static final long MIX = 0x9e3779b97f4a7c15L;
    private static final long HIGH_BITS = 0x8080808080808080L;
    private static final long ONES = 0x0101010101010101L;

    // Sixteen spare octets, zero beyond the name, so that words can be read without a bounds test.
    private final byte[] octets;
    private final byte[] labelAt;
    private int length;
    private int labels;
    private long hash;

    // The kernel's random numbers, without the many classes of a SecureRandom at each start.
    private static long secret() {
        try (var kernel = new FileInputStream("/dev/urandom")) {
            return ByteBuffer.wrap(kernel.readNBytes(Long.BYTES)).getLong();
        } catch (IOException | BufferUnderflowException _) {
            return new SecureRandom().nextLong();
        }
    }

    /// An empty key, to be filled by [#read].
    public NameKey() {
        this(OCTETS_MAX + 17, LABELS_MAX + 1);
    }

    private NameKey(int capacity, int labelCapacity) {
        octets = new byte[capacity];
        labelAt = new byte[labelCapacity];
    }

    /// The key of a name.
    public static NameKey of(Name name) {
        var wire = name.toWire();
        var key = new NameKey();
        key.read(wire, 0, wire.length);
        return key.copy();
    }

    /// Reads a name without compression, as the question of a query has it.
    ///
    /// @param end behind the last octet that may be read
    /// @return the offset behind the name, or -1 if there is no valid name
    public int read(byte[] wire, int offset, int end) {
        int at = offset;
        int count = 0;
        while (true) {
            if (at >= end) {
                return -1;
            }
            int size = wire[at];
            if (size == 0) {
                break;
            }
            if (size < 0 || size > 63 || at - offset + size + 2 > OCTETS_MAX) {
                return -1;
            }
            labelAt[count++] = (byte) (at - offset);
            at += size + 1;
        }
        labels = count;
        take(wire, offset, at + 1 - offset);
        return at + 1;
    }

    private void take(byte[] wire, int offset, int count) {
        int previous = length;
        System.arraycopy(wire, offset, octets, 0, count);
        if (previous > count) {
            Arrays.fill(octets, count, previous, (byte) 0);
        }
        length = count;
        long mixed = SECRET ^ count;
        for (int at = 0; at < count; at += 8) {
            long word = lower((long) LONG.get(octets, at));
            LONG.set(octets, at, word);
            mixed = mix(mixed, word);
        }
        hash = mixed;
    }

    /// The hash of the suffix that begins with a label, the same as that suffix would have.
    public long suffixHash(int label) {
        int at = labelOffset(label);
        long mixed = SECRET ^ (length - at);
        for (; at < length; at += 8) {
            mixed = mix(mixed, (long) LONG.get(octets, at));
        }
        return mixed;
    }

    // Length octets are 0 to 63 and letters 65 to 90, so a whole word can be made lower case at
    // once.
    private static long lower(long word) {
        long ascii = word & ~HIGH_BITS;
        long fromA = ascii + ONES * (0x80 - 'A');
        long beyondZ = ascii + ONES * (0x80 - 'Z' - 1);
        long upper = fromA & ~beyondZ & ~word & HIGH_BITS;
        return word | upper >>> 2;
    }

    private static long mix(long state, long word) {
        long left = state ^ word;
        long right = MIX ^ SECRET;
        return Math.multiplyHigh(left, right) ^ left * right ^ Long.rotateLeft(state, 23);
    }

    /// The name with the octets of a suffix of this one, beginning with the given label.
    ///
    /// @param label 0 (the whole name) to [#labels] (the root)
    public NameKey suffix(int label) {
        int at = labelOffset(label);
        var key = new NameKey(length - at + 17, labels - label + 1);
        key.read(octets, at, length);
        return key;
    }

    /// A key that may be kept.
    public NameKey copy() {
        return suffix(0);
    }

    /// The hash of the whole name, keyed and well mixed in all 64 bits.
    public long hash() {
        return hash;
    }

    /// The octets of the wire form, the root label included: 1 to 255.
    public int length() {
        return length;
    }

    /// The labels, the root label not counted: 0 to 127.
    public int labels() {
        return labels;
    }

    /// Where a label begins (its length octet). Label [#labels] is the root.
    public int labelOffset(int label) {
        return label == labels ? length - 1 : labelAt[label] & 0xff;
    }

    /// One octet of the lower-case wire form.
    public byte octet(int offset) {
        return octets[offset];
    }

    /// Copies a part of the lower-case wire form.
    public void copyTo(int from, byte[] target, int at, int count) {
        System.arraycopy(octets, from, target, at, count);
    }

    /// Whether this name equals `zone` or lies below it.
    public boolean isUnder(NameKey zone) {
        int label = labels - zone.labels;
        return label >= 0 && suffixEquals(labelOffset(label), zone);
    }

    /// Whether the octets from `offset` on, the begin of a label, are exactly `other`.
    public boolean suffixEquals(int offset, NameKey other) {
        return length - offset == other.length
                && Arrays.equals(octets, offset, length, other.octets, 0, other.length);
    }

    /// Whether an array has, at `offset`, exactly the lower-case wire form of the suffix that
    /// begins with a label.
    public boolean suffixIsAt(int label, byte[] other, int offset) {
        int from = labelOffset(label);
        int end = offset + length - from;
        return end <= other.length && Arrays.equals(octets, from, length, other, offset, end);
    }

    /// Whether label `label` is the given text.
    public boolean labelEquals(int label, byte[] text) {
        int at = labelOffset(label);
        return octets[at] == text.length
                && Arrays.equals(octets, at + 1, at + 1 + text.length, text, 0, text.length);
    }

    /// The text of one label, as Latin 1: one character per octet, no escapes.
    public String labelText(int label) {
        int at = labelOffset(label);
        return new String(octets, at + 1, octets[at], java.nio.charset.StandardCharsets.ISO_8859_1);
    }

    /// The name, in lower case.
    public Name name() {
        return Names.ofWire(octets, 0);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof NameKey key && hash == key.hash && suffixEquals(0, key);
    }

    @Override
    public int hashCode() {
        return Long.hashCode(hash);
    }

    /// The name in presentation form, fully qualified.
    @Override
    public String toString() {
        return name().toString();
    }
}
