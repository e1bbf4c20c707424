package dev.onoma.plugins.forward;

import dev.onoma.api.Ede;
import dev.onoma.api.Query;
import dev.onoma.api.Response;
import dev.onoma.api.WireSections;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;
import org.xbill.DNS.Rcode;
import org.xbill.DNS.Type;

/// What an upstream said, ready for any number of clients. Immutable.
///
/// Of its OPT record only the upper bits of the response code and the extended error (RFC 8914) are
/// kept; all else in there is between the upstream and us (RFC 6891, section 6.1.1).
///
/// @param rcode 0 to 4095
/// @param ede an info code, or [Ede#NONE]
/// @param hasOpt whether the upstream understands EDNS
record UpstreamReply(
        WireSections sections,
        int rcode,
        boolean recursionAvailable,
        boolean authenticData,
        boolean truncated,
        boolean hasOpt,
        int ede,
        String edeText) {
    private static final int OPTION_EDE = 15;

    /// Reads a reply whose header and question are right.
    ///
    /// @return null if it is malformed
    static @Nullable UpstreamReply read(Question question, byte[] message) {
        boolean bare = message[5] == 0;
        var sections = bare ? WireSections.EMPTY : WireSections.ofMessage(message, message.length);
        if (sections == null) {
            return null;
        }
        int rcode = message[3] & 15;
        int opt = bare ? -1 : opt(message, 12 + question.wire().length);
        if (opt < 0) {
            return of(message, sections, rcode, false, Ede.NONE, "");
        }
        int upper = (message[opt + 4] & 0xff) << 4;
        int option = ede(message, opt);
        if (option < 0) {
            return of(message, sections, rcode | upper, true, Ede.NONE, "");
        }
        int length = u16(message, option + 2);
        var text = Arrays.copyOfRange(message, option + 6, option + 4 + length);
        return of(
                message,
                sections,
                rcode | upper,
                true,
                u16(message, option + 4),
                new String(text, StandardCharsets.UTF_8));
    }

    private static UpstreamReply of(
            byte[] message,
            WireSections sections,
            int rcode,
            boolean hasOpt,
            int ede,
            String edeText) {
        return new UpstreamReply(
                sections,
                rcode,
                message[3] < 0,
                (message[3] & 0x20) != 0,
                isTruncated(message),
                hasOpt,
                ede,
                edeText);
    }

    static boolean isTruncated(byte[] message) {
        return (message[2] & 2) != 0;
    }

    // Where the TYPE of the OPT record stands, or -1. The records have been checked.
    private static int opt(byte[] message, int begin) {
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

    private static int ede(byte[] message, int opt) {
        int end = opt + 10 + u16(message, opt + 8);
        int at = opt + 10;
        while (at + 4 <= end) {
            int length = u16(message, at + 2);
            if (u16(message, at) == OPTION_EDE && length >= 2 && at + 4 + length <= end) {
                return at;
            }
            at += 4 + length;
        }
        return -1;
    }

    private static int u16(byte[] octets, int at) {
        return (octets[at] & 0xff) << 8 | octets[at + 1] & 0xff;
    }

    UpstreamReply with(WireSections related) {
        return related == sections
                ? this
                : new UpstreamReply(
                        related,
                        rcode,
                        recursionAvailable,
                        authenticData,
                        truncated,
                        hasOpt,
                        ede,
                        edeText);
    }

    /// Whether another upstream may know better: it failed, or does not want to talk to us, and
    /// does not say that the data themselves are bad.
    boolean isUnhelpful() {
        boolean bogus = ede >= 1 && ede <= 12 && ede != Ede.STALE_ANSWER;
        return (rcode == Rcode.SERVFAIL || rcode == Rcode.REFUSED) && !bogus && !truncated;
    }

    /// The response for one client. AA is cleared: we are not the authority.
    Response response(Query query) {
        var response =
                query.reply()
                        .sections(sections)
                        .rcode(rcode)
                        .recursionAvailable(recursionAvailable)
                        .authenticData(authenticData)
                        .truncated(truncated);
        return ede == Ede.NONE ? response : response.ede(ede, edeText);
    }
}
