package dev.onoma.server.wire;

import dev.onoma.api.Response;
import java.nio.ByteBuffer;
import java.util.List;
import org.xbill.DNS.Name;
import org.xbill.DNS.Type;

/// Puts another question into a query that is there: same header, same OPT record.
final class OtherQuestion {
    private static final int HEADER_OCTETS = 12;
    private static final int FLAGS_OCTETS = 4;

    private OtherQuestion() {}

    /// An OPT record (RFC 6891, section 6.1.2).
    static byte[] opt(int udpSize, boolean dnssecOk, List<Response.Option> options) {
        int length = options.stream().mapToInt(o -> 4 + o.data().length).sum();
        var opt = ByteBuffer.allocate(11 + length);
        opt.put((byte) 0).putShort((short) Type.OPT).putShort((short) udpSize);
        opt.putShort((short) 0).putShort((short) (dnssecOk ? 0x8000 : 0)).putShort((short) length);
        for (var option : options) {
            opt.putShort((short) option.code()).putShort((short) option.data().length);
            opt.put(option.data());
        }
        return opt.array();
    }

    /// Makes the packet.
    ///
    /// @param like the packet of the query that is there
    /// @param opt where the OPT record is, from `optBegin` with its owner to `optEnd`; both are the
    ///   same when there is none
    static byte[] packet(
            byte[] like, byte[] opt, int optBegin, int optEnd, Name name, int type, int dclass) {
        var octets = name.toWire();
        int end = HEADER_OCTETS + octets.length + 4;
        int optOctets = optEnd - optBegin;
        var packet = new byte[end + optOctets];
        System.arraycopy(like, 0, packet, 0, FLAGS_OCTETS);
        packet[5] = 1;
        packet[11] = (byte) (optOctets == 0 ? 0 : 1);
        System.arraycopy(octets, 0, packet, HEADER_OCTETS, octets.length);
        packet[end - 4] = (byte) (type >> 8);
        packet[end - 3] = (byte) type;
        packet[end - 2] = (byte) (dclass >> 8);
        packet[end - 1] = (byte) dclass;
        System.arraycopy(opt, optBegin, packet, end, optOctets);
        return packet;
    }
}
