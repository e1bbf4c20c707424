package dev.onoma.comparison;

import io.netty.bootstrap.Bootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioDatagramChannel;
import io.netty.handler.codec.quic.QuicChannel;
import io.netty.handler.codec.quic.QuicClientCodecBuilder;
import io.netty.handler.codec.quic.QuicSslContextBuilder;
import io.netty.handler.codec.quic.QuicStreamChannel;
import io.netty.handler.codec.quic.QuicStreamType;
import io.netty.handler.ssl.util.InsecureTrustManagerFactory;
import io.netty.util.ReferenceCountUtil;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/// A connection over QUIC whose streams carry whatever octets are wanted.
final class QuicClient implements AutoCloseable {
    private static final int PATIENCE_SECONDS = 2;
    private static final int WINDOW_OCTETS = 1 << 20;
    private static final int CONTROL_STREAMS = 3;

    // Fields of the static table.
    private static final byte GET = (byte) 0xd1;
    private static final byte POST = (byte) 0xd4;
    private static final byte HTTPS = (byte) 0xd7;
    private static final byte DNS_MESSAGE = (byte) 0xec;
    private static final EventLoopGroup LOOP =
            new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory());

    private final Channel socket;
    private final QuicChannel channel;

    /// Connects.
    ///
    /// @param door `quic` or `https3`
    /// @param windowOctets that the server may send before this client reads
    QuicClient(Victim victim, String door, InetAddress from, int windowOctets) throws IOException {
        var tls =
                QuicSslContextBuilder.forClient()
                        .trustManager(InsecureTrustManagerFactory.INSTANCE)
                        .applicationProtocols(door.equals("quic") ? "doq" : "h3")
                        .build();
        var codec =
                new QuicClientCodecBuilder()
                        .sslContext(tls)
                        .maxIdleTimeout(20, TimeUnit.SECONDS)
                        .initialMaxData(windowOctets)
                        .initialMaxStreamDataBidirectionalLocal(windowOctets)
                        .initialMaxStreamDataUnidirectional(WINDOW_OCTETS)
                        .initialMaxStreamsUnidirectional(CONTROL_STREAMS)
                        .build();
        var bound =
                new Bootstrap()
                        .group(LOOP)
                        .channel(NioDatagramChannel.class)
                        .handler(codec)
                        .bind(new InetSocketAddress(from, 0))
                        .awaitUninterruptibly();
        if (!bound.isSuccess()) {
            throw new IOException(bound.cause());
        }
        socket = bound.channel();
        try {
            channel =
                    QuicChannel.newBootstrap(socket)
                            .streamHandler(new Incoming(new CompletableFuture<>()))
                            .remoteAddress(victim.address(door))
                            .connect()
                            .get(PATIENCE_SECONDS, TimeUnit.SECONDS);
        } catch (ExecutionException | TimeoutException | InterruptedException e) {
            var _ = socket.close();
            throw new IOException(e);
        }
    }

    QuicClient(Victim victim, String door, InetAddress from) throws IOException {
        this(victim, door, from, WINDOW_OCTETS);
    }

    /// What comes on a stream: whether anything does.
    private static final class Incoming extends ChannelInboundHandlerAdapter {
        private final CompletableFuture<Boolean> isAnswered;

        Incoming(CompletableFuture<Boolean> isAnswered) {
            this.isAnswered = isAnswered;
        }

        @Override
        public boolean isSharable() {
            return true;
        }

        @Override
        public void channelRead(ChannelHandlerContext context, Object message) {
            if (message instanceof ByteBuf data && data.isReadable()) {
                isAnswered.complete(true);
            }
            ReferenceCountUtil.release(message);
        }

        @Override
        public void channelInactive(ChannelHandlerContext context) {
            isAnswered.complete(false);
        }

        @Override
        public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
            isAnswered.complete(false);
        }
    }

    boolean isOpen() {
        return channel.isActive();
    }

    QuicChannel channel() {
        return channel;
    }

    /// Opens a stream and writes.
    ///
    /// @param heard hears whether anything comes back
    /// @return the stream, when it is open
    io.netty.util.concurrent.Future<QuicStreamChannel> send(
            QuicStreamType type, byte[] octets, boolean end, CompletableFuture<Boolean> heard) {
        var opened = channel.createStream(type, new Incoming(heard));
        return opened.addListener(_ -> {
            if (!opened.isSuccess()) {
                heard.complete(false);
                return;
            }
            var written = opened.getNow().writeAndFlush(Unpooled.wrappedBuffer(octets));
            if (end) {
                written.addListener(QuicStreamChannel.SHUTDOWN_OUTPUT);
            }
        });
    }

    /// Says what every client of HTTP/3 says first: settings, without any.
    void greet() {
        var _ =
                send(
                        QuicStreamType.UNIDIRECTIONAL,
                        new byte[] {0, 4, 0},
                        false,
                        new CompletableFuture<>());
    }

    /// A frame of HTTP/3 with header fields (RFC 9114, section 7.2.2).
    ///
    /// @param fields encoded by QPACK
    static byte[] headers(byte[] fields) {
        var frame = new ByteArrayOutputStream();
        frame.write(1);
        frame.write(0x40 | fields.length >> 8);
        frame.write(fields.length);
        frame.writeBytes(fields);
        return frame.toByteArray();
    }

    /// A GET of DNS over HTTPS.
    static byte[] get(String name) {
        return headers(fields(name));
    }

    /// The fields of that, with the static table of QPACK alone (RFC 9204, appendix A).
    static byte[] fields(String name) {
        return fields("/dns-query?dns=" + Victim.base64(name), GET);
    }

    /// A POST of DNS over HTTPS.
    static byte[] post() {
        return headers(fields("/dns-query", POST, DNS_MESSAGE));
    }

    private static byte[] fields(String path, byte... known) {
        var fields = new ByteArrayOutputStream();
        fields.writeBytes(new byte[] {0, 0, HTTPS});
        fields.writeBytes(known);
        field(fields, 0x50, "dns.example");
        field(fields, 0x51, path);
        return fields.toByteArray();
    }

    private static void field(ByteArrayOutputStream fields, int name, String value) {
        fields.write(name);
        fields.write(value.length());
        fields.writeBytes(value.getBytes(StandardCharsets.US_ASCII));
    }

    /// The query that each stream begins with.
    static byte[] query(String door, String name) {
        if (door.equals("https3")) {
            return get(name);
        }
        var query = Victim.prefixed(name);
        query[2] = 0;
        query[3] = 0; // no ID over QUIC
        return query;
    }

    /// Whether a client gets an answer.
    static boolean isServed(Victim victim, String door) throws IOException {
        var heard = new CompletableFuture<Boolean>();
        try (var client = new QuicClient(victim, door, Victim.BYSTANDER)) {
            if (door.equals("https3")) {
                client.greet();
            }
            var query = query(door, Victim.NAME);
            var _ = client.send(QuicStreamType.BIDIRECTIONAL, query, true, heard);
            return heard.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
        } catch (ExecutionException | TimeoutException _) {
            return false;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    @Override
    public void close() {
        var _ = channel.close();
        var _ = socket.close();
    }
}
