package dev.onoma.server.listen;

import dev.onoma.server.tls.ServerContext;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.ssl.SslHandler;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/// A connection that is to speak TLS, before its client has said hello: only the octets of that are
/// kept. When the first record is there, and it is its turn ([Handshakes]), TLS takes the place of
/// this; so who stops in the middle of it costs a buffer, not a handshake.
final class Greeting extends ChannelInboundHandlerAdapter {
    private static final int HEADER_OCTETS = 5;
    private static final int HANDSHAKE = 22;

    // A record with the fatal alert of RFC 7301, section 3.2.
    private static final byte[] NO_APPLICATION_PROTOCOL = {21, 3, 3, 0, 2, 2, 120};

    private final ServerContext tls;
    private final Handshakes handshakes;
    private final RecordOctets.Owner owner;
    private final Runnable done;
    private ChannelHandlerContext context;
    private @Nullable ByteBuf unread;

    /// @param owner hears how much is kept of what its client says
    /// @param done what to do when the handshake is, or has failed
    @SuppressWarnings("NullAway.Init") // Netty calls handlerAdded before anything else.
    Greeting(ServerContext tls, Handshakes handshakes, RecordOctets.Owner owner, Runnable done) {
        this.tls = tls;
        this.handshakes = handshakes;
        this.owner = owner;
        this.done = done;
    }

    @Override
    public void handlerAdded(ChannelHandlerContext added) {
        context = added;
    }

    @Override
    public void channelRead(ChannelHandlerContext from, Object message) {
        var added = (ByteBuf) message;
        var before = unread;
        // What Netty reads into is larger than what has come.
        int octets = added.readableBytes() + (before == null ? 0 : before.readableBytes());
        var together = from.alloc().directBuffer(octets);
        if (before != null) {
            together.writeBytes(before);
            before.release();
        }
        unread = together.writeBytes(added);
        added.release();
        owner.undecrypted(octets);
        if (!handshakes.fits(recordOctets(together))) {
            Connections.cutOff(from.channel());
        }
        if (from.channel().isActive()
                && from.channel().config().isAutoRead()
                && isWhole(together)) {
            from.channel().config().setAutoRead(false);
            handshakes.want(this);
        }
    }

    // What is no greeting at all is for TLS to refuse.
    private static boolean isWhole(ByteBuf input) {
        int octets = input.readableBytes();
        return input.getByte(input.readerIndex()) != HANDSHAKE
                || octets >= HEADER_OCTETS && octets >= HEADER_OCTETS + recordOctets(input);
    }

    // As the client says; 0 while it has not.
    private static int recordOctets(ByteBuf input) {
        int at = input.readerIndex();
        return input.getByte(at) == HANDSHAKE && input.readableBytes() >= HEADER_OCTETS
                ? input.getUnsignedShort(at + HEADER_OCTETS - 2)
                : 0;
    }

    /// Begins the handshake.
    void answer() {
        var hello = unread;
        if (hello == null || !context.channel().isActive()) {
            return;
        }
        var channel = context.channel();
        if (!tls.speaks(hello)) {
            var alert = Unpooled.wrappedBuffer(NO_APPLICATION_PROTOCOL);
            context.writeAndFlush(alert).addListener(ChannelFutureListener.CLOSE);
            return;
        }
        var source = Ends.of(channel).client().getAddress();
        if (!handshakes.begin(channel, source, () -> Connections.cutOff(channel))) {
            handshakes.done(channel);
            Connections.cutOff(channel);
            return;
        }
        SslHandler handler;
        try {
            handler = tls.handler(channel.alloc());
        } catch (SSLException e) {
            handshakes.done(channel);
            context.fireExceptionCaught(e);
            return;
        }
        unread = null;
        owner.undecrypted(0);
        channel.pipeline()
                .addAfter(context.name(), null, handler)
                .addAfter(
                        context.name(),
                        null,
                        new RecordOctets(owner, handler.handshakeFuture(), handshakes::fitsRecords))
                .addAfter(context.name(), null, new LastWord(owner));
        handler.handshakeFuture()
                .addListener(_ -> {
                    handshakes.done(channel);
                    done.run();
                });
        context.fireChannelRead(hello).fireChannelReadComplete();
        channel.pipeline().remove(this);
        channel.config().setAutoRead(true);
    }

    /// Whether nothing was agreed on yet with a client that is to speak TLS.
    static boolean isDue(io.netty.channel.Channel channel) {
        var tls = channel.pipeline().get(SslHandler.class);
        return tls == null
                ? channel.pipeline().get(Greeting.class) != null
                : !tls.handshakeFuture().isDone();
    }

    @Override
    public void handlerRemoved(ChannelHandlerContext from) {
        var rest = unread;
        if (rest != null) {
            rest.release();
            unread = null;
            owner.undecrypted(0);
        }
    }
}
