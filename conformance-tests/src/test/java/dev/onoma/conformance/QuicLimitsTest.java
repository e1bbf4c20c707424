package dev.onoma.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import dev.onoma.testkit.Authority;
import dev.onoma.testkit.Cluster;
import dev.onoma.testkit.OnomaSubject;
import dev.onoma.testkit.Ports;
import dev.onoma.testkit.Subject;
import io.netty.bootstrap.Bootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.DatagramPacket;
import io.netty.channel.socket.nio.NioDatagramChannel;
import io.netty.handler.codec.http3.DefaultHttp3HeadersFrame;
import io.netty.handler.codec.http3.Http3;
import io.netty.handler.codec.http3.Http3ClientConnectionHandler;
import io.netty.handler.codec.http3.Http3HeadersFrame;
import io.netty.handler.codec.quic.QuicChannel;
import io.netty.handler.codec.quic.QuicClientCodecBuilder;
import io.netty.handler.codec.quic.QuicConnectionCloseEvent;
import io.netty.handler.codec.quic.QuicSslContextBuilder;
import io.netty.handler.codec.quic.QuicStreamChannel;
import io.netty.handler.codec.quic.QuicStreamType;
import io.netty.handler.ssl.util.InsecureTrustManagerFactory;
import io.netty.util.ReferenceCountUtil;
import io.netty.util.concurrent.Future;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.xbill.DNS.DClass;
import org.xbill.DNS.Message;
import org.xbill.DNS.Name;
import org.xbill.DNS.Record;
import org.xbill.DNS.Section;
import org.xbill.DNS.Type;

/// Each limit of QUIC and HTTP/3, with packets of QUIC, at its number.
@Timeout(60)
final class QuicLimitsTest {
    private static final InetAddress LOOPBACK = InetAddress.ofLiteral("127.0.0.1");
    private static final long PATIENCE_NANOS = TimeUnit.SECONDS.toNanos(20);
    private static final int WINDOW_OCTETS = 1 << 20;
    private static final int H3_EXCESSIVE_LOAD = 0x107;
    // What a client hears whose handshake is not done (RFC 9000, section 10.2.3).
    private static final int APPLICATION_ERROR = 12;
    private static final EventLoopGroup LOOP =
            new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory());

    @TempDir private Path folder;

    private final List<Channel> sockets = new ArrayList<>();
    private final List<String> properties = new ArrayList<>();
    private int port;
    private int metrics;

    @SuppressWarnings("NullAway.Init") // Every test starts it.
    private Subject.Running onoma;

    private void start(String scheme, String options) throws Exception {
        Authority.in(folder).issue("tls", "127.0.0.1");
        Files.writeString(folder.resolve("hosts.txt"), "192.0.2.1 a.test\n");
        port = Ports.free();
        metrics = Ports.free();
        var corefile =
                """
                dns://test %1$s://test:%2$d {
                    tls tls.pem tls.key
                    timeouts {
                        read 10s
                    }
                    %1$s {
                        %3$s
                    }
                    prometheus 127.0.0.1:%4$d
                    hosts hosts.txt
                }
                """
                        .formatted(scheme, port, options, metrics);
        onoma =
                new OnomaSubject()
                        .start(
                                new Subject.Setup(
                                        folder, corefile, Ports.free(), Cluster.none(folder)));
    }

    private void property(String name, int value) {
        System.setProperty(name, Integer.toString(value));
        properties.add(name);
    }

    @AfterEach
    void stop() throws IOException {
        sockets.forEach(socket -> socket.close().awaitUninterruptibly());
        onoma.close();
        properties.forEach(System::clearProperty);
    }

    private double value(String series) throws IOException {
        return MetricsPage.value(metrics, series).orElse(Double.NaN);
    }

    private double reached(String limit) throws IOException {
        return value("onoma_limit_reached_total{limit=\"" + limit + "\",}");
    }

    private void await(String series, double wanted) throws Exception {
        long end = System.nanoTime() + PATIENCE_NANOS;
        while (value(series) != wanted && System.nanoTime() - end < 0) {
            TimeUnit.MILLISECONDS.sleep(20);
        }
        assertThat(value(series)).as(series).isEqualTo(wanted);
    }

    private void assertIsServed(Way way) throws Exception {
        var query =
                Message.newQuery(Record.newRecord(Name.fromString("a.test."), Type.A, DClass.IN));
        query.getHeader().setID(0);
        try (var dialog = way.open(port)) {
            assertThat(new Message(dialog.ask(query.toWire()).next()).getSection(Section.ANSWER))
                    .hasSize(1);
        }
    }

    /// Begins to connect.
    ///
    /// @param first stands in front of the codec
    /// @param spoken stands behind it
    private Future<QuicChannel> connect(
            String protocol, ChannelHandler first, ChannelHandler spoken) {
        var tls =
                QuicSslContextBuilder.forClient()
                        .trustManager(InsecureTrustManagerFactory.INSTANCE)
                        .applicationProtocols(protocol)
                        .build();
        var codec =
                new QuicClientCodecBuilder()
                        .sslContext(tls)
                        .maxIdleTimeout(30, TimeUnit.SECONDS)
                        .initialMaxData(WINDOW_OCTETS)
                        .initialMaxStreamDataBidirectionalLocal(WINDOW_OCTETS)
                        .initialMaxStreamDataUnidirectional(WINDOW_OCTETS)
                        .initialMaxStreamsUnidirectional(3)
                        .build();
        var socket =
                new Bootstrap()
                        .group(LOOP)
                        .channel(NioDatagramChannel.class)
                        .handler(
                                new ChannelInitializer<>() {
                                    @Override
                                    protected void initChannel(Channel datagrams) {
                                        datagrams.pipeline().addLast(first, codec);
                                    }
                                })
                        .bind(new InetSocketAddress(LOOPBACK, 0))
                        .syncUninterruptibly()
                        .channel();
        sockets.add(socket);
        return QuicChannel.newBootstrap(socket)
                .handler(spoken)
                .streamHandler(new ChannelInboundHandlerAdapter())
                .remoteAddress(new InetSocketAddress(LOOPBACK, port))
                .connect();
    }

    private static QuicChannel connected(Future<QuicChannel> future) {
        return future.syncUninterruptibly().getNow();
    }

    /// A client that never hears what the server says.
    private static final class Deaf extends ChannelInboundHandlerAdapter {
        private final CompletableFuture<Integer> first = new CompletableFuture<>();

        @Override
        public void channelRead(ChannelHandlerContext context, Object message) {
            first.complete((int) ((DatagramPacket) message).content().getUnsignedByte(0));
            ReferenceCountUtil.release(message);
        }

        /// The first octet that came.
        int heard() {
            return first.orTimeout(10, TimeUnit.SECONDS).join();
        }
    }

    /// Hears with which code the server closes.
    private static final class End extends ChannelInboundHandlerAdapter {
        private final CompletableFuture<Integer> code = new CompletableFuture<>();

        @Override
        public void userEventTriggered(ChannelHandlerContext context, Object event) {
            if (event instanceof QuicConnectionCloseEvent close) {
                code.complete(close.error());
            }
            context.fireUserEventTriggered(event);
        }

        int code() {
            return code.orTimeout(10, TimeUnit.SECONDS).join();
        }
    }

    private Deaf halfHandshake() {
        var deaf = new Deaf();
        var _ = connect("doq", deaf, new ChannelInboundHandlerAdapter());
        return deaf;
    }

    @Test
    void theHandshakeThatTakesLongestEnds() throws Exception {
        property("onoma.handshakes.max", 2);
        start("quic", "max_streams 9");
        halfHandshake().heard();
        halfHandshake().heard();
        await("onoma_handshakes", 2);
        await("onoma_quic_handshakes{server=\"quic://:" + port + "\",}", 2);
        assertThat(reached("handshakes")).isZero();
        halfHandshake().heard();
        await("onoma_limit_reached_total{limit=\"handshakes\",}", 1);
        await("onoma_handshakes", 2);
        await("onoma_connections", 2);
        // Whoever goes on finds a place.
        assertIsServed(Way.QUIC);
        assertThat(reached("handshakes")).isEqualTo(2);
    }

    @Test
    void clientsProveTheirAddressFromANumberOn() throws Exception {
        property("onoma.handshakes.unproven.max", 1);
        start("quic", "max_streams 9");
        // A packet with a long header, of the handshake (RFC 9000, section 17.2).
        assertThat(halfHandshake().heard() & 0xf0).isNotEqualTo(0xf0);
        assertThat(reached("unproven")).isZero();
        await("onoma_handshakes", 1);
        // A Retry: nothing is kept of this one.
        assertThat(halfHandshake().heard() & 0xf0).isEqualTo(0xf0);
        assertThat(reached("unproven")).isPositive();
        assertThat(value("onoma_handshakes")).isEqualTo(1);
        assertIsServed(Way.QUIC);
    }

    @Test
    void connectionsOfDnsOverQuicHaveALimit() throws Exception {
        start("quic", "max_connections 1\nmax_window_octets 77777");
        var one = connected(connect("doq", new ChannelInboundHandlerAdapter(), new End()));
        assertThat(Objects.requireNonNull(one.peerTransportParameters()).initialMaxData())
                .isEqualTo(77_777);
        assertThat(reached("connections")).isZero();
        var end = new End();
        var _ = connect("doq", new ChannelInboundHandlerAdapter(), end);
        assertThat(end.code()).isEqualTo(APPLICATION_ERROR);
        assertThat(reached("connections")).isPositive();
        one.close().awaitUninterruptibly();
        await("onoma_connections", 0);
        assertIsServed(Way.QUIC);
    }

    private static void write(QuicChannel channel, ByteBuf octets) {
        QuicStreamChannel stream =
                channel.createStream(
                                QuicStreamType.BIDIRECTIONAL, new ChannelInboundHandlerAdapter())
                        .syncUninterruptibly()
                        .getNow();
        stream.writeAndFlush(octets).syncUninterruptibly();
    }

    // The beginning of a frame of header fields of 2,500 octets (RFC 9114, section 7.1).
    private static ByteBuf halfFrame(int octets) {
        return Unpooled.buffer().writeByte(1).writeShort(0x4000 | 2500).writeZero(octets - 3);
    }

    @Test
    void halfFramesOfHttp3Count() throws Exception {
        property("onoma.unfinished.octets.max", 16_384);
        start("https3", "max_connections 9");
        // One connection may have an eighth.
        var end = new End();
        var client = connected(connect("h3", new ChannelInboundHandlerAdapter(), end));
        write(client, halfFrame(2048));
        await("onoma_unfinished_octets", 2048);
        await("onoma_largest_of_one_connection{of=\"unfinished_octets\",}", 2048);
        assertThat(reached("unfinished")).isZero();
        write(client, halfFrame(3));
        assertThat(end.code()).isEqualTo(H3_EXCESSIVE_LOAD);
        assertThat(reached("unfinished")).isEqualTo(1);
        await("onoma_unfinished_octets", 0);
        assertIsServed(Way.HTTPS3);
    }

    /// Hears the status of a response.
    private static final class Status extends ChannelInboundHandlerAdapter {
        private final CompletableFuture<String> status = new CompletableFuture<>();

        @Override
        public void channelRead(ChannelHandlerContext context, Object message) {
            if (message instanceof Http3HeadersFrame frame) {
                status.complete(String.valueOf(frame.headers().status()));
            }
            ReferenceCountUtil.release(message);
        }
    }

    private String status(QuicChannel channel, int more) {
        var heard = new Status();
        QuicStreamChannel stream =
                Http3.newRequestStream(channel, heard).syncUninterruptibly().getNow();
        var head = new DefaultHttp3HeadersFrame();
        var fields =
                head.headers()
                        .method("GET")
                        .scheme("https")
                        .authority("dns.example")
                        .path("/dns-query?dns=AAABAAABAAAAAAAAA3d3dwdleGFtcGxlA2NvbQAAAQAB");
        for (int i = 0; i < more; i++) {
            fields.add("x-" + i, "y");
        }
        stream.writeAndFlush(head).addListener(QuicStreamChannel.SHUTDOWN_OUTPUT);
        return heard.status.orTimeout(10, TimeUnit.SECONDS).join();
    }

    @Test
    void fieldsOfARequestOverHttp3AreCounted() throws Exception {
        start("https3", "max_header_fields 8");
        var client =
                connected(
                        connect(
                                "h3",
                                new ChannelInboundHandlerAdapter(),
                                new Http3ClientConnectionHandler()));
        assertThat(status(client, 4)).isEqualTo("200");
        assertThat(reached("fields")).isZero();
        assertThat(status(client, 5)).isEqualTo("431");
        assertThat(reached("fields")).isEqualTo(1);
        assertIsServed(Way.HTTPS3);
    }
}
