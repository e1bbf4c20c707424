package dev.onoma.server.listen;

import dev.onoma.server.wire.Context;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.handler.codec.http.HttpDecoderConfig;
import io.netty.handler.codec.http.HttpObjectAggregator;
import io.netty.handler.codec.http.HttpServerCodec;
import io.netty.handler.ssl.SslHandler;
import io.netty.handler.ssl.SslHandshakeCompletionEvent;
import java.net.InetSocketAddress;
import org.jspecify.annotations.Nullable;

/// A connection for DNS over HTTP (RFC 8484): its life, whatever is spoken on it.
///
/// What client and server agree on (ALPN) puts the version behind this handler: [Http2Exchanges] or
/// [Http1Exchanges]. Only requests that are complete prolong the life of a connection: pings,
/// settings or half a header do not.
final class HttpConnection extends ChannelInboundHandlerAdapter implements Connections.Open {
    private static final int LINE_OCTETS_MAX = 8192;
    private static final int HEADER_OCTETS_MAX = 16 << 10;

    private final Worker worker;
    private final Listener listener;
    private final Connections connections;
    private InetSocketAddress client = Context.NOWHERE;
    private InetSocketAddress local = Context.NOWHERE;
    private Channel channel;
    private ChannelHandlerContext context;
    private @Nullable Exchanges exchanges;
    private long deadlineNanos;
    private boolean ending;

    /// A version of HTTP.
    interface Exchanges {
        /// How many requests are not answered, or their answers not taken.
        int open();

        /// Looks for requests and answers whose time is over.
        ///
        /// @return false if the connection is to be closed
        boolean sweep(long nowNanos);

        /// Takes no more requests, and closes the connection when those are answered.
        void end();
    }

    @SuppressWarnings("NullAway.Init") // Netty calls channelActive before anything else.
    HttpConnection(Worker worker, Listener listener, Connections connections) {
        this.worker = worker;
        this.listener = listener;
        this.connections = connections;
    }

    Worker worker() {
        return worker;
    }

    @Override
    public Listener listener() {
        return listener;
    }

    @Override
    public InetSocketAddress client() {
        return client;
    }

    InetSocketAddress local() {
        return local;
    }

    /// A request is complete.
    void asked() {
        deadlineNanos = System.nanoTime() + listener.service().limits().idle().toNanos();
    }

    @Override
    public void channelActive(ChannelHandlerContext active) {
        context = active;
        channel = active.channel();
        client = (InetSocketAddress) channel.remoteAddress();
        local = (InetSocketAddress) channel.localAddress();
        deadlineNanos = System.nanoTime() + listener.service().limits().read().toNanos();
        if (!connections.opened(this)) {
            var _ = active.close();
            return;
        }
        if (channel.pipeline().get(SslHandler.class) == null) {
            speakHttp1();
        }
        active.fireChannelActive();
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext from, Object event) {
        if (event instanceof SslHandshakeCompletionEvent done && done.isSuccess()) {
            var tls = channel.pipeline().get(SslHandler.class);
            if ("h2".equals(tls.applicationProtocol())) {
                speakHttp2();
            } else {
                speakHttp1();
            }
        } else if (event == ChannelInputShutdownEvent.INSTANCE) {
            end();
        }
        from.fireUserEventTriggered(event);
    }

    private void speakHttp2() {
        var http2 = Http2Exchanges.on(this);
        exchanges = http2;
        channel.pipeline().addLast(http2);
    }

    private void speakHttp1() {
        var http1 = new Http1Exchanges(this);
        exchanges = http1;
        channel.pipeline()
                .addLast(
                        new HttpServerCodec(
                                new HttpDecoderConfig()
                                        .setMaxInitialLineLength(LINE_OCTETS_MAX)
                                        .setMaxHeaderSize(HEADER_OCTETS_MAX)))
                .addLast(new HttpObjectAggregator(DohRequest.OCTETS_MAX, true))
                .addLast(http1);
    }

    @Override
    public void sweep(long nowNanos) {
        var http = exchanges;
        boolean over = nowNanos - deadlineNanos >= 0 && (http == null || http.open() == 0);
        if (over || http != null && !http.sweep(nowNanos)) {
            if (!channel.isWritable()) {
                worker.limits().reached("write");
            }
            // Not the way of a polite end, which waits for the streams.
            var _ = context.close();
        }
    }

    @Override
    public void end() {
        ending = true;
        var http = exchanges;
        if (http != null) {
            http.end();
        } else {
            close();
        }
    }

    boolean isEnding() {
        return ending;
    }

    /// Closes when everything that was written has left.
    void close() {
        channel.writeAndFlush(Unpooled.EMPTY_BUFFER).addListener(ChannelFutureListener.CLOSE);
    }

    @Override
    public void channelInactive(ChannelHandlerContext from) {
        connections.closed(this);
        ending = true;
        from.fireChannelInactive();
    }

    /// The connection broke, or the handshake failed.
    @Override
    public void exceptionCaught(ChannelHandlerContext from, Throwable cause) {
        var _ = from.close();
    }
}
