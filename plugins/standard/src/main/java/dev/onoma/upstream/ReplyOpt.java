package dev.onoma.upstream;

import dev.onoma.api.Ede;
import java.nio.charset.StandardCharsets;
import org.xbill.DNS.Type;

/// What is kept of the OPT record of an upstream's reply: the upper bits of the response code and
/// the extended error (RFC 8914); all else in there is between the upstream and us (RFC 6891,
/// section 6.1.1).
///
/// @param isThere whether there is one, so that the upstream understands EDNS
/// @param upperRcode what is added to the four bits of the header
/// @param ede an info code, or [Ede#NONE]
public record ReplyOpt(boolean isThere, int upperRcode, int ede, String edeText) {
    /// A reply without OPT record.
    public static final ReplyOpt NONE = new ReplyOpt(false, 0, Ede.NONE, "");

    private static final ReplyOpt PLAIN = new ReplyOpt(true, 0, Ede.NONE, "");
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
        int at = opt + 10;
        int end = at + u16(message, opt + 8);
        while (at + 4 <= end) {
            int length = u16(message, at + 2);
            if (u16(message, at) == OPTION_EDE && length >= 2 && at + 4 + length <= end) {
                var text = new String(message, at + 6, length - 2, StandardCharsets.UTF_8);
                return new ReplyOpt(true, upper, u16(message, at + 4), text);
            }
            at += 4 + length;
        }
        return upper == 0 ? PLAIN : new ReplyOpt(true, upper, Ede.NONE, "");
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
