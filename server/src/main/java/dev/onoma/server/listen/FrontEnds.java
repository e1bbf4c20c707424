package dev.onoma.server.listen;

import dev.onoma.api.Addresses;
import dev.onoma.api.Entrance;
import dev.onoma.api.ListenerHost;
import dev.onoma.api.Log;
import dev.onoma.api.Metrics;
import dev.onoma.api.PortOwner;
import dev.onoma.api.Transport;
import dev.onoma.server.chain.Mistakes;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.EventLoop;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.ServerChannel;
import io.netty.channel.epoll.EpollSocketChannel;
import java.io.IOException;
import java.net.DatagramSocket;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.net.ServerSocket;
import java.net.SocketException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;

/// The event loops of the process, and the sockets on them.
///
/// Datagrams have event loops of their own: what connections cost, handshakes and attacks above
/// all, is for the kernel's scheduler to share out, and no datagram waits for its turn behind it.
/// QUIC counts among the connections.
///
/// With SO_REUSEPORT each event loop has its own socket for each address, and the kernel spreads
/// clients over them; without, one loop has all datagrams.
public final class FrontEnds implements AutoCloseable {
    private static final int SWEEP_MILLIS = 250;
    private static final int PORT_TRIES = 20;

    private final Sockets sockets;
    private final Metrics metrics;
    private final Log log;
    private final ProxyDrops drops;
    private final EventLoopGroup datagramLoops;
    private final EventLoopGroup connectionLoops;
    private final List<Worker> datagrams = new ArrayList<>();
    private final List<Connections> connections = new ArrayList<>();
    // Of listeners of this process: one block may have an address, another the rest.
    private final Set<Integer> ports = ConcurrentHashMap.newKeySet();

    /// @param loops how many event loops datagrams have, and how many connections have
    /// @param metrics for listeners of plugins
    /// @param log the same
    public FrontEnds(
            Sockets sockets,
            int loops,
            Gate gate,
            Mistakes mistakes,
            Limits limits,
            Metrics metrics,
            Log log) {
        this.sockets = sockets;
        this.metrics = metrics;
        this.log = log;
        drops = new ProxyDrops(metrics, log, limits);
        int datagramLoopsMax = sockets.isReusePort() ? loops : 1;
        datagramLoops = sockets.group("udp", datagramLoopsMax);
        connectionLoops = sockets.group("tcp", loops);
        for (int i = 0; i < datagramLoopsMax; i++) {
            datagrams.add(new Worker(datagramLoops.next(), gate, mistakes, limits));
        }
        var shared = new Connections.Shared(limits, datagrams);
        for (int i = 0; i < loops; i++) {
            var loop = connectionLoops.next();
            var mine = new Connections(new Worker(loop, gate, mistakes, limits), shared);
            connections.add(mine);
            var _ =
                    loop.scheduleAtFixedRate(
                            mine::sweep, SWEEP_MILLIS, SWEEP_MILLIS, TimeUnit.MILLISECONDS);
        }
    }

    /// An event loop of datagrams, for what is asked by the server itself.
    public EventLoop datagramLoop() {
        return datagramLoops.next();
    }

    /// Opens the sockets of a listener for UDP and TCP.
    ///
    /// @throws IOException with a sentence for the operator
    public Listener open(ListenerId id, Listener.Service service) throws IOException {
        for (int tries = 1; ; tries++) {
            var listener = new Listener(id, service);
            try {
                open(listener);
                ports.add(listener.port());
                return listener;
            } catch (IOException e) {
                close(listener);
                // A port that the kernel chose for UDP may be taken for TCP.
                if (id.port() != 0 || tries == PORT_TRIES) {
                    throw e;
                }
            }
        }
    }

    private void open(Listener listener) throws IOException {
        var id = listener.id();
        var plugin = listener.service().plugin();
        if (plugin != null) {
            listener.bound(plugin.listen(host(listener)));
            return;
        }
        if (id.port() != 0 && !ports.contains(id.port())) {
            refuseTaken(id);
        }
        var tls = listener.service().tls();
        if (tls != null) {
            Thread.startVirtualThread(tls::prepare);
        }
        for (var worker : isForDatagrams(id) ? datagrams : List.<Worker>of()) {
            int port = listener.port() != 0 ? listener.port() : id.port();
            var channel = bindDatagrams(worker, listener, address(id, port));
            listener.bound(channel, ((InetSocketAddress) channel.localAddress()).getPort());
        }
        if (!listener.own().isEmpty()) {
            Thread.startVirtualThread(() -> addIpv6(listener, datagrams.getFirst().limits()));
        }
        for (var mine : connections.subList(0, sockets.isReusePort() ? connections.size() : 1)) {
            int port = listener.port() != 0 ? listener.port() : id.port();
            var channel = bindConnections(mine.worker(), listener, address(id, port));
            listener.bound(channel, ((InetSocketAddress) channel.localAddress()).getPort());
        }
    }

    private ListenerHost host(Listener listener) {
        var entrances = new ArrayList<Entrance>();
        for (var mine : connections) {
            entrances.add(new HostedEntrance(mine.worker(), listener, mine, drops));
        }
        var id = listener.id();
        return new Host(listener, address(id, id.port()), entrances, metrics, log);
    }

    private static boolean isForDatagrams(ListenerId id) {
        return id.scheme().equals(Transport.UDP.scheme());
    }

    private static InetSocketAddress address(ListenerId id, int port) {
        return id.address() == null
                ? new InetSocketAddress(port)
                : new InetSocketAddress(id.address(), port);
    }

    // With SO_REUSEPORT another process of the same user could share the port unnoticed.
    private static void refuseTaken(ListenerId id) throws IOException {
        var address = address(id, id.port());
        try (var tcp = new ServerSocket()) {
            tcp.setReuseAddress(true);
            tcp.bind(address);
        } catch (IOException e) {
            throw new IOException(taken("Listen: listen tcp ", address, e), e);
        }
        if (!isForDatagrams(id)) {
            return;
        }
        try (var udp = new DatagramSocket(null)) {
            udp.bind(address);
        } catch (IOException e) {
            throw new IOException(taken("ListenPacket: listen udp ", address, e), e);
        }
    }

    private static String taken(String what, InetSocketAddress address, Throwable cause) {
        boolean datagrams = what.contains("udp");
        var text = String.valueOf(cause.getMessage());
        var advice =
                text.contains("in use")
                        ? PortOwner.advice(address.getPort(), datagrams, " with -dns.port")
                        : text.contains("ermission denied")
                                ? "; ports below 1024 need root or CAP_NET_BIND_SERVICE: choose"
                                        + " another with -dns.port"
                                : "";
        return what + Addresses.text(address) + ": bind: " + text + advice;
    }

    private Channel bindDatagrams(Worker worker, Listener listener, InetSocketAddress address)
            throws IOException {
        boolean wildcard = sockets.isReusePort() && address.getAddress().isAnyLocalAddress();
        var own = wildcard ? ownAddresses(worker, listener) : null;
        var bind =
                sockets.datagrams(wildcard)
                        .group(worker.loop())
                        .handler(new UdpFrontEnd(worker, listener, drops, own))
                        .bind(address)
                        .awaitUninterruptibly();
        if (!bind.isSuccess()) {
            throw new IOException(
                    taken("ListenPacket: listen udp ", address, bind.cause()), bind.cause());
        }
        return bind.channel();
    }

    private OwnAddresses ownAddresses(Worker worker, Listener listener) {
        var own =
                new OwnAddresses(
                        address -> bindOwn(worker, listener, address),
                        (self, address) -> tellOthers(listener, self, address),
                        worker.limits());
        listener.own().put(own, worker);
        return own;
    }

    private ChannelFuture bindOwn(Worker worker, Listener listener, InetSocketAddress address) {
        var bind =
                sockets.datagrams(false)
                        .group(worker.loop())
                        .handler(new UdpFrontEnd(worker, listener, drops, null))
                        .bind(address);
        listener.bound(bind.channel(), address.getPort());
        return bind;
    }

    // Only IPv4 datagrams say where they were sent to; IPv6 addresses get their sockets beforehand.
    private static void addIpv6(Listener listener, Limits limits) {
        try {
            NetworkInterface.networkInterfaces()
                    .flatMap(NetworkInterface::inetAddresses)
                    .filter(a -> a instanceof Inet6Address && !a.isLinkLocalAddress())
                    .limit(limits.ownAddressesMax() / 2)
                    .forEach(a -> tellAll(listener, a));
        } catch (SocketException _) {
            // Then the kernel chooses, which is right on a machine with one address.
        }
    }

    private static void tellAll(Listener listener, InetAddress address) {
        var own = new InetSocketAddress(address, listener.port());
        listener.own().forEach((each, worker) -> tell(worker, each, own));
    }

    private static void tell(Worker worker, OwnAddresses own, InetSocketAddress address) {
        if (worker.loop().isShuttingDown()) {
            return;
        }
        worker.loop()
                .execute(() -> {
                    var _ = own.add(address);
                });
    }

    private static void tellOthers(
            Listener listener, OwnAddresses self, InetSocketAddress address) {
        listener.own()
                .forEach((other, worker) -> {
                    if (other != self) {
                        tell(worker, other, address);
                    }
                });
    }

    // Without SO_REUSEPORT one loop accepts for all.
    private Channel bindConnections(Worker worker, Listener listener, InetSocketAddress address)
            throws IOException {
        var server = sockets.connections(worker.limits().turnOctetsMax());
        server.group(worker.loop(), sockets.isReusePort() ? worker.loop() : connectionLoops);
        var bind =
                server.childHandler(
                                new ChannelInitializer<Channel>() {
                                    @Override
                                    protected void initChannel(Channel channel) {
                                        accepted(channel, listener);
                                    }
                                })
                        .bind(address)
                        .awaitUninterruptibly();
        if (!bind.isSuccess()) {
            throw new IOException(
                    taken("Listen: listen tcp ", address, bind.cause()), bind.cause());
        }
        return bind.channel();
    }

    private void accepted(Channel channel, Listener listener) {
        var mine = connections(channel);
        listener.accepted(channel);
        if (listener.service().proxy() == null) {
            begin(channel, listener);
            return;
        }
        channel.pipeline()
                .addLast(
                        new ProxiedConnection(
                                listener, mine, drops, proxied -> begin(proxied, listener)));
    }

    private void begin(Channel channel, Listener listener) {
        var mine = connections(channel);
        if (listener.isFull()) {
            channel.pipeline()
                    .addLast(
                            new WaitingConnection(
                                    listener, mine, placed -> begin(placed, listener, mine)));
        } else {
            begin(channel, listener, mine);
        }
    }

    private static void begin(Channel channel, Listener listener, Connections mine) {
        var connection = connection(listener, mine);
        var tls = listener.service().tls();
        if (tls != null) {
            var greeting =
                    new Greeting(tls, mine.handshakes(), connection, () -> acknowledge(channel));
            channel.pipeline().addLast(greeting);
        }
        channel.pipeline().addLast(connection);
    }

    // A client that sends its query behind the end of the handshake may wait for this (Nagle); the
    // kernel would take 40 ms.
    private static void acknowledge(Channel channel) {
        if (channel instanceof EpollSocketChannel socket && socket.isActive()) {
            socket.config().setTcpQuickAck(true);
        }
    }

    private static RecordOctets.Owner connection(Listener listener, Connections mine) {
        var worker = mine.worker();
        return switch (listener.id().scheme()) {
            case "https" -> new HttpConnection(Transport.HTTPS, worker, listener, mine);
            case "grpc" -> new HttpConnection(Transport.GRPC, worker, listener, mine);
            case "tls" -> new TcpConnection(Transport.TLS, worker, listener, mine);
            default -> new TcpConnection(Transport.TCP, worker, listener, mine);
        };
    }

    private Connections connections(Channel channel) {
        for (var mine : connections) {
            if (mine.worker().loop() == channel.eventLoop()) {
                return mine;
            }
        }
        throw new IllegalStateException("a channel on a foreign event loop");
    }

    /// Takes no more queries. What is being worked on is still answered; connections end when their
    /// queries are.
    public void rest(Listener listener) {
        var hosted = listener.hosted();
        if (hosted != null) {
            hosted.rest();
        }
        for (var channel : listener.channels()) {
            if (channel instanceof ServerChannel) {
                channel.close().awaitUninterruptibly();
            } else {
                channel.config().setAutoRead(false);
            }
        }
        for (var mine : connections) {
            mine.worker().loop().execute(() -> mine.end(listener));
        }
    }

    /// Whether connections of listeners that rest still wait for answers, or do not take them.
    public boolean isAnswering(Collection<Listener> resting) {
        return !resting.isEmpty()
                && connections.stream()
                        .anyMatch(mine -> {
                            var loop = mine.worker().loop();
                            var looked = loop.submit(() -> mine.isAnswering(resting));
                            return looked.awaitUninterruptibly().isSuccess() && looked.getNow();
                        });
    }

    /// Closes the sockets of a listener.
    public void close(Listener listener) {
        ports.remove(listener.port());
        var hosted = listener.hosted();
        if (hosted != null) {
            hosted.close();
        }
        for (var channel : listener.channels()) {
            channel.close().awaitUninterruptibly();
        }
    }

    /// Waits until every event loop has ended what it was doing when this was called.
    public void quiesce() {
        datagrams.forEach(worker -> quiesce(worker.loop()));
        connections.forEach(mine -> quiesce(mine.worker().loop()));
    }

    private static void quiesce(EventLoop loop) {
        loop.submit(() -> {}).awaitUninterruptibly();
    }

    @Override
    public void close() {
        var ends =
                List.of(
                        datagramLoops.shutdownGracefully(0, 1, TimeUnit.SECONDS),
                        connectionLoops.shutdownGracefully(0, 1, TimeUnit.SECONDS));
        ends.forEach(end -> end.awaitUninterruptibly(2, TimeUnit.SECONDS));
    }
}
