package dev.onoma.testkit;

import java.util.Arrays;
import java.util.HexFormat;

/// Octets as they lie on the wire; immutable, equal by content.
public final class Octets {
    private final byte[] bytes;

    private Octets(byte[] bytes) {
        this.bytes = bytes;
    }

    /// Copies the array.
    public static Octets of(byte[] bytes) {
        return new Octets(bytes.clone());
    }

    /// Reads hexadecimal digits; white space between them is ignored.
    ///
    /// @throws IllegalArgumentException if there is anything else, or half an octet
    public static Octets ofHex(String hex) {
        return new Octets(HexFormat.of().parseHex(hex.replaceAll("\\s", "")));
    }

    /// A copy.
    public byte[] toArray() {
        return bytes.clone();
    }

    public int length() {
        return bytes.length;
    }

    /// Two octets, most significant first.
    public int unsigned16(int at) {
        return ((bytes[at] & 0xff) << 8) | (bytes[at + 1] & 0xff);
    }

    public int unsigned8(int at) {
        return bytes[at] & 0xff;
    }

    public Octets slice(int from, int to) {
        return new Octets(Arrays.copyOfRange(bytes, from, to));
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Octets octets && Arrays.equals(bytes, octets.bytes);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(bytes);
    }

    /// Hexadecimal digits without spaces.
    @Override
    public String toString() {
        return HexFormat.of().formatHex(bytes);
    }
}
