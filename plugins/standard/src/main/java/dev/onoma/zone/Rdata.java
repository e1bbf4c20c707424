package dev.onoma.zone;

import java.util.Arrays;

/// RDATA in the making. Used again for the next record.
final class Rdata {
    static final int OCTETS_MAX = 65_535;

    byte[] octets = new byte[512];
    int length;

    void clear() {
        length = 0;
    }

    void put(int octet) throws SyntaxException {
        room(1);
        octets[length++] = (byte) octet;
    }

    void put16(int value) throws SyntaxException {
        put(value >> 8);
        put(value);
    }

    void put32(long value) throws SyntaxException {
        put16((int) (value >> 16));
        put16((int) value);
    }

    void put(WireName name) throws SyntaxException {
        put(name.octets, 0, name.length);
    }

    void put(byte[] from) throws SyntaxException {
        put(from, 0, from.length);
    }

    void put(byte[] from, int at, int count) throws SyntaxException {
        room(count);
        System.arraycopy(from, at, octets, length, count);
        length += count;
    }

    private void room(int more) throws SyntaxException {
        if (length + more > OCTETS_MAX) {
            throw new SyntaxException("the data is longer than 65535 octets");
        }
        if (length + more > octets.length) {
            octets = Arrays.copyOf(octets, Math.max(length + more, octets.length * 2));
        }
    }
}
