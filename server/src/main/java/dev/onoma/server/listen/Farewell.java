package dev.onoma.server.listen;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.channel.socket.DuplexChannel;
import io.netty.handler.ssl.SslHandler;
import io.netty.util.ReferenceCountUtil;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// The end of a connection whose client may still be sending.
///
/// A socket that is closed while octets are unread is reset, and a reset takes away what the client
/// has not read yet. So the client hears that nothing more is coming, and what it still sends is
/// read and thrown away, until it closes too or there is too much of it (RFC 9112, section 9.6).
final class Farewell extends ChannelInboundHandlerAdapter {
    private static final int PATIENCE_MILLIS = 1000;
    private static final int OCTETS_MAX = 256 << 10;

    private int octets;
    private @Nullable Future<?> end;

    /// Ends a connection when everything that was written has left. On its event loop.
    static void say(Channel channel) {
        channel.writeAndFlush(Unpooled.EMPTY_BUFFER).addListener(_ -> hangUp(channel));
    }

    private static void hangUp(Channel channel) {
        if (!channel.isActive() || channel.pipeline().get(Farewell.class) != null) {
            return;
        }
        if (!(channel instanceof DuplexChannel socket) || socket.isInputShutdown()) {
            var _ = channel.close();
            return;
        }
        channel.pipeline().addFirst(new Farewell());
        var tls = channel.pipeline().get(SslHandler.class);
        ChannelFuture said = tls == null ? channel.newSucceededFuture() : tls.closeOutbound();
        said.addListener(_ -> {
            var _ = socket.shutdownOutput();
        });
        channel.config().setAutoRead(true);
    }

    @Override
    public void handlerAdded(ChannelHandlerContext context) {
        end =
                context.executor()
                        .schedule(() -> close(context), PATIENCE_MILLIS, TimeUnit.MILLISECONDS);
    }

    // Not the way of TLS, which has said all it had to say.
    private static void close(ChannelHandlerContext context) {
        var _ = context.close();
    }

    @Override
    public void channelRead(ChannelHandlerContext from, Object message) {
        octets += ((ByteBuf) message).readableBytes();
        ReferenceCountUtil.release(message);
        if (octets > OCTETS_MAX) {
            close(from);
        }
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext from, Object event) {
        if (event == ChannelInputShutdownEvent.INSTANCE) {
            close(from);
        }
    }

    @Override
    public void channelInactive(ChannelHandlerContext from) {
        var timer = end;
        if (timer != null) {
            timer.cancel(false);
        }
        from.fireChannelInactive();
    }
}
