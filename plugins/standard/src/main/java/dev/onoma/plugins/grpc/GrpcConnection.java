package dev.onoma.plugins.grpc;

import dev.onoma.api.DnsPacket;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoop;
import io.netty.channel.IoEventLoop;
import io.netty.channel.epoll.EpollDomainSocketChannel;
import io.netty.channel.epoll.EpollIoHandle;
import io.netty.channel.epoll.EpollSocketChannel;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.channel.unix.DomainSocketAddress;
import io.netty.handler.codec.http2.Http2ConnectionHandler;
import io.netty.handler.codec.http2.Http2ConnectionHandlerBuilder;
import io.netty.handler.codec.http2.Http2Error;
import io.netty.handler.codec.http2.Http2FrameAdapter;
import io.netty.handler.codec.http2.Http2Headers;
import io.netty.handler.codec.http2.Http2Settings;
import io.netty.handler.codec.http2.ReadOnlyHttp2Headers;
import io.netty.handler.ssl.SslHandler;
import io.netty.util.AsciiString;
import io.netty.util.collection.IntObjectHashMap;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// A connection to an upstream: a stream of HTTP/2 for each call. Belongs to one event loop.
///
/// gRPC is spoken on Netty's codec directly, as the listener does: a call is a few header fields
/// and five octets in front of the message.
final class GrpcConnection {
    private static final int CONNECT_MILLIS = 2_000;
    private static final int HEADER_LIST_OCTETS_MAX = 16 << 10;
    private static final int BODY_OCTETS_MAX = DnsPacket.PREFIX_OCTETS + DnsPacket.OCTETS_MAX;
    private static final int WAITING_MAX = 1_000;
    private static final AsciiString STATUS = AsciiString.cached("grpc-status");
    private static final AsciiString MESSAGE = AsciiString.cached("grpc-message");

    private final EventLoop loop;
    private final GrpcUpstream upstream;
    private final Channel channel;
    private final Http2ConnectionHandler http;
    private final Http2Headers headers;
    private final IntObjectHashMap<GrpcCall> waiting = new IntObjectHashMap<>();
    // Written when the connection stands.
    private final List<GrpcCall> early = new ArrayList<>(1);
    private @Nullable ChannelHandlerContext context;
    private boolean answered;
    private boolean retired;
    private boolean unflushed;
    private long heardNanos = System.nanoTime();
    private String trouble = "connection closed";

    GrpcConnection(GrpcUpstream upstream, EventLoop loop) {
        this.upstream = upstream;
        this.loop = loop;
        channel = channel(loop, upstream.address() instanceof DomainSocketAddress);
        var engine = upstream.engine();
        if (engine != null) {
            // Certificates are checked off the event loop.
            var tls = new SslHandler(engine, Thread::startVirtualThread);
            tls.setHandshakeTimeoutMillis(CONNECT_MILLIS);
            channel.pipeline().addLast(tls);
        }
        http =
                new Http2ConnectionHandlerBuilder()
                        .server(false)
                        .frameListener(new Frames())
                        .initialSettings(
                                Http2Settings.defaultSettings()
                                        .pushEnabled(false)
                                        .maxHeaderListSize(HEADER_LIST_OCTETS_MAX))
                        .build();
        channel.pipeline().addLast(http).addLast(new End());
        headers =
                ReadOnlyHttp2Headers.clientHeaders(
                        false,
                        AsciiString.cached("POST"),
                        AsciiString.cached("/coredns.dns.DnsService/Query"),
                        AsciiString.cached(engine == null ? "http" : "https"),
                        new AsciiString(upstream.label()),
                        AsciiString.cached("content-type"),
                        AsciiString.cached("application/grpc"),
                        AsciiString.cached("te"),
                        AsciiString.cached("trailers"),
                        AsciiString.cached("grpc-timeout"),
                        AsciiString.cached("5S"));
    }

    private static Channel channel(EventLoop loop, boolean local) {
        boolean epoll = loop instanceof IoEventLoop io && io.isCompatible(EpollIoHandle.class);
        if (local && epoll) {
            return new EpollDomainSocketChannel();
        }
        Channel channel = epoll ? new EpollSocketChannel() : new NioSocketChannel();
        channel.config().setOption(ChannelOption.TCP_NODELAY, true);
        channel.config().setOption(ChannelOption.CONNECT_TIMEOUT_MILLIS, CONNECT_MILLIS);
        return channel;
    }

    void open() {
        var _ = loop.register(channel);
        channel.connect(upstream.address())
                .addListener(future -> {
                    if (future.cause() != null) {
                        broken(future.cause());
                    }
                });
    }

    boolean isOpen() {
        return !retired && channel.isOpen();
    }

    /// Whether one more call may begin.
    boolean hasRoom() {
        if (context == null) {
            return early.size() < WAITING_MAX;
        }
        return waiting.size() < WAITING_MAX && http.connection().local().canOpenStream();
    }

    void send(GrpcCall call) {
        var connected = context;
        if (connected == null) {
            early.add(call);
        } else {
            write(connected, call);
        }
    }

    private void write(ChannelHandlerContext to, GrpcCall call) {
        int id = http.connection().local().incrementAndGetNextStreamId();
        if (id < 0) {
            // All numbers are used up.
            retire();
            call.failed(GrpcCall.UNAVAILABLE, "connection is worn", true);
            return;
        }
        call.sent(this, id);
        waiting.put(id, call);
        var message = call.message();
        var body =
                to.alloc()
                        .directBuffer(DnsPacket.wrapped(message.length))
                        .writeBytes(DnsPacket.front(message.length))
                        .writeBytes(message);
        var encoder = http.encoder();
        encoder.writeHeaders(to, id, headers, 0, false, to.newPromise())
                .addListener(future -> {
                    if (future.cause() != null) {
                        fail(id, GrpcCall.UNAVAILABLE, String.valueOf(future.cause()), true);
                    }
                });
        var _ = encoder.writeData(to, id, body, 0, true, to.newPromise());
        if (!unflushed) {
            // What other queries of this turn ask leaves with it.
            unflushed = true;
            loop.execute(() -> {
                unflushed = false;
                http.flush(to);
            });
        }
    }

    void cancel(GrpcCall call) {
        early.remove(call);
        var to = context;
        if (waiting.remove(call.stream()) != null && to != null) {
            var _ = http.resetStream(to, call.stream(), Http2Error.CANCEL.code(), to.newPromise());
            http.flush(to);
        }
        closeIfDone();
    }

    /// A call takes long: a connection that has been silent all the while gets no more of them.
    void overdue(GrpcCall call) {
        if (context == null || heardNanos - call.begunNanos < 0) {
            retire();
        }
    }

    private void retire() {
        retired = true;
        closeIfDone();
    }

    private void closeIfDone() {
        if (retired && waiting.isEmpty() && early.isEmpty()) {
            close();
        }
    }

    void close() {
        retired = true;
        var _ = channel.close();
    }

    private void fail(int id, int status, String text, boolean stale) {
        var call = waiting.remove(id);
        if (call != null) {
            call.failed(status, text, stale);
        }
    }

    private void broken(Throwable cause) {
        var text = cause.getMessage();
        trouble = text == null ? cause.getClass().getSimpleName() : text;
        ended();
    }

    private void ended() {
        retired = true;
        var lost = new ArrayList<>(early);
        lost.addAll(waiting.values());
        early.clear();
        waiting.clear();
        var _ = channel.close();
        for (var call : lost) {
            call.failed(GrpcCall.UNAVAILABLE, trouble, answered);
        }
    }

    private void finish(int id) {
        var call = waiting.remove(id);
        if (call == null) {
            return;
        }
        answered = true;
        if (call.status != GrpcCall.OK) {
            boolean none = call.status < 0;
            call.failed(
                    none ? GrpcCall.INTERNAL : call.status,
                    none ? "the answer ended without a status" : call.statusText,
                    false);
        } else {
            int length = DnsPacket.unwrap(call.body(), call.bodyOctets());
            if (length < 0) {
                call.failed(GrpcCall.INTERNAL, "the answer is not one DnsPacket", false);
            } else {
                call.replied(java.util.Arrays.copyOf(call.body(), length));
            }
        }
        closeIfDone();
    }

    /// Frames of the upstream.
    private final class Frames extends Http2FrameAdapter {
        @Override
        public void onHeadersRead(
                ChannelHandlerContext from,
                int id,
                Http2Headers fields,
                int dependency,
                short weight,
                boolean exclusive,
                int padding,
                boolean end) {
            onHeadersRead(from, id, fields, padding, end);
        }

        @Override
        public void onHeadersRead(
                ChannelHandlerContext from, int id, Http2Headers fields, int padding, boolean end) {
            heardNanos = System.nanoTime();
            var call = waiting.get(id);
            if (call == null) {
                return;
            }
            int status = fields.getInt(STATUS, -1);
            if (status >= 0) {
                call.status = status;
                call.statusText = String.valueOf(fields.get(MESSAGE));
            }
            var http = fields.status();
            if (http != null && !AsciiString.contentEquals("200", http) && status < 0) {
                call.status = GrpcCall.UNKNOWN;
                call.statusText = "unexpected HTTP status code received from server: " + http;
            }
            if (end) {
                finish(id);
            }
        }

        @Override
        public int onDataRead(
                ChannelHandlerContext from, int id, ByteBuf data, int padding, boolean end) {
            heardNanos = System.nanoTime();
            int octets = data.readableBytes() + padding;
            var call = waiting.get(id);
            if (call != null && !call.add(data, BODY_OCTETS_MAX)) {
                var _ =
                        GrpcConnection.this.http.resetStream(
                                from, id, Http2Error.CANCEL.code(), from.newPromise());
                fail(id, GrpcCall.RESOURCE_EXHAUSTED, "the answer is too large", false);
            } else if (end) {
                finish(id);
            }
            return octets;
        }

        @Override
        public void onRstStreamRead(ChannelHandlerContext from, int id, long code) {
            boolean refused = code == Http2Error.REFUSED_STREAM.code();
            fail(
                    id,
                    refused ? GrpcCall.UNAVAILABLE : GrpcCall.INTERNAL,
                    "stream terminated by RST_STREAM with error code: " + code,
                    refused);
        }

        @Override
        public void onGoAwayRead(ChannelHandlerContext from, int last, long code, ByteBuf text) {
            retired = true;
            for (var call : List.copyOf(waiting.values())) {
                if (call.stream() > last) {
                    fail(call.stream(), GrpcCall.UNAVAILABLE, "the upstream goes away", true);
                }
            }
            closeIfDone();
        }
    }

    /// The life of the connection.
    private final class End extends ChannelInboundHandlerAdapter {
        @Override
        public void channelActive(ChannelHandlerContext active) {
            var to = active.pipeline().context(http);
            context = to;
            var calls = List.copyOf(early);
            early.clear();
            for (var call : calls) {
                write(to, call);
            }
        }

        @Override
        public void channelInactive(ChannelHandlerContext from) {
            ended();
        }

        @Override
        public void exceptionCaught(ChannelHandlerContext from, Throwable cause) {
            broken(cause.getCause() == null ? cause : cause.getCause());
        }
    }
}
