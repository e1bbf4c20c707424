package dev.onoma.zone;

import dev.onoma.api.NameKey;
import java.util.Arrays;

/// A name in wire form (RFC 1035, section 3.1), as it was spelled. Used again for the next one.
final class WireName {
    private static final int LABEL_OCTETS_MAX = 63;

    final byte[] octets = new byte[NameKey.OCTETS_MAX + 1];
    int length;

    void set(WireName other) {
        length = other.length;
        System.arraycopy(other.octets, 0, octets, 0, length);
    }

    void set(byte[] wire) {
        length = wire.length;
        System.arraycopy(wire, 0, octets, 0, length);
    }

    byte[] copy() {
        return Arrays.copyOf(octets, length);
    }

    /// Reads a name: `@` is the origin, a name without a dot at its end is relative to it.
    void read(Entry entry, int word, WireName origin) throws SyntaxException {
        read(entry.text, entry.start(word), entry.end(word), entry.isQuoted(word), origin);
    }

    void read(byte[] text, int start, int end, boolean quoted, WireName origin)
            throws SyntaxException {
        if (end - start == 1 && text[start] == '@' && !quoted) {
            set(origin);
            return;
        }
        if (end - start == 1 && text[start] == '.') {
            octets[0] = 0;
            length = 1;
            return;
        }
        boolean absolute = labels(text, start, end);
        if (absolute) {
            room(1);
            octets[length++] = 0;
        } else {
            room(origin.length);
            System.arraycopy(origin.octets, 0, octets, length, origin.length);
            length += origin.length;
        }
        if (length > NameKey.OCTETS_MAX) {
            throw new SyntaxException("a name is longer than 255 octets");
        }
    }

    // Whether the name ends with a dot.
    private boolean labels(byte[] text, int start, int end) throws SyntaxException {
        int label = 0;
        length = 1;
        for (int i = start; i < end; i++) {
            int c = text[i];
            if (c == '.') {
                if (length == label + 1) {
                    throw new SyntaxException("a name has an empty label");
                }
                label(label);
                label = length;
                if (i + 1 == end) {
                    return true;
                }
                room(1);
                length++;
                continue;
            }
            if (c == '\\') {
                int value = escape(text, i + 1, end);
                i += value >= 256 ? 1 : 3;
                c = value & 0xff;
            }
            room(1);
            octets[length++] = (byte) c;
        }
        if (length == label + 1) {
            throw new SyntaxException("a name is empty");
        }
        label(label);
        return false;
    }

    private void label(int at) throws SyntaxException {
        int size = length - at - 1;
        if (size > LABEL_OCTETS_MAX) {
            throw new SyntaxException("a label is longer than 63 octets");
        }
        octets[at] = (byte) size;
    }

    private void room(int more) throws SyntaxException {
        if (length + more > octets.length) {
            throw new SyntaxException("a name is longer than 255 octets");
        }
    }

    /// What stands behind a backslash: three digits, or one character.
    ///
    /// @return the octet; 256 more if it was one character
    static int escape(byte[] text, int at, int end) throws SyntaxException {
        if (at >= end) {
            throw new SyntaxException("nothing stands behind a backslash");
        }
        if (!isDigit(text[at])) {
            return 256 + (text[at] & 0xff);
        }
        if (at + 2 >= end || !isDigit(text[at + 1]) || !isDigit(text[at + 2])) {
            throw new SyntaxException("an escape is a backslash and three digits");
        }
        int value = (text[at] - '0') * 100 + (text[at + 1] - '0') * 10 + text[at + 2] - '0';
        if (value > 255) {
            throw new SyntaxException("an escape is above 255: \\" + value);
        }
        return value;
    }

    static boolean isDigit(byte c) {
        return c >= '0' && c <= '9';
    }
}
