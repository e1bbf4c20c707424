package dev.onoma.quic;

import dev.onoma.api.Entrance;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.socket.DatagramPacket;
import java.net.InetSocketAddress;
import org.jspecify.annotations.Nullable;

/// Takes PROXY headers off the datagrams of a socket before QUIC sees them.
///
/// For QUIC the proxy stays the other end: paths, tokens and what may be sent before a client has
/// proved its address are about who really sends. A connection is for the client of the datagram
/// that began it, so that it does not matter whether later ones have a header.
final class ProxiedSocket extends ChannelInboundHandlerAdapter {
    private final Entrance entrance;
    private Entrance.@Nullable Parties parties;

    ProxiedSocket(Entrance entrance) {
        this.entrance = entrance;
    }

    /// Of the datagram that is being read; null if nobody looks for headers.
    Entrance.@Nullable Parties parties() {
        return parties;
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        if (!(message instanceof DatagramPacket packet) || !entrance.isProxied()) {
            context.fireChannelRead(message);
            return;
        }
        var content = packet.content();
        var datagram = content.nioBuffer();
        var local = (InetSocketAddress) context.channel().localAddress();
        parties = entrance.parties(datagram, packet.sender(), local);
        if (parties == null) {
            packet.release();
            return;
        }
        // Netty's parser begins at index 0, wherever the reader is.
        int header = datagram.position();
        var rest = content.slice(content.readerIndex() + header, content.readableBytes() - header);
        try {
            context.fireChannelRead(packet.replace(rest));
        } finally {
            parties = null;
        }
    }
}
