package dev.onoma.plugins.grpc;

import dev.onoma.api.Ede;
import dev.onoma.api.Query;
import dev.onoma.api.Response;
import dev.onoma.api.WireSections;
import dev.onoma.upstream.ClientSubnet;
import dev.onoma.upstream.ReplyOpt;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;
import org.xbill.DNS.Rcode;
import org.xbill.DNS.Type;

/// What an upstream said.
///
/// @param flags octets 2 and 3 of the message
/// @param ede an info code, or [Ede#NONE]
/// @param subnet see [ReplyOpt#subnet]
record GrpcReply(
        WireSections sections, int rcode, int flags, int ede, String edeText, byte[] subnet) {
    /// Status `NotFound` of gRPC: the name is not there.
    static final GrpcReply NOT_FOUND =
            new GrpcReply(WireSections.EMPTY, Rcode.NXDOMAIN, 0, Ede.NONE, "", new byte[0]);

    private static final int HEADER_OCTETS = 12;
    private static final int FLAG_TC = 0x200;
    private static final int FLAG_RD = 0x100;
    private static final int FLAG_RA = 0x80;
    private static final int FLAG_AD = 0x20;
    private static final int FLAG_CD = 0x10;

    /// What an upstream is asked: the question with EDNS of our own, the options that somebody has
    /// put in for it (RFC 6891, section 6.1.2), and the client's subnet.
    static byte[] question(Query query) {
        var options = ClientSubnet.optionsFor(query);
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
        var opt = ReplyOpt.read(message, HEADER_OCTETS + query.key().length() + 4);
        return new GrpcReply(
                sections,
                flags & 15 | opt.upperRcode(),
                flags,
                opt.ede(),
                opt.edeText(),
                opt.subnet());
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
        if (ede != Ede.NONE) {
            response.ede(ede, edeText);
        }
        return ClientSubnet.answered(query, subnet, response);
    }
}
