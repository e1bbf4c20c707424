package dev.onoma.plugins.forward;

import dev.onoma.api.Ede;
import dev.onoma.api.Query;
import dev.onoma.api.Response;
import dev.onoma.api.WireSections;
import dev.onoma.upstream.ClientSubnet;
import dev.onoma.upstream.ReplyOpt;
import org.jspecify.annotations.Nullable;
import org.xbill.DNS.Rcode;

/// What an upstream said, ready for any number of clients. Immutable.
///
/// @param rcode 0 to 4095
/// @param ede an info code, or [Ede#NONE]
/// @param subnet see [ReplyOpt#subnet]
/// @param hasOpt whether the upstream understands EDNS
record UpstreamReply(
        WireSections sections,
        int rcode,
        boolean recursionAvailable,
        boolean authenticData,
        boolean truncated,
        boolean hasOpt,
        int ede,
        String edeText,
        byte[] subnet) {
    /// Reads a reply whose header and question are right.
    ///
    /// @return null if it is malformed
    static @Nullable UpstreamReply read(Question question, byte[] message) {
        boolean bare = message[5] == 0;
        var sections = bare ? WireSections.EMPTY : WireSections.ofMessage(message, message.length);
        if (sections == null) {
            return null;
        }
        var opt = bare ? ReplyOpt.NONE : ReplyOpt.read(message, 12 + question.wire().length);
        return new UpstreamReply(
                sections,
                message[3] & 15 | opt.upperRcode(),
                message[3] < 0,
                (message[3] & 0x20) != 0,
                isTruncated(message),
                opt.isThere(),
                opt.ede(),
                opt.edeText(),
                opt.subnet());
    }

    static boolean isTruncated(byte[] message) {
        return (message[2] & 2) != 0;
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
                        edeText,
                        subnet);
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
        if (ede != Ede.NONE) {
            response.ede(ede, edeText);
        }
        return ClientSubnet.answered(query, subnet, response);
    }
}
