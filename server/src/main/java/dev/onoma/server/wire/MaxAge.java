package dev.onoma.server.wire;

import org.xbill.DNS.Rcode;
import org.xbill.DNS.Type;

/// How long an HTTP cache may keep a response (RFC 8484, section 5.1): as long as its shortest TTL,
/// and what is not there no longer than its zone says (the minimum of SOA, RFC 2308, section 4); an
/// hour at most; some seconds for what says nothing about a name.
public final class MaxAge {
    private static final int SECONDS_MAX = 3600;
    private static final int SECONDS_NOTHING = 5;

    private MaxAge() {}

    /// In seconds, for a message that we have encoded.
    public static int seconds(byte[] message, int length) {
        int rcode = message[3] & 15;
        int answers = u16(message, 6);
        int authority = answers + u16(message, 8);
        int records = authority + u16(message, 10);
        int at = PacketNames.end(message, 12, length);
        if (records == 0 || at < 0 || rcode != Rcode.NOERROR && rcode != Rcode.NXDOMAIN) {
            return SECONDS_NOTHING;
        }
        at += 4;
        int shortest = Integer.MAX_VALUE;
        for (int i = 0; i < records; i++) {
            at = PacketNames.end(message, at, length);
            if (at < 0 || at + 10 > length) {
                break;
            }
            int type = u16(message, at);
            int end = at + 10 + u16(message, at + 8);
            if (type != Type.OPT) {
                shortest = Math.min(shortest, ttl(message, at + 4));
            }
            if (type == Type.SOA && i >= answers && i < authority && end <= length) {
                shortest = Math.min(shortest, ttl(message, end - 4));
            }
            at = end;
        }
        return shortest == Integer.MAX_VALUE ? SECONDS_NOTHING : Math.min(shortest, SECONDS_MAX);
    }

    // A set top bit counts as zero (RFC 2181, section 8).
    private static int ttl(byte[] octets, int at) {
        return Math.max(0, u16(octets, at) << 16 | u16(octets, at + 2));
    }

    private static int u16(byte[] octets, int at) {
        return (octets[at] & 0xff) << 8 | octets[at + 1] & 0xff;
    }
}
