package dev.onoma.plugins.forward;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.ssl.SslHandler;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/// A connection to an upstream, plain (RFC 7766) or over TLS (RFC 7858): questions are sent without
/// waiting for earlier replies, which come in any order. Belongs to one event loop.
final class TcpConnection extends Conduit {
    private static final long STALLED_NANOS = TimeUnit.MILLISECONDS.toNanos(100);

    // Written when the connection stands.
    private final List<Exchange> early = new ArrayList<>(1);
    private boolean connected;
    private boolean answered;

    // When a reply came last, or questions began to wait.
    private long progressNanos;

    // The message that is being received: its length, then its octets.
    private final byte[] length = new byte[2];
    private int lengthOctets;
    private byte[] message = {};
    private int filled;

    TcpConnection(Lane lane, Upstream upstream, int connectMillis) {
        super(lane, upstream, Channels.stream(lane.loop(), connectMillis));
        if (upstream.isEncrypted()) {
            // Certificates are checked off the event loop.
            var tls = new SslHandler(upstream.engine(), Thread::startVirtualThread);
            tls.setHandshakeTimeoutMillis(connectMillis);
            channel.pipeline().addLast(tls);
        }
    }

    /// Whether questions wait and nothing comes: servers that answer in order let all wait for one.
    boolean isStalled(long nowNanos) {
        return waiting() > 0 && nowNanos - progressNanos > STALLED_NANOS;
    }

    @Override
    void transmit(Exchange exchange) {
        if (waiting() == 0) {
            progressNanos = exchange.sentNanos;
        }
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
        write(out);
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
        used();
        progressNanos = lane.nanos();
        var exchange =
                waitingFor(reply.length < 12 ? -1 : (reply[0] & 0xff) << 8 | reply[1] & 0xff);
        if (exchange != null) {
            replied(exchange, reply);
        }
    }

    @Override
    boolean isStale() {
        return answered;
    }
}
