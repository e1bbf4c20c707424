package dev.onoma.plugins.kubernetes;

import java.io.EOFException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/// Walks through one protobuf message, field by field.
///
/// ```java
/// while (scanner.next()) {
///     switch (scanner.field()) {
///         case 1 -> name = scanner.text();
///         default -> scanner.skip();
///     }
/// }
/// ```
///
/// Allocates nothing but what is asked for. The octets are borrowed: whoever fills them again has
/// to be done with this.
final class WireScanner {
    private static final int VARINT = 0;
    private static final int FIXED64 = 1;
    private static final int DELIMITED = 2;
    private static final int FIXED32 = 5;

    private final byte[] octets;
    private int at;
    private final int end;
    private int tag;

    WireScanner(byte[] octets, int from, int to) {
        this.octets = octets;
        this.at = from;
        this.end = to;
    }

    /// Steps to the next field.
    boolean next() throws IOException {
        if (at == end) {
            return false;
        }
        tag = (int) varint();
        return true;
    }

    /// Passes over octets that have to be these.
    void expect(int... expected) throws IOException {
        for (int octet : expected) {
            if (at == end || octets[at++] != octet) {
                throw new IOException("not protobuf of Kubernetes");
            }
        }
    }

    /// The number of the field stepped to.
    int field() {
        return tag >>> 3;
    }

    /// The value of a field that is a number.
    long number() throws IOException {
        if ((tag & 7) != VARINT) {
            throw malformed("a number was expected");
        }
        return varint();
    }

    String text() throws IOException {
        int length = length();
        var text = new String(octets, at, length, StandardCharsets.UTF_8);
        at += length;
        return text;
    }

    /// The value of a field that is a message.
    WireScanner message() throws IOException {
        int length = length();
        at += length;
        return new WireScanner(octets, at - length, at);
    }

    /// Which of these texts the field is, or -1; it is passed over.
    int oneOf(byte[]... texts) throws IOException {
        int length = length();
        int from = at;
        at += length;
        for (int i = 0; i < texts.length; i++) {
            if (Arrays.equals(octets, from, at, texts[i], 0, texts[i].length)) {
                return i;
            }
        }
        return -1;
    }

    void skip() throws IOException {
        switch (tag & 7) {
            case VARINT -> varint();
            case FIXED64 -> pass(Long.BYTES);
            case DELIMITED -> pass(length());
            case FIXED32 -> pass(Integer.BYTES);
            default -> throw malformed("wire type " + (tag & 7));
        }
    }

    private void pass(int count) throws IOException {
        if (count > end - at) {
            throw new EOFException("protobuf: a field is cut off");
        }
        at += count;
    }

    private int length() throws IOException {
        if ((tag & 7) != DELIMITED) {
            throw malformed("text or a message was expected");
        }
        long length = varint();
        if (length < 0 || length > end - at) {
            throw malformed("a field is longer than its message");
        }
        return (int) length;
    }

    private long varint() throws IOException {
        long value = 0;
        for (int shift = 0; shift < Long.SIZE; shift += 7) {
            if (at == end) {
                throw new EOFException("protobuf: a number is cut off");
            }
            byte octet = octets[at++];
            value |= (octet & 0x7fL) << shift;
            if (octet >= 0) {
                return value;
            }
        }
        throw malformed("a number has more than 64 bits");
    }

    private IOException malformed(String what) {
        return new IOException("protobuf: field %d: %s".formatted(tag >>> 3, what));
    }
}
