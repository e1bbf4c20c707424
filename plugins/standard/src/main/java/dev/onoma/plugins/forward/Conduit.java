package dev.onoma.plugins.forward;

import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.util.collection.IntObjectHashMap;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// What takes questions to one upstream and brings replies back: many are out at once, told apart
/// by their ids. Belongs to one event loop.
abstract class Conduit extends ChannelInboundHandlerAdapter implements Exchange.Carrier {
    final Lane lane;
    final Upstream upstream;
    final Channel channel;
    private final IntObjectHashMap<Exchange> waiting = new IntObjectHashMap<>();
    private final long openedNanos;
    private long usedNanos;
    private boolean unflushed;
    private boolean retired;
    private @Nullable String broken;

    /// @param channel is not registered yet
    Conduit(Lane lane, Upstream upstream, Channel channel) {
        this.lane = lane;
        this.upstream = upstream;
        this.channel = channel;
        openedNanos = lane.nanos();
        usedNanos = openedNanos;
    }

    /// Opens and connects. Nothing here waits.
    final void open(@Nullable InetAddress source) {
        channel.pipeline().addLast(this);
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
    ///
    /// @param ageNanosMax 0 if it may get as old as it likes
    final boolean isUsable(long nowNanos, long ageNanosMax) {
        return !retired
                && channel.isOpen()
                && (ageNanosMax == 0 || nowNanos - openedNanos < ageNanosMax);
    }

    final boolean isOpen() {
        return channel.isOpen();
    }

    final int waiting() {
        return waiting.size();
    }

    final boolean isIdle(long nowNanos, long nanos) {
        return waiting.isEmpty() && nowNanos - usedNanos > nanos;
    }

    /// Takes no further questions, and closes when the last reply has come or is not waited for.
    final void retire() {
        retired = true;
        if (waiting.isEmpty()) {
            close();
        }
    }

    final void close() {
        retired = true;
        var _ = channel.close();
    }

    final void send(Exchange exchange) {
        int id = lane.ids().next();
        while (waiting.containsKey(id)) {
            id = lane.ids().next();
        }
        exchange.id = id;
        exchange.carrier = this;
        var cause = broken;
        if (cause != null) {
            lane.loop().execute(() -> fail(exchange, cause, false));
            return;
        }
        transmit(exchange);
        waiting.put(id, exchange);
        usedNanos = exchange.sentNanos;
    }

    /// Writes the question, now or when that is possible. It is not among those that wait yet.
    abstract void transmit(Exchange exchange);

    final void write(ByteBuf message) {
        var _ = channel.write(message, channel.voidPromise());
        if (!unflushed) {
            unflushed = true;
            lane.flushLater(this);
        }
    }

    /// Sends what has been written, with one system call.
    final void flush() {
        unflushed = false;
        channel.flush();
    }

    @Override
    public final void forget(Exchange exchange) {
        waiting.remove(exchange.id);
        if (retired && waiting.isEmpty()) {
            close();
        }
    }

    /// @param id of the reply, which has all octets of a header; -1 if it has not
    /// @return null, and counted, if nobody waits for it
    final @Nullable Exchange waitingFor(int id) {
        var exchange = waiting.get(id);
        if (exchange == null) {
            upstream.metrics().unexpected.inc();
        }
        return exchange;
    }

    final void replied(Exchange exchange, byte[] reply) {
        if (Replies.answers(exchange, reply)) {
            exchange.forget();
            exchange.asker.replied(exchange, reply);
        }
    }

    final void used() {
        usedNanos = lane.nanos();
    }

    /// Whether a failure may be that of a connection that was good before, so that another try is
    /// worth it.
    boolean isStale() {
        return false;
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
            fail(exchange, text, isStale());
        }
    }

    private void fail(Exchange exchange, String cause, boolean stale) {
        if (exchange.carrier == this) {
            exchange.carrier = null;
            exchange.asker.failed(exchange, cause, stale);
        }
    }
}
