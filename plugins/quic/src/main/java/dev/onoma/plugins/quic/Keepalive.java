package dev.onoma.plugins.quic;

import org.xbill.DNS.Type;

/// Looks for the option edns-tcp-keepalive (RFC 7828), which has no place in QUIC.
final class Keepalive {
    private static final int HEADER_OCTETS = 12;
    private static final int QUESTION_OCTETS = 4;
    private static final int RECORD_OCTETS = 10;
    private static final int CODE = 11;

    private Keepalive() {}

    /// Whether a message has the option; one that is broken has not.
    static boolean isIn(byte[] message, int length) {
        int records = u16(message, 6) + u16(message, 8) + u16(message, 10);
        int at = HEADER_OCTETS;
        for (int i = u16(message, 4); i > 0 && at >= 0; i--) {
            at = behindName(message, at, length, QUESTION_OCTETS);
        }
        for (; records > 0 && at >= 0; records--) {
            int data = behindName(message, at, length, RECORD_OCTETS);
            if (data < 0 || data + u16(message, data - 2) > length) {
                return false;
            }
            int end = data + u16(message, data - 2);
            if (u16(message, data - RECORD_OCTETS) == Type.OPT && isInOptions(message, data, end)) {
                return true;
            }
            at = end;
        }
        return false;
    }

    private static boolean isInOptions(byte[] message, int from, int end) {
        for (int at = from; at + 4 <= end; at += 4 + u16(message, at + 2)) {
            if (u16(message, at) == CODE) {
                return true;
            }
        }
        return false;
    }

    // Behind a name and what has to follow it, or -1.
    private static int behindName(byte[] message, int from, int length, int following) {
        int at = from;
        while (at < length && message[at] > 0 && message[at] < 64) {
            at += 1 + message[at];
        }
        if (at < length && (message[at] & 0xc0) == 0xc0) {
            at++;
        }
        int end = at + 1 + following;
        return end <= length ? end : -1;
    }

    private static int u16(byte[] octets, int at) {
        return (octets[at] & 0xff) << 8 | octets[at + 1] & 0xff;
    }
}
