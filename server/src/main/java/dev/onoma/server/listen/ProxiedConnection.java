package dev.onoma.server.listen;

import dev.onoma.api.ProxyProtocol.Policy;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import java.net.InetSocketAddress;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/// A connection whose PROXY header is not read yet. When it is, or when there is none, the handlers
/// of its transport take its place.
final class ProxiedConnection extends ChannelInboundHandlerAdapter implements Connections.Open {
    private static final Duration PATIENCE_MAX = Duration.ofSeconds(10);

    private final Listener listener;
    private final Connections connections;
    private final ProxyDrops drops;
    private final Begin begin;
    private final KeptOctets kept;
    private Policy policy = Policy.SKIP;
    private int octetsMax;
    private InetSocketAddress peer = dev.onoma.server.wire.Context.NOWHERE;
    private ChannelHandlerContext context;
    private @Nullable ByteBuf unread;
    private long openedNanos;
    private long deadlineNanos;

    /// Adds the handlers of the transport.
    @FunctionalInterface
    interface Begin {
        void on(Channel channel);
    }

    @SuppressWarnings("NullAway.Init") // Netty calls channelActive before anything else.
    ProxiedConnection(Listener listener, Connections connections, ProxyDrops drops, Begin begin) {
        this.listener = listener;
        this.connections = connections;
        this.drops = drops;
        this.begin = begin;
        kept = new KeptOctets(connections);
    }

    @Override
    public InetSocketAddress client() {
        return peer;
    }

    @Override
    public Listener listener() {
        return listener;
    }

    @Override
    public void sweep(long nowNanos) {
        kept.look(context.channel());
        if (nowNanos - deadlineNanos >= 0) {
            connections.worker().limits().reached("read");
            var _ = context.close();
        }
    }

    @Override
    public void end() {
        var _ = context.close();
    }

    @Override
    public Cost cost() {
        return Cost.TCP;
    }

    @Override
    public int pending() {
        return 0;
    }

    @Override
    public long usedNanos() {
        return openedNanos;
    }

    @Override
    public void channelActive(ChannelHandlerContext active) throws Exception {
        context = active;
        peer = (InetSocketAddress) active.channel().remoteAddress();
        var service = listener.service();
        var proxy = service.proxy();
        policy = proxy == null ? Policy.SKIP : proxy.policy(peer.getAddress());
        octetsMax = proxy == null ? 0 : proxy.headerOctetsMax();
        long patience = Math.min(PATIENCE_MAX.toNanos(), service.limits().read().toNanos());
        openedNanos = System.nanoTime();
        deadlineNanos = openedNanos + patience;
        if (!connections.opened(this)) {
            var _ = active.close();
        } else if (policy == Policy.SKIP) {
            goOn();
        }
    }

    @Override
    public void channelRead(ChannelHandlerContext from, Object message) throws Exception {
        var added = (ByteBuf) message;
        var before = unread;
        if (before == null) {
            unread = added;
        } else {
            unread = from.alloc().buffer(before.readableBytes() + added.readableBytes());
            unread.writeBytes(before).writeBytes(added);
            before.release();
            added.release();
        }
        look(unread);
    }

    // At most the header is waited for.
    private void look(ByteBuf input) throws Exception {
        kept.unfinished(context.channel(), input.readableBytes());
        if (!context.channel().isActive()) {
            return; // It was too much.
        }
        switch (ProxyHeader.read(input, octetsMax)) {
            case ProxyHeader.Absent _ -> goOn();
            case ProxyHeader.Partial _ -> {}
            case ProxyHeader.Broken(var reason) -> drop(reason);
            case ProxyHeader.Found found when policy == Policy.REJECT ->
                    drop("headers of " + peer.getAddress().getHostAddress() + " are rejected");
            case ProxyHeader.Found found -> {
                input.skipBytes(found.octets());
                if (found.ends() != null && policy == Policy.USE) {
                    found.ends().say(context.channel());
                }
                goOn();
            }
        }
    }

    private void drop(String reason) {
        drops.dropped("connection", peer, reason);
        var _ = context.close();
    }

    private void goOn() throws Exception {
        kept.forget(context.channel());
        connections.closed(this);
        begin.on(context.channel());
        var rest = unread;
        unread = null;
        context.fireChannelActive();
        if (rest != null && rest.isReadable()) {
            context.fireChannelRead(rest).fireChannelReadComplete();
        } else if (rest != null) {
            rest.release();
        }
        context.pipeline().remove(this);
    }

    @Override
    public void channelInactive(ChannelHandlerContext from) {
        connections.closed(this);
        kept.forget(from.channel());
        var rest = unread;
        if (rest != null) {
            rest.release();
            unread = null;
        }
    }

    /// The connection broke, or there is no certificate.
    @Override
    public void exceptionCaught(ChannelHandlerContext from, Throwable cause) {
        var _ = from.close();
    }
}
