package dev.onoma.plugins.forward;

import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.socket.DatagramPacket;
import io.netty.util.collection.IntObjectHashMap;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// A socket that is connected to one upstream, so that the kernel takes datagrams from nobody else
/// and reports refusals. Many questions are out at once, told apart by their ids.
///
/// The source port is the kernel's random choice and serves only for some questions, so that port
/// and id together stay hard to guess (RFC 5452, section 9.2). Belongs to one event loop.
final class UdpSocket extends ChannelInboundHandlerAdapter implements Exchange.Carrier {
    private final Lane lane;
    private final Upstream upstream;
    private final Channel channel;
    private final IntObjectHashMap<Exchange> waiting = new IntObjectHashMap<>();
    private final int usesMax;
    private int uses;
    private boolean retired;
    private boolean unflushed;
    private @Nullable String broken;
    final long openedNanos;
    private long usedNanos;

    UdpSocket(Lane lane, Upstream upstream, int usesMax) {
        this.lane = lane;
        this.upstream = upstream;
        this.usesMax = usesMax;
        openedNanos = lane.nanos();
        usedNanos = openedNanos;
        channel = Channels.datagram(lane.loop(), upstream.address().getAddress());
        channel.pipeline().addLast(this);
    }

    /// Opens and connects the socket. Nothing here waits.
    void open(@Nullable InetAddress source) {
        var _ = lane.loop().register(channel);
        var local = source == null ? null : new InetSocketAddress(source, 0);
        var connected = channel.connect(upstream.address(), local);
        connected.addListener(future -> {
            var cause = future.cause();
            if (cause != null) {
                broken(cause);
            }
        });
    }

    boolean isWorn() {
        return retired || uses >= usesMax || !channel.isOpen();
    }

    int waiting() {
        return waiting.size();
    }

    boolean isIdle(long nowNanos, long nanos) {
        return waiting.isEmpty() && nowNanos - usedNanos > nanos;
    }

    /// Takes no further questions, and closes when the last reply has come or is not waited for.
    void retire() {
        retired = true;
        if (waiting.isEmpty()) {
            close();
        }
    }

    void close() {
        retired = true;
        var _ = channel.close();
    }

    void send(Exchange exchange) {
        int id = lane.ids().next();
        while (waiting.containsKey(id)) {
            id = lane.ids().next();
        }
        exchange.id = id;
        exchange.carrier = this;
        if (broken != null) {
            lane.loop().execute(() -> fail(exchange, broken, false));
            return;
        }
        waiting.put(id, exchange);
        uses++;
        usedNanos = exchange.sentNanos;
        var out = channel.alloc().ioBuffer(exchange.question.octets(exchange.edns, false));
        exchange.question.write(out, id, exchange.edns, false);
        var _ = channel.write(out, channel.voidPromise());
        if (!unflushed) {
            unflushed = true;
            lane.flushLater(this);
        }
    }

    /// Sends what has been written, with one system call.
    void flush() {
        unflushed = false;
        channel.flush();
    }

    @Override
    public void forget(Exchange exchange) {
        waiting.remove(exchange.id);
        if (retired && waiting.isEmpty()) {
            close();
        }
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
        var exchange =
                octets < 12 ? null : waiting.get(content.getUnsignedShort(content.readerIndex()));
        if (exchange == null) {
            upstream.metrics().unexpected.inc();
            return;
        }
        var reply = new byte[octets];
        content.readBytes(reply);
        if (Replies.answers(exchange, reply)) {
            exchange.forget();
            exchange.asker.replied(exchange, reply);
        }
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        broken(cause);
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) {
        broken(null);
    }

    private void broken(@Nullable Throwable cause) {
        var text = Replies.cause(cause);
        broken = broken == null ? text : broken;
        retired = true;
        var lost = List.copyOf(waiting.values());
        waiting.clear();
        var _ = channel.close();
        for (var exchange : lost) {
            fail(exchange, text, false);
        }
    }

    private void fail(Exchange exchange, @Nullable String cause, boolean stale) {
        if (exchange.carrier == this) {
            exchange.carrier = null;
            exchange.asker.failed(exchange, String.valueOf(cause), stale);
        }
    }
}
