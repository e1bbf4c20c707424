package dev.onoma.api;

import java.nio.charset.StandardCharsets;

/// Messages of DNS as gRPC carries them: behind a flag and a length, in a `DnsPacket` of
/// `coredns.dns.DnsService`, a protobuf message whose field 1 holds them. Both the listener and the
/// plugin that asks others speak it.
public final class DnsPacket {
    /// What stands in front of a message.
    public static final int PREFIX_OCTETS = 5;

    /// The largest `DnsPacket`: CoreDNS's limit.
    public static final int OCTETS_MAX = 65_539;

    /// No whole message, or more than one.
    public static final int BROKEN = -1;

    /// It is compressed, and nobody said that we could read that.
    public static final int COMPRESSED = -2;

    /// It says that it is larger than [#OCTETS_MAX].
    public static final int TOO_LARGE = -3;

    private static final int FIELD = 1 << 3 | 2;

    private DnsPacket() {}

    /// Moves the message of DNS to the front.
    ///
    /// @param body a whole request
    /// @return its length, 0 if the packet has none; or [#BROKEN], [#COMPRESSED], [#TOO_LARGE]
    public static int unwrap(byte[] body, int octets) {
        if (octets < PREFIX_OCTETS) {
            return BROKEN;
        }
        if (body[0] != 0) {
            return body[0] == 1 ? COMPRESSED : BROKEN;
        }
        long length = 0;
        for (int i = 1; i < PREFIX_OCTETS; i++) {
            length = length << 8 | body[i] & 0xff;
        }
        if (length > OCTETS_MAX) {
            return TOO_LARGE;
        }
        return length == octets - PREFIX_OCTETS ? field(body, octets) : BROKEN;
    }

    // The last field 1 counts; fields that we do not know are skipped (protobuf, "Encoding").
    private static int field(byte[] body, int octets) {
        var reader = new Reader(body, PREFIX_OCTETS, octets);
        int at = 0;
        int found = 0;
        while (!reader.isBroken && reader.at < octets) {
            long tag = reader.varint();
            int length = reader.skip(tag);
            if (tag == FIELD && length >= 0) {
                at = reader.at - length;
                found = length;
            }
        }
        if (reader.isBroken) {
            return BROKEN;
        }
        System.arraycopy(body, at, body, 0, found);
        return found;
    }

    private static final class Reader {
        private final byte[] octets;
        private final int end;
        private int at;
        private boolean isBroken;

        Reader(byte[] octets, int begin, int end) {
            this.octets = octets;
            this.end = end;
            at = begin;
        }

        long varint() {
            long value = 0;
            for (int shift = 0; shift < 64 && at < end; shift += 7) {
                byte next = octets[at++];
                value |= (long) (next & 0x7f) << shift;
                if (next >= 0) {
                    return value;
                }
            }
            isBroken = true;
            return 0;
        }

        // Returns the length of what has one.
        int skip(long tag) {
            isBroken |= tag >>> 3 == 0;
            switch ((int) (tag & 7)) {
                case 0 -> varint();
                case 1 -> advance(8);
                case 2 -> {
                    long length = varint();
                    advance(length);
                    return isBroken ? -1 : (int) length;
                }
                case 5 -> advance(4);
                default -> isBroken = true; // groups are long gone
            }
            return -1;
        }

        private void advance(long count) {
            if (count < 0 || count > end - at) {
                isBroken = true;
            } else {
                at += (int) count;
            }
        }
    }

    /// How many octets a message of DNS has with what stands in front of it.
    public static int wrapped(int length) {
        return PREFIX_OCTETS + 1 + varintOctets(length) + length;
    }

    private static int varintOctets(int value) {
        return value < 0x80 ? 1 : value < 0x4000 ? 2 : 3;
    }

    /// What stands in front of a message of DNS of this length.
    public static byte[] front(int length) {
        int varint = varintOctets(length);
        var front = new byte[PREFIX_OCTETS + 1 + varint];
        int packet = 1 + varint + length;
        front[2] = (byte) (packet >> 16);
        front[3] = (byte) (packet >> 8);
        front[4] = (byte) packet;
        front[5] = FIELD;
        for (int i = 0; i < varint; i++) {
            front[6 + i] = (byte) (length >> 7 * i & 0x7f | (i + 1 < varint ? 0x80 : 0));
        }
        return front;
    }

    /// A text as `grpc-message` has it: octets that are not printable stand as `%XX`.
    public static String escape(String text) {
        var escaped = new StringBuilder(text.length());
        for (byte octet : text.getBytes(StandardCharsets.UTF_8)) {
            if (octet >= ' ' && octet <= '~' && octet != '%') {
                escaped.append((char) octet);
            } else {
                escaped.append('%').append("%02X".formatted(octet & 0xff));
            }
        }
        return escaped.toString();
    }
}
