package dev.onoma.plugins.dnstap;

import dev.onoma.api.Transport;
import java.net.Inet6Address;
import java.net.InetSocketAddress;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// A message in the making, in the wire form of protocol buffers: `dnstap.Message` of dnstap.proto
/// (https://dnstap.info). Fields are written as they are said.
final class TapMessage {
    /// What kind of message it is.
    enum Kind {
        CLIENT_QUERY(5),
        CLIENT_RESPONSE(6),
        FORWARDER_QUERY(7),
        FORWARDER_RESPONSE(8);

        private final int number;

        Kind(int number) {
            this.number = number;
        }
    }

    private static final int TYPE = 1;
    private static final int FAMILY = 2;
    private static final int PROTOCOL = 3;
    private static final int QUERY_ADDRESS = 4;
    private static final int RESPONSE_ADDRESS = 5;
    private static final int QUERY_PORT = 6;
    private static final int RESPONSE_PORT = 7;
    private static final int QUERY_SECONDS = 8;
    private static final int QUERY_NANOS = 9;
    private static final int QUERY_MESSAGE = 10;
    private static final int RESPONSE_SECONDS = 12;
    private static final int RESPONSE_NANOS = 13;
    private static final int RESPONSE_MESSAGE = 14;

    // Of the record around it, `dnstap.Dnstap`.
    private static final int IDENTITY = 1;
    private static final int VERSION = 2;
    private static final int EXTRA = 3;
    private static final int MESSAGE = 14;
    private static final int RECORD_TYPE = 15;
    private static final int RECORD_TYPE_MESSAGE = 1;

    private static final int NUMBER = 0;
    private static final int OCTETS = 2;
    private static final int FIXED = 5;
    private static final int NANOS_PER_SECOND = 1_000_000_000;

    private byte[] octets = new byte[256];
    private int length;

    TapMessage(Kind kind) {
        number(TYPE, kind.number);
    }

    private TapMessage() {}

    /// How it travels.
    TapMessage over(Transport transport) {
        return number(
                PROTOCOL,
                switch (transport) {
                    case UDP -> 1;
                    case TCP, GRPC -> 2;
                    case TLS -> 3;
                    case HTTPS, HTTPS3 -> 4;
                    case QUIC -> 7;
                });
    }

    /// Who asks whom; null for what is not known.
    TapMessage between(@Nullable InetSocketAddress asks, @Nullable InetSocketAddress answers) {
        var known = asks == null ? answers : asks;
        if (known != null && known.getAddress() != null) {
            number(FAMILY, known.getAddress() instanceof Inet6Address ? 2 : 1);
        }
        if (asks != null && asks.getAddress() != null) {
            octets(QUERY_ADDRESS, asks.getAddress().getAddress());
        }
        if (answers != null && answers.getAddress() != null) {
            octets(RESPONSE_ADDRESS, answers.getAddress().getAddress());
        }
        if (asks != null) {
            number(QUERY_PORT, asks.getPort());
        }
        if (answers != null) {
            number(RESPONSE_PORT, answers.getPort());
        }
        return this;
    }

    /// When the query came or went, in nanoseconds since 1970.
    TapMessage askedAt(long epochNanos) {
        number(QUERY_SECONDS, Math.floorDiv(epochNanos, NANOS_PER_SECOND));
        return fixed(QUERY_NANOS, (int) Math.floorMod(epochNanos, (long) NANOS_PER_SECOND));
    }

    /// When the response came or went, in nanoseconds since 1970.
    TapMessage answeredAt(long epochNanos) {
        number(RESPONSE_SECONDS, Math.floorDiv(epochNanos, NANOS_PER_SECOND));
        return fixed(RESPONSE_NANOS, (int) Math.floorMod(epochNanos, (long) NANOS_PER_SECOND));
    }

    TapMessage query(byte[] message, int size) {
        return octets(QUERY_MESSAGE, message, size);
    }

    TapMessage response(byte[] message) {
        return octets(RESPONSE_MESSAGE, message, message.length);
    }

    /// The whole record.
    ///
    /// @param extra left out if empty, as the others are
    byte[] record(byte[] identity, byte[] version, byte[] extra) {
        var whole = new TapMessage();
        whole.room(length + identity.length + version.length + extra.length + 32);
        whole.octetsIfAny(IDENTITY, identity);
        whole.octetsIfAny(VERSION, version);
        whole.octetsIfAny(EXTRA, extra);
        whole.octets(MESSAGE, octets, length);
        whole.number(RECORD_TYPE, RECORD_TYPE_MESSAGE);
        return Arrays.copyOf(whole.octets, whole.length);
    }

    private void octetsIfAny(int field, byte[] value) {
        if (value.length > 0) {
            octets(field, value);
        }
    }

    private void room(int count) {
        if (length + count > octets.length) {
            octets = Arrays.copyOf(octets, Math.max(2 * octets.length, length + count));
        }
    }

    private TapMessage octets(int field, byte[] value) {
        return octets(field, value, value.length);
    }

    private TapMessage octets(int field, byte[] value, int size) {
        room(size + 12);
        varint(field << 3 | OCTETS);
        varint(size);
        System.arraycopy(value, 0, octets, length, size);
        length += size;
        return this;
    }

    private TapMessage number(int field, long value) {
        room(12);
        varint(field << 3 | NUMBER);
        varint(value);
        return this;
    }

    private TapMessage fixed(int field, int value) {
        room(8);
        varint(field << 3 | FIXED);
        for (int shift = 0; shift < 32; shift += 8) {
            octets[length++] = (byte) (value >> shift);
        }
        return this;
    }

    private void varint(long value) {
        long rest = value;
        while ((rest & ~0x7fL) != 0) {
            octets[length++] = (byte) (rest & 0x7f | 0x80);
            rest >>>= 7;
        }
        octets[length++] = (byte) rest;
    }
}
