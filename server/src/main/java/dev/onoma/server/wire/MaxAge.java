package dev.onoma.server.wire;

import org.xbill.DNS.Rcode;
import org.xbill.DNS.Type;

/// How long an HTTP cache may keep a response (RFC 8484, section 5.1): as long as its shortest TTL,
/// an hour at most; some seconds for what says nothing about a name.
public final class MaxAge {
    private static final int SECONDS_MAX = 3600;
    private static final int SECONDS_NOTHING = 5;

    private MaxAge() {}

    /// In seconds, for a message that we have encoded.
    public static int seconds(byte[] message, int length) {
        int rcode = message[3] & 15;
        int records = u16(message, 6) + u16(message, 8) + u16(message, 10);
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
            if (u16(message, at) != Type.OPT) {
                int ttl = u16(message, at + 4) << 16 | u16(message, at + 6);
                shortest = Math.min(shortest, Math.max(0, ttl));
            }
            at += 10 + u16(message, at + 8);
        }
        return shortest == Integer.MAX_VALUE ? SECONDS_NOTHING : Math.min(shortest, SECONDS_MAX);
    }

    private static int u16(byte[] octets, int at) {
        return (octets[at] & 0xff) << 8 | octets[at + 1] & 0xff;
    }
}
