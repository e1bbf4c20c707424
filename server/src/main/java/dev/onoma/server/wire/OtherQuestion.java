package dev.onoma.server.wire;

import org.xbill.DNS.Name;

/// Puts another question into a query that is there: same header, same OPT record.
final class OtherQuestion {
    private static final int HEADER_OCTETS = 12;
    private static final int FLAGS_OCTETS = 4;

    private OtherQuestion() {}

    /// Makes the packet.
    ///
    /// @param like the packet of the query that is there
    /// @param optBegin where its OPT record begins, with its owner; `optEnd` when there is none
    static byte[] packet(byte[] like, int optBegin, int optEnd, Name name, int type, int dclass) {
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
        System.arraycopy(like, optBegin, packet, end, optOctets);
        return packet;
    }
}
