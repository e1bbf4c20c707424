package dev.onoma.server.listen;

import dev.onoma.api.GrpcLimits;
import dev.onoma.api.RequestFields;
import dev.onoma.api.RequestLimit;
import dev.onoma.api.RequestLimits;
import dev.onoma.api.Transport;
import dev.onoma.server.wire.Context;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.handler.codec.http.HttpDecoderConfig;
import io.netty.handler.codec.http.HttpServerCodec;
import io.netty.handler.ssl.SslCloseCompletionEvent;
import io.netty.handler.ssl.SslHandler;
import io.netty.handler.ssl.SslHandshakeCompletionEvent;
import java.net.InetSocketAddress;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/// A connection for DNS over HTTP (RFC 8484) or gRPC: its life, whatever is spoken on it.
///
/// What client and server agree on (ALPN) puts the version behind this handler: [DohExchanges] or
/// [Http1Exchanges]; for gRPC always [GrpcExchanges]. Only requests that are complete prolong the
/// life of a connection: pings, settings or half a header do not.
final class HttpConnection extends ChannelInboundHandlerAdapter
        implements Connections.Open, RecordOctets.Owner {
    /// How long a client may take to hear that it is to go elsewhere.
    private static final long DRAIN_NANOS = Duration.ofSeconds(1).toNanos();

    private final Transport transport;
    private final Worker worker;
    private final Listener listener;
    private final Connections connections;
    private final KeptOctets kept;
    private final GrpcLimits grpc;
    private final RequestLimits requests;
    private final RequestFields fields;
    private InetSocketAddress client = Context.NOWHERE;
    private InetSocketAddress local = Context.NOWHERE;
    private Channel channel;
    private @Nullable Exchanges exchanges;
    private long openedNanos;
    private long usedNanos;
    private long deadlineNanos;
    private long drainedNanos;
    private boolean isAsked;
    private boolean draining;
    private boolean ending;

    /// A version of HTTP.
    interface Exchanges {
        /// How many requests are not answered, or their answers not taken.
        int open();

        /// Of how many of these nothing more is to come.
        default int answersToCome() {
            return open();
        }

        /// Looks for requests and answers whose time is over.
        ///
        /// @return false if the connection is to be closed, which is counted
        boolean sweep(long nowNanos);

        /// Takes no more requests, and closes the connection when those are answered.
        void end();
    }

    @SuppressWarnings("NullAway.Init") // Netty calls channelActive before anything else.
    HttpConnection(Transport transport, Worker worker, Listener listener, Connections connections) {
        this.transport = transport;
        this.worker = worker;
        this.listener = listener;
        this.connections = connections;
        kept = new KeptOctets(connections);
        grpc = isGrpc() ? listener.service().grpc() : GrpcLimits.DEFAULT;
        requests = isGrpc() ? grpc.requests() : listener.service().http().requests();
        fields = listener.service().requestFields();
    }

    /// For gRPC.
    GrpcLimits grpc() {
        return grpc;
    }

    /// What a request may have.
    int max(RequestLimit limit) {
        return requests.get(limit);
    }

    /// Hears how far this has come.
    Largest largest() {
        return connections.largest();
    }

    /// Which header fields somebody wants to see.
    RequestFields fields() {
        return fields;
    }

    Transport transport() {
        return transport;
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
        isAsked = true;
        usedNanos = System.nanoTime();
        deadlineNanos = usedNanos + idle().toNanos();
    }

    /// Clients of gRPC keep connections for later; a greeting is enough for a first while.
    void greeted() {
        if (isGrpc()) {
            deadlineNanos = System.nanoTime() + idle().toNanos();
        }
    }

    private Duration idle() {
        return isGrpc() ? grpc.idle() : listener.service().limits().idle();
    }

    private boolean isGrpc() {
        return transport == Transport.GRPC;
    }

    @Override
    public void channelActive(ChannelHandlerContext active) {
        channel = active.channel();
        channel.config().setWriteBufferWaterMark(worker.limits().waterMark());
        var ends = Ends.of(channel);
        client = ends.client();
        local = ends.local();
        openedNanos = System.nanoTime();
        usedNanos = openedNanos;
        deadlineNanos = openedNanos + listener.service().limits().read().toNanos();
        if (!connections.opened(this)) {
            var _ = active.close();
            return;
        }
        if (channel.pipeline().get(Greeting.class) == null) {
            if (isGrpc()) {
                speak(GrpcExchanges.on(this));
            } else {
                speakHttp1();
            }
        }
        active.fireChannelActive();
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext from, Object event) {
        if (event instanceof SslHandshakeCompletionEvent done && done.isSuccess()) {
            var tls = channel.pipeline().get(SslHandler.class);
            if (isGrpc()) {
                speak(GrpcExchanges.on(this));
            } else if ("h2".equals(tls.applicationProtocol())) {
                channel.pipeline().addLast(new Records());
                speak(DohExchanges.on(this));
            } else {
                speakHttp1();
            }
        } else if (event == ChannelInputShutdownEvent.INSTANCE
                || event instanceof SslCloseCompletionEvent) {
            end();
        }
        from.fireUserEventTriggered(event);
    }

    private void speak(Http2Exchanges http2) {
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
                                        .setMaxInitialLineLength(max(RequestLimit.MAX_LINE_OCTETS))
                                        .setMaxHeaderSize(max(RequestLimit.MAX_HEADER_OCTETS))))
                .addLast(new Http1Bodies(this))
                .addLast(http1);
    }

    @Override
    public void channelRead(ChannelHandlerContext from, Object message) {
        if (exchanges instanceof Http1Exchanges http1) {
            http1.passes((ByteBuf) message);
        }
        from.fireChannelRead(message);
    }

    @Override
    public void sweep(long nowNanos) {
        kept.look(channel);
        var http = exchanges;
        if (isOver(nowNanos, http)) {
            if (Greeting.isDue(channel)) {
                worker.limits().reached("handshake");
            } else if (!isAsked || kept.isUnfinished()) {
                worker.limits().reached("read");
            }
            // Not the way of a polite end, which waits for the streams.
            Connections.cutOff(channel);
        } else if (http != null && !http.sweep(nowNanos)) {
            Connections.cutOff(channel);
        }
    }

    /// As HTTP/2 is spoken wherever that is possible.
    @Override
    public Cost cost() {
        return isGrpc() || listener.service().tls() != null ? Cost.HTTP2 : Cost.TLS;
    }

    @Override
    public long usedNanos() {
        return usedNanos;
    }

    @Override
    public int pending() {
        var http = exchanges;
        return http == null ? 0 : http.open();
    }

    // A connection of gRPC that was greeted is drained first.
    private boolean isOver(long nowNanos, @Nullable Exchanges http) {
        if (draining) {
            if (nowNanos - drainedNanos > DRAIN_NANOS && !ending) {
                end();
            }
            return false;
        }
        boolean idle = nowNanos - deadlineNanos >= 0 && (http == null || http.open() == 0);
        if (!(http instanceof Http2Exchanges http2) || !isGrpc() || !http2.isGreeted()) {
            return idle;
        }
        long age = grpc.age().toNanos();
        if (idle || age > 0 && nowNanos - openedNanos >= age) {
            draining = true;
            drainedNanos = nowNanos;
            http2.drain();
        }
        return false;
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

    /// Nobody is waited for: neither who has not shaken hands yet, nor who may still be sending.
    @Override
    public void giveWay() {
        if (exchanges == null) {
            Connections.cutOff(channel);
        } else {
            end();
            var _ = channel.pipeline().firstContext().close();
        }
    }

    /// Says how many octets are kept of requests that are not complete.
    void unfinished(long octets) {
        kept.unfinished(channel, octets);
    }

    @Override
    public void undecrypted(int octets) {
        kept.undecrypted(channel, octets);
    }

    @Override
    public int answersToCome() {
        var http = exchanges;
        return http == null ? 0 : http.answersToCome();
    }

    @Override
    public int queryOctetsMin() {
        return 3;
    }

    /// Says how many octets of answers that were flushed the client has not taken.
    void unsent(long octets) {
        kept.unsent(channel, octets);
    }

    boolean isEnding() {
        return ending;
    }

    /// Closes when everything that was written has left.
    void close() {
        Farewell.say(channel);
    }

    @Override
    public void channelInactive(ChannelHandlerContext from) {
        connections.closed(this);
        ending = true;
        from.fireChannelInactive();
        kept.forget(channel);
        unsent(0);
    }

    /// The connection broke, or the handshake failed.
    @Override
    public void exceptionCaught(ChannelHandlerContext from, Throwable cause) {
        var _ = from.close();
    }
}
