package dev.onoma.plugins.forward;

import dev.onoma.api.NameKey;
import dev.onoma.api.Query;
import dev.onoma.api.Response;
import dev.onoma.upstream.ClientSubnet;
import io.netty.buffer.ByteBuf;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import org.xbill.DNS.Name;
import org.xbill.DNS.Type;

/// What an upstream is asked: queries that agree in all of this share one answer.
///
/// Names are asked in lower case; the client gets its own spelling back from the server.
final class Question {
    /// The largest response that may come in a datagram (DNS flag day 2020). Our own, whatever the
    /// client says (RFC 6891, section 6.1.1).
    static final int UDP_SIZE_OCTETS = 1232;

    private static final byte[] NO_OPTIONS = {};
    private static final int HEADER_OCTETS = 12;
    private static final int OPT_OCTETS = 11;
    private static final int OPTION_OCTETS = 4;
    private static final int OPTION_PADDING = 12;
    private static final int PADDED_OCTETS = 128;
    private static final int FLAG_AD = 0x20;
    private static final int FLAG_CD = 0x10;

    private final byte[] wire;
    private final NameKey name;
    private final boolean recursionDesired;
    private final boolean checkingDisabled;
    private final boolean dnssecOk;
    private final byte[] options;
    private final int hash;

    private Question(
            NameKey name,
            int type,
            int dclass,
            boolean rd,
            boolean cd,
            boolean dnssecOk,
            byte[] options) {
        this.name = name;
        this.options = options;
        int length = name.length();
        wire = new byte[length + 4];
        name.copyTo(0, wire, 0, length);
        wire[length] = (byte) (type >> 8);
        wire[length + 1] = (byte) type;
        wire[length + 2] = (byte) (dclass >> 8);
        wire[length + 3] = (byte) dclass;
        recursionDesired = rd;
        checkingDisabled = cd;
        this.dnssecOk = dnssecOk;
        long all = name.hash() ^ type * 0x9e3779b97f4a7c15L ^ flags();
        hash = Long.hashCode(all);
    }

    static Question of(Query query) {
        return new Question(
                query.key().copy(),
                query.type(),
                query.dclass(),
                query.recursionDesired(),
                query.checkingDisabled(),
                query.dnssecOk(),
                options(ClientSubnet.optionsFor(query)));
    }

    // What `rewrite` has put in for the upstream (RFC 6891, section 6.1.2), and the client's
    // subnet.
    private static byte[] options(List<Response.Option> options) {
        if (options.isEmpty()) {
            return NO_OPTIONS;
        }
        var octets = new byte[options.stream().mapToInt(o -> 4 + o.data().length).sum()];
        var buffer = ByteBuffer.wrap(octets);
        for (var option : options) {
            buffer.putShort((short) option.code()).putShort((short) option.data().length);
            buffer.put(option.data());
        }
        return octets;
    }

    /// The question of a health check.
    static Question of(Name name, int type, boolean recursionDesired) {
        return new Question(NameKey.of(name), type, 1, recursionDesired, false, false, NO_OPTIONS);
    }

    private int flags() {
        return (recursionDesired ? 1 : 0) | (checkingDisabled ? 2 : 0) | (dnssecOk ? 4 : 0);
    }

    Name name() {
        return name.name();
    }

    boolean dnssecOk() {
        return dnssecOk;
    }

    /// Name, type and class as they stand behind the header.
    byte[] wire() {
        return wire;
    }

    int nameOctets() {
        return wire.length - 4;
    }

    /// The length of the message that asks this.
    ///
    /// @param padded so that its length says little about the name (RFC 8467, section 4.1)
    int octets(boolean edns, boolean padded) {
        int octets = HEADER_OCTETS + wire.length + (edns ? OPT_OCTETS + options.length : 0);
        return edns && padded
                ? Math.ceilDiv(octets + OPTION_OCTETS, PADDED_OCTETS) * PADDED_OCTETS
                : octets;
    }

    /// Writes the message that asks this. AD says that we understand the bit (RFC 6840, section
    /// 5.7); of the client's EDNS options only its subnet goes along.
    void write(ByteBuf out, int id, boolean edns, boolean padded) {
        out.writeShort(id);
        out.writeByte(recursionDesired ? 1 : 0);
        out.writeByte(FLAG_AD | (checkingDisabled ? FLAG_CD : 0));
        out.writeLong(edns ? 0x0001_0000_0000_0001L : 0x0001_0000_0000_0000L);
        out.writeBytes(wire);
        if (edns) {
            out.writeByte(0);
            out.writeShort(Type.OPT);
            out.writeShort(UDP_SIZE_OCTETS);
            out.writeShort(0);
            out.writeShort(dnssecOk ? 0x8000 : 0);
            int padding = octets(true, padded) - octets(true, false);
            out.writeShort(options.length + padding);
            out.writeBytes(options);
            if (padded) {
                out.writeShort(OPTION_PADDING);
                out.writeShort(padding - OPTION_OCTETS);
                out.writeZero(padding - OPTION_OCTETS);
            }
        }
    }

    /// Whether a message repeats this question, in any spelling (RFC 5452, section 9.1).
    boolean isIn(byte[] message) {
        if (message.length < HEADER_OCTETS + wire.length || message[4] != 0 || message[5] != 1) {
            return false;
        }
        for (int i = 0; i < wire.length; i++) {
            byte octet = message[HEADER_OCTETS + i];
            boolean upper = i < nameOctets() && octet >= 'A' && octet <= 'Z';
            if ((upper ? octet + 32 : octet) != wire[i]) {
                return false;
            }
        }
        return true;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Question question
                && hash == question.hash
                && flags() == question.flags()
                && Arrays.equals(wire, question.wire)
                && Arrays.equals(options, question.options);
    }

    @Override
    public int hashCode() {
        return hash;
    }

    @Override
    public String toString() {
        return name
                + " "
                + Type.string((wire[nameOctets()] & 0xff) << 8 | wire[nameOctets() + 1] & 0xff);
    }
}
