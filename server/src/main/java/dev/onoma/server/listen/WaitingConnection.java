package dev.onoma.server.listen;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import java.net.InetAddress;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// A connection that comes to a listener whose places are all taken ([Places]). It is not read
/// while it waits; when there is a place, the handlers of its transport take over. Places that get
/// free go to those who wait in turn; who has none looks for one that somebody may leave for him.
final class WaitingConnection extends ChannelInboundHandlerAdapter {
    private static final int LOOK_MILLIS = 250;

    private final Listener listener;
    private final Connections connections;
    private final ProxiedConnection.Begin begin;
    private final Queue<ByteBuf> unread = new ArrayDeque<>(1);
    private ChannelHandlerContext context;
    private @Nullable InetAddress waitsFrom;
    private @Nullable Future<?> looking;

    @SuppressWarnings("NullAway.Init") // Netty calls handlerAdded before anything else.
    WaitingConnection(Listener listener, Connections connections, ProxiedConnection.Begin begin) {
        this.listener = listener;
        this.connections = connections;
        this.begin = begin;
    }

    @Override
    public void handlerAdded(ChannelHandlerContext added) {
        context = added;
    }

    @Override
    public void channelActive(ChannelHandlerContext active) {
        active.channel().config().setAutoRead(false);
        if (!takesPlace()) {
            await(Ends.of(active.channel()).client().getAddress());
        }
    }

    private void await(InetAddress source) {
        connections.worker().limits().reached("listener");
        if (!listener.begins(this, source)) {
            close();
            return;
        }
        waitsFrom = source;
        if (listener.sources().of(source) == 0) {
            looking =
                    context.executor()
                            .scheduleAtFixedRate(
                                    this::takesPlace,
                                    LOOK_MILLIS,
                                    LOOK_MILLIS,
                                    TimeUnit.MILLISECONDS);
        }
    }

    /// Somebody has left. Any thread.
    void wake() {
        context.executor()
                .execute(() -> {
                    if (isGone()) {
                        listener.wakeNext();
                    } else if (!takesPlace()) {
                        listener.waitsOn(this);
                    }
                });
    }

    private boolean isGone() {
        return context.isRemoved() || !context.channel().isActive();
    }

    private boolean takesPlace() {
        if (isGone()) {
            return false;
        }
        var source = Ends.of(context.channel()).client().getAddress();
        boolean isPlaced =
                connections.findPlace(listener, source, listener.service().connectionsMax());
        if (isPlaced) {
            goOn();
        }
        return isPlaced;
    }

    /// Ends without an answer. Any thread.
    void close() {
        var _ = context.close();
    }

    private void goOn() {
        var channel = context.channel();
        begin.on(channel);
        context.fireChannelActive();
        for (var input = unread.poll(); input != null; input = unread.poll()) {
            context.fireChannelRead(input).fireChannelReadComplete();
        }
        context.pipeline().remove(this);
        channel.config().setAutoRead(true);
    }

    @Override
    public void channelRead(ChannelHandlerContext from, Object message) {
        unread.add((ByteBuf) message);
    }

    /// Its client does not want to wait any longer.
    @Override
    public void userEventTriggered(ChannelHandlerContext from, Object event) {
        if (event == ChannelInputShutdownEvent.INSTANCE) {
            close();
        }
    }

    @Override
    public void handlerRemoved(ChannelHandlerContext from) {
        var timer = looking;
        if (timer != null) {
            timer.cancel(false);
        }
        var source = waitsFrom;
        if (source != null) {
            listener.waitsNoMore(this, source);
        }
        unread.forEach(ByteBuf::release);
        unread.clear();
    }

    /// The connection broke.
    @Override
    public void exceptionCaught(ChannelHandlerContext from, Throwable cause) {
        close();
    }
}
