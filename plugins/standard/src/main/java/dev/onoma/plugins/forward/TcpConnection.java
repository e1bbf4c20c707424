package dev.onoma.plugins.forward;

import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.ssl.SslHandler;
import io.netty.util.collection.IntObjectHashMap;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// A connection to an upstream, plain (RFC 7766) or over TLS (RFC 7858): questions are sent without
/// waiting for earlier replies, which come in any order. Belongs to one event loop.
final class TcpConnection extends ChannelInboundHandlerAdapter implements Exchange.Carrier {
    private static final long STALLED_NANOS = TimeUnit.MILLISECONDS.toNanos(100);

    private final Lane lane;
    private final Upstream upstream;
    private final Channel channel;
    private final IntObjectHashMap<Exchange> waiting = new IntObjectHashMap<>();
    // Written when the connection stands.
    private final List<Exchange> early = new ArrayList<>(1);
    private boolean connected;
    private boolean answered;
    private boolean unflushed;
    private @Nullable String broken;
    private boolean retired;
    private final long openedNanos;
    private long usedNanos;

    // When a reply came last, or questions began to wait.
    private long progressNanos;

    // The message that is being received: its length, then its octets.
    private final byte[] length = new byte[2];
    private int lengthOctets;
    private byte[] message = {};
    private int filled;

    TcpConnection(Lane lane, Upstream upstream, int connectMillis) {
        this.lane = lane;
        this.upstream = upstream;
        openedNanos = lane.nanos();
        usedNanos = openedNanos;
        channel = Channels.stream(lane.loop(), connectMillis);
        if (upstream.isEncrypted()) {
            // Certificates are checked off the event loop.
            var tls = new SslHandler(upstream.engine(), Thread::startVirtualThread);
            tls.setHandshakeTimeoutMillis(connectMillis);
            channel.pipeline().addLast(tls);
        }
        channel.pipeline().addLast(this);
    }

    void open(@Nullable InetAddress source) {
        var _ = lane.loop().register(channel);
        var local = source == null ? null : new InetSocketAddress(source, 0);
        channel.connect(upstream.address(), local)
                .addListener(future -> {
                    var cause = future.cause();
                    if (cause != null) {
                        broken(cause);
                    }
                });
    }

    /// Whether further questions may be sent.
    boolean isUsable(long nowNanos, long ageNanosMax) {
        return !retired
                && channel.isOpen()
                && (ageNanosMax == 0 || nowNanos - openedNanos < ageNanosMax);
    }

    boolean isOpen() {
        return channel.isOpen();
    }

    int waiting() {
        return waiting.size();
    }

    /// Whether questions wait and nothing comes: servers that answer in order let all wait for one.
    boolean isStalled(long nowNanos) {
        return !waiting.isEmpty() && nowNanos - progressNanos > STALLED_NANOS;
    }

    boolean isIdle(long nowNanos, long nanos) {
        return waiting.isEmpty() && nowNanos - usedNanos > nanos;
    }

    /// Takes no further questions, and closes when nobody waits any more.
    void retire() {
        retired = true;
        if (waiting.isEmpty()) {
            var _ = channel.close();
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
        if (waiting.isEmpty()) {
            progressNanos = exchange.sentNanos;
        }
        waiting.put(id, exchange);
        usedNanos = exchange.sentNanos;
        if (connected) {
            write(exchange);
        } else {
            early.add(exchange);
        }
    }

    private void write(Exchange exchange) {
        boolean padded = upstream.isEncrypted();
        int octets = exchange.question.octets(exchange.edns, padded);
        var out = channel.alloc().ioBuffer(octets + 2);
        out.writeShort(octets);
        exchange.question.write(out, exchange.id, exchange.edns, padded);
        var _ = channel.write(out, channel.voidPromise());
        if (!unflushed) {
            unflushed = true;
            lane.flushLater(this);
        }
    }

    void flush() {
        unflushed = false;
        channel.flush();
    }

    @Override
    public void channelActive(ChannelHandlerContext context) {
        connected = true;
        for (var exchange : early) {
            if (exchange.carrier == this) {
                write(exchange);
            }
        }
        early.clear();
    }

    @Override
    public void forget(Exchange exchange) {
        waiting.remove(exchange.id);
        if (retired && waiting.isEmpty()) {
            var _ = channel.close();
        }
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object received) {
        var in = (ByteBuf) received;
        try {
            while (in.isReadable()) {
                take(in);
            }
        } finally {
            in.release();
        }
    }

    private void take(ByteBuf in) {
        if (lengthOctets < 2) {
            length[lengthOctets++] = in.readByte();
            if (lengthOctets == 2) {
                message = new byte[(length[0] & 0xff) << 8 | length[1] & 0xff];
                filled = 0;
            }
        } else {
            int octets = Math.min(in.readableBytes(), message.length - filled);
            in.readBytes(message, filled, octets);
            filled += octets;
        }
        if (lengthOctets == 2 && filled == message.length) {
            lengthOctets = 0;
            complete(message);
        }
    }

    private void complete(byte[] reply) {
        answered = true;
        usedNanos = lane.nanos();
        progressNanos = usedNanos;
        var exchange =
                reply.length < 12 ? null : waiting.get((reply[0] & 0xff) << 8 | reply[1] & 0xff);
        if (exchange == null) {
            upstream.metrics().unexpected.inc();
        } else if (Replies.answers(exchange, reply)) {
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
            fail(exchange, text, answered);
        }
    }

    private void fail(Exchange exchange, @Nullable String cause, boolean stale) {
        if (exchange.carrier == this) {
            exchange.carrier = null;
            exchange.asker.failed(exchange, String.valueOf(cause), stale);
        }
    }
}
