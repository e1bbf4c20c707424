package dev.onoma.plugins.grpc;

import dev.onoma.api.Ede;
import dev.onoma.api.Query;
import dev.onoma.api.Response;
import dev.onoma.api.WireSections;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;
import org.xbill.DNS.Rcode;
import org.xbill.DNS.Type;

/// What an upstream said. Of its OPT record only the upper bits of the response code and the
/// extended error (RFC 8914) are kept; all else in there is between the upstream and us (RFC 6891,
/// section 6.1.1).
///
/// @param flags octets 2 and 3 of the message
/// @param ede an info code, or [Ede#NONE]
record GrpcReply(WireSections sections, int rcode, int flags, int ede, String edeText) {
    /// Status `NotFound` of gRPC: the name is not there.
    static final GrpcReply NOT_FOUND =
            new GrpcReply(WireSections.EMPTY, Rcode.NXDOMAIN, 0, Ede.NONE, "");

    private static final int HEADER_OCTETS = 12;
    private static final int OPTION_EDE = 15;
    private static final int FLAG_TC = 0x200;
    private static final int FLAG_RD = 0x100;
    private static final int FLAG_RA = 0x80;
    private static final int FLAG_AD = 0x20;
    private static final int FLAG_CD = 0x10;

    /// What an upstream is asked: the question with EDNS of our own, and the options that somebody
    /// has put in for it (RFC 6891, section 6.1.2).
    static byte[] question(Query query) {
        var options = query.optionsForUpstream();
        int rdata = options.stream().mapToInt(o -> 4 + o.data().length).sum();
        int name = query.key().length();
        var octets = new byte[HEADER_OCTETS + name + 4 + 11 + rdata];
        query.key().copyTo(0, octets, HEADER_OCTETS, name);
        int flags =
                FLAG_AD
                        | (query.recursionDesired() ? FLAG_RD : 0)
                        | (query.checkingDisabled() ? FLAG_CD : 0);
        var out = ByteBuffer.wrap(octets);
        out.putShort((short) query.id()).putShort((short) flags);
        out.putLong(0x0001_0000_0000_0001L);
        out.position(HEADER_OCTETS + name);
        out.putShort((short) query.type()).putShort((short) query.dclass());
        out.put((byte) 0).putShort((short) Type.OPT).putShort((short) 0xffff).putShort((short) 0);
        out.putShort((short) (query.dnssecOk() ? 0x8000 : 0)).putShort((short) rdata);
        for (var option : options) {
            out.putShort((short) option.code()).putShort((short) option.data().length);
            out.put(option.data());
        }
        return octets;
    }

    /// Reads a reply.
    ///
    /// @return null if it is malformed, or not to this query
    static @Nullable GrpcReply read(Query query, byte[] message) {
        if (message.length < HEADER_OCTETS || message[2] >= 0 || !isTo(query, message)) {
            return null;
        }
        var sections = WireSections.ofMessage(message, message.length);
        if (sections == null) {
            return null;
        }
        int flags = u16(message, 2);
        int opt = opt(message, HEADER_OCTETS + query.key().length() + 4);
        if (opt < 0) {
            return new GrpcReply(sections, flags & 15, flags, Ede.NONE, "");
        }
        int rcode = flags & 15 | (message[opt + 4] & 0xff) << 4;
        return withEde(sections, rcode, flags, message, opt);
    }

    private static GrpcReply withEde(
            WireSections sections, int rcode, int flags, byte[] message, int opt) {
        int at = opt + 10;
        int end = at + u16(message, opt + 8);
        while (at + 4 <= end) {
            int length = u16(message, at + 2);
            if (u16(message, at) == OPTION_EDE && length >= 2 && at + 4 + length <= end) {
                var text = new String(message, at + 6, length - 2, StandardCharsets.UTF_8);
                return new GrpcReply(sections, rcode, flags, u16(message, at + 4), text);
            }
            at += 4 + length;
        }
        return new GrpcReply(sections, rcode, flags, Ede.NONE, "");
    }

    // One question, ours, in any spelling.
    private static boolean isTo(Query query, byte[] message) {
        int name = query.key().length();
        if (u16(message, 4) != 1 || message.length < HEADER_OCTETS + name + 4) {
            return false;
        }
        var own = new byte[name];
        query.key().copyTo(0, own, 0, name);
        for (int i = 0; i < name; i++) {
            byte octet = message[HEADER_OCTETS + i];
            if ((octet >= 'A' && octet <= 'Z' ? octet + 32 : octet) != own[i]) {
                return false;
            }
        }
        return u16(message, HEADER_OCTETS + name) == query.type()
                && u16(message, HEADER_OCTETS + name + 2) == query.dclass();
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

    private static int u16(byte[] octets, int at) {
        return (octets[at] & 0xff) << 8 | octets[at + 1] & 0xff;
    }

    /// The response for the client. AA is cleared: we are not the authority.
    Response response(Query query) {
        var response =
                query.reply()
                        .sections(sections)
                        .rcode(rcode)
                        .recursionAvailable((flags & FLAG_RA) != 0)
                        .authenticData((flags & FLAG_AD) != 0)
                        .truncated((flags & FLAG_TC) != 0);
        return ede == Ede.NONE ? response : response.ede(ede, edeText);
    }
}
