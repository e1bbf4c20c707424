package dev.onoma.upstream;

import dev.onoma.api.Ede;
import dev.onoma.api.Query;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.xbill.DNS.Type;

/// What is kept of the OPT record of an upstream's reply: the upper bits of the response code, the
/// extended error (RFC 8914) and the client subnet (RFC 7871); all else in there is between the
/// upstream and us (RFC 6891, section 6.1.1).
///
/// @param isThere whether there is one, so that the upstream understands EDNS
/// @param upperRcode what is added to the four bits of the header
/// @param ede an info code, or [Ede#NONE]
/// @param subnet the data of that option; empty for none
public record ReplyOpt(boolean isThere, int upperRcode, int ede, String edeText, byte[] subnet) {
    private static final byte[] NO_SUBNET = {};

    /// A reply without OPT record.
    public static final ReplyOpt NONE = new ReplyOpt(false, 0, Ede.NONE, "", NO_SUBNET);

    private static final ReplyOpt PLAIN = new ReplyOpt(true, 0, Ede.NONE, "", NO_SUBNET);
    private static final int OPTION_EDE = 15;

    /// Reads that of a message whose records have been checked.
    ///
    /// @param questionEnd the offset behind the question
    public static ReplyOpt read(byte[] message, int questionEnd) {
        int opt = find(message, questionEnd);
        if (opt < 0) {
            return NONE;
        }
        int upper = (message[opt + 4] & 0xff) << 4;
        int end = opt + 10 + u16(message, opt + 8);
        int ede = option(message, opt + 10, end, OPTION_EDE, 2);
        int subnet = option(message, opt + 10, end, Query.OPTION_SUBNET, 4);
        if (upper == 0 && ede < 0 && subnet < 0) {
            return PLAIN;
        }
        return new ReplyOpt(
                true,
                upper,
                ede < 0 ? Ede.NONE : u16(message, ede + 4),
                ede < 0
                        ? ""
                        : new String(
                                message,
                                ede + 6,
                                u16(message, ede + 2) - 2,
                                StandardCharsets.UTF_8),
                subnet < 0
                        ? NO_SUBNET
                        : Arrays.copyOfRange(
                                message, subnet + 4, subnet + 4 + u16(message, subnet + 2)));
    }

    // Where the first option with a code begins, or -1.
    private static int option(byte[] message, int begin, int end, int code, int octetsMin) {
        int at = begin;
        while (at + 4 <= end) {
            int length = u16(message, at + 2);
            if (u16(message, at) == code && length >= octetsMin && at + 4 + length <= end) {
                return at;
            }
            at += 4 + length;
        }
        return -1;
    }

    // Where its TYPE stands, or -1.
    private static int find(byte[] message, int begin) {
        int records = u16(message, 6) + u16(message, 8) + u16(message, 10);
        int at = begin;
        for (int i = 0; i < records; i++) {
            while ((message[at] & 0xff) < 0xc0 && message[at] != 0) {
                at += message[at] + 1;
            }
            at += message[at] == 0 ? 1 : 2;
            if (u16(message, at) == Type.OPT) {
                return at;
            }
            at += 10 + u16(message, at + 8);
        }
        return -1;
    }

    private static int u16(byte[] octets, int at) {
        return (octets[at] & 0xff) << 8 | octets[at + 1] & 0xff;
    }
}
