package dev.onoma.plugins.forward;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.socket.DatagramPacket;

/// A socket that is connected to one upstream, so that the kernel takes datagrams from nobody else
/// and reports refusals.
///
/// The source port is the kernel's random choice and serves only for some questions, so that port
/// and id together stay hard to guess (RFC 5452, section 9.2). Belongs to one event loop.
final class UdpSocket extends Conduit {
    private final int usesMax;
    private int uses;

    UdpSocket(Lane lane, Upstream upstream, int usesMax) {
        super(lane, upstream, Channels.datagram(lane.loop(), upstream.address().getAddress()));
        this.usesMax = usesMax;
    }

    boolean isWorn() {
        return uses >= usesMax;
    }

    @Override
    void transmit(Exchange exchange) {
        uses++;
        var out = channel.alloc().ioBuffer(exchange.question.octets(exchange.edns, false));
        exchange.question.write(out, exchange.id, exchange.edns, false);
        write(out);
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        var packet = (DatagramPacket) message;
        try {
            received(packet.content());
        } finally {
            packet.release();
        }
    }

    private void received(ByteBuf content) {
        int octets = content.readableBytes();
        // What nobody waits for is not copied.
        var exchange =
                waitingFor(octets < 12 ? -1 : content.getUnsignedShort(content.readerIndex()));
        if (exchange != null) {
            var reply = new byte[octets];
            content.readBytes(reply);
            replied(exchange, reply);
        }
    }
}
