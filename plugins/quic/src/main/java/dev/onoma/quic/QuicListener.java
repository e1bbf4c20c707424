package dev.onoma.quic;

import dev.onoma.api.Entrance;
import dev.onoma.api.ListenerHost;
import dev.onoma.api.Metrics;
import dev.onoma.api.OpenListener;
import io.netty.bootstrap.Bootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoop;
import io.netty.channel.FixedRecvByteBufAllocator;
import io.netty.channel.IoEventLoop;
import io.netty.channel.epoll.EpollChannelOption;
import io.netty.channel.epoll.EpollDatagramChannel;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.socket.nio.NioDatagramChannel;
import io.netty.handler.codec.quic.Quic;
import io.netty.handler.codec.quic.QuicChannel;
import io.netty.handler.codec.quic.QuicCodecDispatcher;
import io.netty.handler.codec.quic.QuicConnectionIdGenerator;
import io.netty.handler.codec.quic.QuicServerCodecBuilder;
import java.io.IOException;
import java.net.DatagramSocket;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;

/// The sockets of a listener over QUIC: with epoll one for each event loop, all on one port, and
/// packets find the loop of their connection by its identifier; else one. Any thread.
public final class QuicListener implements OpenListener {
    private static final int DATAGRAM_OCTETS_MAX = 2048;
    private static final int BATCH = 32;
    private static final int SOCKET_BUFFER_OCTETS = 4 << 20;
    // What is larger than nearly every query ever is, comes in as many parts as it needs: of what
    // comes in wrong order, QUIC keeps so much for each stream.
    private static final int STREAM_OCTETS_MAX = 4 << 10;
    private static final int CONTROL_OCTETS_MAX = 4 << 10;
    private static final int HANDSHAKES_UNPROVEN_MAX = 64;
    private static final int PATIENCE_MILLIS = 1000;
    private static final int PAUSE_MILLIS = 5;

    private final ListenerHost host;
    private final Supplier<Dialect> dialects;
    private final Certificates certificates;
    private final Metrics.Family<Metrics.Counter> responses;
    private final List<QuicSocket> sockets = new CopyOnWriteArrayList<>();
    private final AtomicInteger connections = new AtomicInteger();
    private final AtomicInteger handshakes = new AtomicInteger();
    private final int unprovenMax =
            Integer.getInteger("onoma.handshakes.unproven.max", HANDSHAKES_UNPROVEN_MAX);
    private final Metrics.Gauge handshakesNow;
    private volatile Terms terms;
    private volatile boolean isResting;
    private int port;

    private QuicListener(
            ListenerHost host,
            Supplier<Dialect> dialects,
            Metrics.Family<Metrics.Counter> responses) {
        this.host = host;
        this.dialects = dialects;
        this.responses = responses;
        handshakesNow =
                host.metrics()
                        .gauges(
                                "onoma_quic_handshakes",
                                "Handshakes of a listener over QUIC that are not done.",
                                "server")
                        .with(host.server());
        terms = new Terms(dialects.get(), host.timeouts().idle());
        certificates = new Certificates(host, terms.dialect().protocol());
    }

    /// Opens the sockets.
    ///
    /// @param dialects says what is spoken, as the present configuration has it
    /// @param responses with the labels server and status
    /// @throws IOException with a sentence for the operator
    public static QuicListener open(
            ListenerHost host,
            Supplier<Dialect> dialects,
            Metrics.Family<Metrics.Counter> responses)
            throws IOException {
        if (!Quic.isAvailable()) {
            throw new IOException(
                    "there is no library for QUIC on this machine: " + Quic.unavailabilityCause());
        }
        var listener = new QuicListener(host, dialects, responses);
        try {
            listener.bind();
        } catch (IOException e) {
            listener.close();
            throw e;
        }
        return listener;
    }

    private void bind() throws IOException {
        var address = host.address();
        if (address.getPort() != 0) {
            refuseTaken(address);
        }
        var dispatcher = new Dispatcher();
        for (var entrance : host.entrances()) {
            var loop = (EventLoop) entrance.executor();
            boolean epoll = loop instanceof IoEventLoop io && io.isIoType(EpollIoHandler.class);
            bind(bootstrap(epoll).group(loop).handler(first(entrance, dispatcher)), address);
            address = new InetSocketAddress(address.getAddress(), port);
            if (!epoll) {
                break;
            }
        }
    }

    private static ChannelInitializer<Channel> first(Entrance entrance, Dispatcher dispatcher) {
        return new ChannelInitializer<>() {
            @Override
            protected void initChannel(Channel channel) {
                channel.pipeline().addLast(new ProxiedSocket(entrance), dispatcher);
            }
        };
    }

    // Sockets that share a port would share it with another server too.
    private static void refuseTaken(InetSocketAddress address) throws IOException {
        try (var probe = new DatagramSocket(null)) {
            probe.setReuseAddress(false);
            probe.bind(address);
        }
    }

    private void bind(Bootstrap bootstrap, InetSocketAddress address) throws IOException {
        var bound = bootstrap.bind(address).awaitUninterruptibly();
        var cause = bound.cause();
        if (cause != null) {
            throw new IOException(cause.getMessage(), cause);
        }
        port = ((InetSocketAddress) bound.channel().localAddress()).getPort();
    }

    private static Bootstrap bootstrap(boolean epoll) {
        var bootstrap =
                new Bootstrap()
                        .channel(epoll ? EpollDatagramChannel.class : NioDatagramChannel.class)
                        .option(ChannelOption.SO_RCVBUF, SOCKET_BUFFER_OCTETS)
                        .option(
                                ChannelOption.RECVBUF_ALLOCATOR,
                                new FixedRecvByteBufAllocator(
                                        epoll ? BATCH * DATAGRAM_OCTETS_MAX : DATAGRAM_OCTETS_MAX));
        return epoll
                ? bootstrap
                        .option(EpollChannelOption.SO_REUSEPORT, true)
                        .option(EpollChannelOption.MAX_DATAGRAM_PAYLOAD_SIZE, DATAGRAM_OCTETS_MAX)
                : bootstrap;
    }

    /// Gives each socket its QUIC, and packets of a connection to the one that has it.
    private final class Dispatcher extends QuicCodecDispatcher {
        @Override
        protected void initChannel(
                Channel channel, int idOctets, QuicConnectionIdGenerator identifiers) {
            var socket =
                    new QuicSocket(
                            QuicListener.this, channel, entrance(channel), idOctets, identifiers);
            sockets.add(socket);
            socket.serve(terms);
        }
    }

    /// Connections that begin from now on are as the present configuration wants them.
    @Override
    public void reloaded() {
        var next = new Terms(dialects.get(), host.timeouts().idle());
        if (next.equals(terms)) {
            return;
        }
        terms = next;
        sockets.forEach(socket -> socket.serveSoon(next));
    }

    private Entrance entrance(Channel channel) {
        return host.entrances().stream()
                .filter(e -> e.executor() == channel.eventLoop())
                .findFirst()
                .orElseThrow();
    }

    QuicServerCodecBuilder codec(Entrance entrance, Generation generation) {
        var dialect = generation.terms().dialect();
        return new QuicServerCodecBuilder()
                .sslEngineProvider(channel -> certificates.engine(channel.alloc()))
                .maxIdleTimeout(generation.terms().idle().toMillis(), TimeUnit.MILLISECONDS)
                .maxRecvUdpPayloadSize(DATAGRAM_OCTETS_MAX)
                .initialMaxData(dialect.windowOctets())
                .initialMaxStreamDataBidirectionalRemote(STREAM_OCTETS_MAX)
                .initialMaxStreamDataUnidirectional(CONTROL_OCTETS_MAX)
                .initialMaxStreamsBidirectional(dialect.streamsMax())
                .initialMaxStreamsUnidirectional(dialect.controlStreamsMax())
                .activeMigration(false)
                .handler(
                        new ChannelInitializer<QuicChannel>() {
                            @Override
                            protected void initChannel(QuicChannel channel) {
                                var connection =
                                        new Connection(QuicListener.this, generation, entrance);
                                channel.pipeline().addLast(connection);
                                dialect.prepare(channel.pipeline());
                            }
                        });
    }

    /// Whether a client has to prove its address; asked for each that has not.
    boolean isCrowded(Entrance entrance) {
        boolean isCrowded = handshakes.get() >= unprovenMax;
        if (isCrowded) {
            entrance.reached("unproven");
        }
        // Who gets the place of another must be who he says.
        int max = terms.dialect().connectionsMax();
        return isCrowded || max > 0 && connections.get() >= max;
    }

    ListenerHost host() {
        return host;
    }

    /// Counts a connection, whose handshake begins.
    ///
    /// @return whether connections are still taken
    boolean began() {
        handshakesNow.set(handshakes.incrementAndGet());
        connections.incrementAndGet();
        return !isResting;
    }

    /// A handshake is done.
    void ready() {
        handshakesNow.set(handshakes.decrementAndGet());
    }

    /// A connection that began is gone.
    ///
    /// @param wasReady whether its handshake was done
    void ended(boolean wasReady) {
        connections.decrementAndGet();
        if (!wasReady) {
            ready();
        }
    }

    void count(String status) {
        responses.with(host.server(), status).inc();
    }

    @Override
    public int port() {
        return port;
    }

    @Override
    public void rest() {
        isResting = true;
    }

    // With the sockets ends what is on its way: clients that take it get a moment to do so.
    private void awaitConnections() {
        long end = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(PATIENCE_MILLIS);
        while (connections.get() > 0 && System.nanoTime() - end < 0) {
            try {
                Thread.sleep(PAUSE_MILLIS);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return;
            }
        }
    }

    @Override
    public void close() {
        if (isResting) {
            awaitConnections();
        }
        sockets.forEach(QuicSocket::close);
    }
}
