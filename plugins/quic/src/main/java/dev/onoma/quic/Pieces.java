package dev.onoma.quic;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandler.Sharable;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.quic.QuicChannel;

/// How much the library may keep of a connection that nobody has seen yet: pieces of streams, or of
/// the handshake, in front of which something is missing. A client may send the second octet of
/// each two, and windows count octets, not pieces; the library takes some 150 octets for each. It
/// says nothing of them, so what has come and was not handed on stands for them, all in pieces of
/// one octet.
///
/// What every packet has beside frames does not count, and neither does what a handshake takes. Of
/// an honest client about a dozen octets of frames a query are left over, which only add up.
/// Belongs to one event loop.
@Sharable
final class Pieces extends ChannelInboundHandlerAdapter {
    // The memory for a piece, by the least octets of a frame that brings one.
    private static final int OCTETS_EACH = 32;

    /// For the greeting, with padding, acknowledgements and certificates, and to find the largest
    /// packet that the path lets through.
    private static final int FREE_OCTETS = 4 << 10;

    // Flags, the shortest number, and the tag behind (RFC 9001, section 5.3).
    private static final int PACKET_OCTETS = 1 + 1 + 16;

    private final QuicChannel channel;
    private final int packetOctets;
    private long delivered;
    private long octets;

    /// @param idOctets the length of identifiers of connections
    Pieces(QuicChannel channel, int idOctets) {
        this.channel = channel;
        packetOctets = PACKET_OCTETS + idOctets;
    }

    /// What a stream hands on, at the head of its pipeline.
    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        delivered += message instanceof ByteBuf data ? data.readableBytes() : 0;
        context.fireChannelRead(message);
    }

    /// Looks again.
    ///
    /// @return how many octets more may be kept than last time
    long look() {
        var stats = channel.collectStats();
        if (!stats.isSuccess()) {
            return 0; // it is gone
        }
        var now = stats.getNow();
        long left = now.recvBytes() - now.recv() * packetOctets - delivered - FREE_OCTETS;
        long before = octets;
        octets = Math.max(0, left) * OCTETS_EACH;
        return octets - before;
    }

    /// Octets that may be kept.
    long octets() {
        return octets;
    }

    /// Nothing is kept any more.
    ///
    /// @return how many octets less
    long forget() {
        long before = octets;
        octets = 0;
        return -before;
    }
}
