package dev.onoma.server.listen;

import dev.onoma.api.Transport;
import dev.onoma.server.wire.Context;
import dev.onoma.server.wire.WireQuery;
import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.socket.DatagramPacket;
import java.net.InetSocketAddress;
import org.jspecify.annotations.Nullable;

/// Datagrams of one socket (RFC 1035, section 4.2.1). The responses to a batch leave together.
final class UdpFrontEnd extends ChannelInboundHandlerAdapter implements ReplyTo {
    private final Worker worker;
    private final Listener listener;
    private InetSocketAddress local = Context.NOWHERE;
    private final @Nullable OwnAddresses addresses;
    private final ProxiedDatagrams proxied;
    private final Runnable flush = this::flushLate;
    private ChannelHandlerContext context;
    private boolean flushing;

    /// @param drops hears of broken PROXY headers
    /// @param addresses for a wildcard socket, which does not know where its datagrams were sent to
    @SuppressWarnings("NullAway.Init") // Netty calls handlerAdded before anything else.
    UdpFrontEnd(
            Worker worker, Listener listener, ProxyDrops drops, @Nullable OwnAddresses addresses) {
        proxied = new ProxiedDatagrams(drops);
        this.worker = worker;
        this.listener = listener;
        this.addresses = addresses;
    }

    @Override
    public void handlerAdded(ChannelHandlerContext added) {
        context = added;
    }

    @Override
    public void channelRead(ChannelHandlerContext from, Object message) {
        var packet = (DatagramPacket) message;
        if (local == Context.NOWHERE) {
            // Not asked of channelActive: the first datagram for an address may come before it.
            local = (InetSocketAddress) from.channel().localAddress();
        }
        if (addresses != null && addresses.takes(packet, local.getPort())) {
            return;
        }
        try {
            var content = packet.content();
            int octets = content.readableBytes();
            // Nobody legitimate asks from port 0, and no answer would arrive there.
            if (octets == 0 || packet.sender().getPort() == 0) {
                return;
            }
            long now = System.nanoTime();
            var client = packet.sender();
            var asked = local;
            var proxy = listener.service().proxy();
            if (proxy != null) {
                var ends = proxied.ends(proxy, content, packet.sender(), local, now);
                if (ends == null) {
                    return;
                }
                client = ends.client();
                asked = ends.local();
                octets = content.readableBytes();
            }
            var query = worker.take();
            content.getBytes(content.readerIndex(), query.buffer(octets), 0, octets);
            query.from(Transport.UDP, client, asked, now);
            query.ticket(packet.sender());
            int length = worker.serve(query, octets, listener, this);
            if (length > 0) {
                write(query, worker.octets(), length);
            }
            if (length != Worker.LATER) {
                worker.give(query);
            }
        } finally {
            packet.release();
        }
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext from) {
        from.flush();
    }

    // Replies of upstreams come in batches, too; what answers them leaves together.
    @Override
    public void send(WireQuery query, byte[] octets, int length) {
        write(query, octets, length);
        if (!flushing) {
            flushing = true;
            context.executor().execute(flush);
        }
    }

    private void flushLate() {
        flushing = false;
        context.flush();
    }

    @Override
    public void nothing(WireQuery query) {
        // A datagram that is not answered leaves nothing behind.
    }

    private void write(WireQuery query, byte[] octets, int length) {
        ByteBuf buffer = context.alloc().directBuffer(length).writeBytes(octets, 0, length);
        // To the peer, who may be a proxy of the client.
        var peer = query.ticket() instanceof InetSocketAddress from ? from : query.client();
        var _ = context.write(new DatagramPacket(buffer, peer), context.voidPromise());
    }

    /// A client that is gone (ICMP), a full socket buffer: of no consequence for others.
    @Override
    public void exceptionCaught(ChannelHandlerContext from, Throwable cause) {
        worker.limits().reached("datagrams");
    }
}
