package dev.onoma.conformance;

import io.netty.bootstrap.Bootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOutboundHandlerAdapter;
import io.netty.channel.ChannelPromise;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.ChannelInputShutdownReadComplete;
import io.netty.channel.socket.DatagramPacket;
import io.netty.channel.socket.nio.NioDatagramChannel;
import io.netty.handler.codec.http3.DefaultHttp3DataFrame;
import io.netty.handler.codec.http3.DefaultHttp3HeadersFrame;
import io.netty.handler.codec.http3.Http3;
import io.netty.handler.codec.http3.Http3ClientConnectionHandler;
import io.netty.handler.codec.http3.Http3DataFrame;
import io.netty.handler.codec.http3.Http3HeadersFrame;
import io.netty.handler.codec.quic.QuicChannel;
import io.netty.handler.codec.quic.QuicClientCodecBuilder;
import io.netty.handler.codec.quic.QuicConnectionCloseEvent;
import io.netty.handler.codec.quic.QuicSslContextBuilder;
import io.netty.handler.codec.quic.QuicStreamChannel;
import io.netty.handler.codec.quic.QuicStreamType;
import io.netty.handler.ssl.util.InsecureTrustManagerFactory;
import io.netty.util.ReferenceCountUtil;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Objects;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import javax.net.ssl.SSLPeerUnverifiedException;

/// Queries over QUIC, each on a stream of its own: RFC 9250, and DNS over HTTP/3.
final class QuicDialog extends Dialog {
    private static final InetAddress LOOPBACK = InetAddress.ofLiteral("127.0.0.1");
    private static final int PATIENCE_SECONDS = 10;
    private static final int WINDOW_OCTETS = 16 << 20;
    private static final int CONTROL_STREAMS = 3;
    private static final EventLoopGroup LOOP =
            new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory());

    private final boolean isHttp;
    private final Channel socket;
    private final QuicChannel channel;

    /// @param front what stands in front of every datagram
    QuicDialog(Way way, String from, int port, byte[] front) throws IOException {
        isHttp = way == Way.HTTPS3;
        var tls =
                QuicSslContextBuilder.forClient()
                        .trustManager(InsecureTrustManagerFactory.INSTANCE)
                        .applicationProtocols(isHttp ? "h3" : "doq")
                        .build();
        var codec =
                new QuicClientCodecBuilder()
                        .sslContext(tls)
                        .maxIdleTimeout(60, TimeUnit.SECONDS)
                        .initialMaxData(WINDOW_OCTETS)
                        .initialMaxStreamDataBidirectionalLocal(WINDOW_OCTETS)
                        .initialMaxStreamDataUnidirectional(WINDOW_OCTETS)
                        .initialMaxStreamsUnidirectional(CONTROL_STREAMS)
                        .build();
        socket =
                new Bootstrap()
                        .group(LOOP)
                        .channel(NioDatagramChannel.class)
                        .handler(
                                new ChannelInitializer<>() {
                                    @Override
                                    protected void initChannel(Channel datagrams) {
                                        datagrams.pipeline().addLast(new Front(front), codec);
                                    }
                                })
                        .bind(new InetSocketAddress(InetAddress.ofLiteral(from), 0))
                        .syncUninterruptibly()
                        .channel();
        try {
            channel =
                    QuicChannel.newBootstrap(socket)
                            .handler(isHttp ? new Http3ClientConnectionHandler() : new End())
                            .streamHandler(new ChannelInboundHandlerAdapter())
                            .remoteAddress(new InetSocketAddress(LOOPBACK, port))
                            .connect()
                            .get(PATIENCE_SECONDS, TimeUnit.SECONDS);
        } catch (ExecutionException | TimeoutException | InterruptedException e) {
            var _ = socket.close();
            throw new IOException(e);
        }
        if (isHttp) {
            channel.pipeline().addLast(new End());
        }
        channel.closeFuture().addListener(_ -> ended("closed"));
    }

    /// Puts octets in front of every datagram.
    private static final class Front extends ChannelOutboundHandlerAdapter {
        private final byte[] front;

        Front(byte[] front) {
            this.front = front;
        }

        @Override
        public void write(ChannelHandlerContext context, Object message, ChannelPromise promise) {
            var packet = (DatagramPacket) message;
            var whole = Unpooled.wrappedBuffer(Unpooled.wrappedBuffer(front), packet.content());
            var _ = context.write(new DatagramPacket(whole, packet.recipient()), promise);
        }
    }

    /// Hears with which code the server closes.
    private final class End extends ChannelInboundHandlerAdapter {
        @Override
        public void userEventTriggered(ChannelHandlerContext context, Object event) {
            if (event instanceof QuicConnectionCloseEvent close) {
                ended("closed " + close.error());
            }
            context.fireUserEventTriggered(event);
        }
    }

    /// What comes on the stream of a query.
    private final class Incoming extends ChannelInboundHandlerAdapter {
        private final Asked asked;
        private final ByteBuf octets = Unpooled.buffer();
        private boolean isRefused;

        Incoming(Asked asked) {
            this.asked = asked;
        }

        @Override
        public void channelRead(ChannelHandlerContext context, Object message) {
            switch (message) {
                case ByteBuf data -> {
                    octets.writeBytes(data);
                    take();
                }
                case Http3DataFrame frame -> octets.writeBytes(frame.content());
                case Http3HeadersFrame frame ->
                        isRefused = !"200".contentEquals(frame.headers().status());
                default -> {}
            }
            ReferenceCountUtil.release(message);
        }

        private void take() {
            while (octets.readableBytes() > 2
                    && octets.readableBytes()
                            >= 2 + octets.getUnsignedShort(octets.readerIndex())) {
                asked.heard(ByteBufUtil.getBytes(octets.readSlice(octets.readUnsignedShort())));
            }
        }

        @Override
        public void userEventTriggered(ChannelHandlerContext context, Object event) {
            if (event == ChannelInputShutdownReadComplete.INSTANCE) {
                end();
            }
        }

        @Override
        public void channelInactive(ChannelHandlerContext context) {
            end();
        }

        @Override
        public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
            octets.clear();
            end();
        }

        private void end() {
            if (isHttp && !isRefused && octets.isReadable()) {
                asked.heard(ByteBufUtil.getBytes(octets));
                octets.clear();
            }
            over(asked);
        }
    }

    @Override
    void send(byte[] query, Asked asked) throws IOException {
        var incoming = new Incoming(asked);
        var opened =
                isHttp
                        ? Http3.newRequestStream(channel, incoming)
                        : channel.createStream(QuicStreamType.BIDIRECTIONAL, incoming);
        if (!opened.awaitUninterruptibly().isSuccess()) {
            throw new IOException(opened.cause());
        }
        QuicStreamChannel stream = opened.getNow();
        if (isHttp) {
            var head = new DefaultHttp3HeadersFrame();
            head.headers()
                    .method("POST")
                    .scheme("https")
                    .authority("dns.example")
                    .path("/dns-query")
                    .add("content-type", "application/dns-message");
            var _ = stream.write(head);
            stream.writeAndFlush(new DefaultHttp3DataFrame(Unpooled.wrappedBuffer(query)))
                    .addListener(QuicStreamChannel.SHUTDOWN_OUTPUT);
        } else {
            var data = Unpooled.buffer().writeShort(query.length).writeBytes(query);
            stream.writeAndFlush(data).addListener(QuicStreamChannel.SHUTDOWN_OUTPUT);
        }
    }

    /// How many streams the server lets us have open.
    long streamsAllowed() {
        return Objects.requireNonNull(channel.peerTransportParameters()).initialMaxStreamsBidi();
    }

    /// Whom the certificate of the server is for.
    String subject() throws SSLPeerUnverifiedException {
        return Objects.requireNonNull(channel.sslEngine())
                .getSession()
                .getPeerPrincipal()
                .getName();
    }

    @Override
    public void close() {
        var _ = channel.close().awaitUninterruptibly();
        var _ = socket.close().awaitUninterruptibly();
    }
}
