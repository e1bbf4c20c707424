package dev.onoma.plugins.dnstap;

import dev.onoma.api.Log;
import dev.onoma.api.Time;
import dev.onoma.api.Tls;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import javax.net.ssl.SSLServerSocket;
import org.jspecify.annotations.Nullable;

/// Lets others connect, and writes everything to each of them. One that is slow loses records, and
/// takes no time from anybody. Threads of its own, which block.
final class TapListener implements Sink {
    /// How many may be connected.
    static final int CLIENTS_MAX = 16;

    private final DnstapOptions options;
    private final DnstapMetrics metrics;
    private final Time time;
    private final Log log;
    // Those that have agreed; and how many there are with those that have not yet.
    private final List<Client> clients = new CopyOnWriteArrayList<>();
    private final AtomicInteger connections = new AtomicInteger();
    private volatile @Nullable AutoCloseable server;
    private volatile boolean ended;

    TapListener(DnstapOptions options, DnstapMetrics metrics, Time time, Log log) {
        this.options = options;
        this.metrics = metrics;
        this.time = time;
        this.log = log;
    }

    /// Waits for the next who connects.
    private interface Acceptor extends AutoCloseable {
        Connection accept() throws IOException;

        /// The port, or 0.
        int port() throws IOException;

        @Override
        void close() throws IOException;
    }

    /// Somebody who is connected.
    private record Client(Connection connection, FrameQueue queue) {}

    @Override
    public synchronized void begin() throws IOException {
        if (server != null) {
            return;
        }
        try {
            var acceptor = open();
            server = acceptor;
            Thread.ofPlatform().daemon().name("onoma-dnstap").start(() -> accept(acceptor));
        } catch (IOException e) {
            throw new IOException(
                    "plugin/dnstap: Failed to start dnstap listener: %s: %s"
                            .formatted(options.socket(), e.getMessage()),
                    e);
        }
    }

    private Acceptor open() throws IOException {
        var socket = options.socket();
        var context = options.tls();
        if (context != null) {
            var made = (SSLServerSocket) context.getServerSocketFactory().createServerSocket();
            made.setNeedClientAuth(options.clientsVerified());
            made.setEnabledProtocols(Tls.PROTOCOLS.toArray(String[]::new));
            made.setReuseAddress(true);
            made.bind(new InetSocketAddress(socket.host(), socket.port()));
            return acceptor(made);
        }
        if (socket.scheme() == TapSocket.Scheme.UNIX) {
            return unix(Path.of(socket.path()));
        }
        var made = new java.net.ServerSocket();
        made.setReuseAddress(true);
        made.bind(new InetSocketAddress(socket.host(), socket.port()));
        return acceptor(made);
    }

    private static Acceptor acceptor(java.net.ServerSocket server) {
        return new Acceptor() {
            @Override
            public Connection accept() throws IOException {
                Socket accepted = server.accept();
                accepted.setTcpNoDelay(true);
                return Connection.of(accepted);
            }

            @Override
            public int port() {
                return server.getLocalPort();
            }

            @Override
            public void close() throws IOException {
                server.close();
            }
        };
    }

    private static Acceptor unix(Path path) throws IOException {
        removeStale(path);
        var channel = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
        try {
            channel.bind(UnixDomainSocketAddress.of(path));
        } catch (IOException e) {
            channel.close();
            throw e;
        }
        return new Acceptor() {
            @Override
            public Connection accept() throws IOException {
                return Connection.of(channel.accept());
            }

            @Override
            public int port() {
                return 0;
            }

            @Override
            public void close() throws IOException {
                channel.close();
                Files.deleteIfExists(path);
            }
        };
    }

    // A socket that nobody listens on is left over from a process that could not clean up.
    private static void removeStale(Path path) throws IOException {
        if (!Files.exists(path)) {
            return;
        }
        try (var _ = SocketChannel.open(UnixDomainSocketAddress.of(path))) {
            throw new IOException("somebody listens there already");
        } catch (java.net.ConnectException _) {
            Files.delete(path);
        }
    }

    private void accept(Acceptor acceptor) {
        while (!ended) {
            try {
                var connection = acceptor.accept();
                if (connections.get() >= CLIENTS_MAX) {
                    log.warning("more than %d connections; one is closed".formatted(CLIENTS_MAX));
                    connection.close();
                    continue;
                }
                var queue = new FrameQueue(options.queueMessages(), metrics, time, log);
                var client = new Client(connection, queue);
                connections.incrementAndGet();
                Thread.ofPlatform().daemon().name("onoma-dnstap-client").start(() -> serve(client));
            } catch (IOException e) {
                if (!ended) {
                    log.error("dnstap listener: " + e.getMessage());
                    pause();
                }
            }
        }
    }

    private static void pause() {
        try {
            Thread.sleep(100);
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }

    private void serve(Client client) {
        try (var connection = client.connection()) {
            var watch = time.after(Connection.PATIENCE, () -> abort(connection));
            var frames = new Frames(connection.in(), connection.out());
            frames.begin(() -> clients.add(client));
            watch.cancel();
            client.queue().writeTo(frames);
            frames.end();
        } catch (IOException e) {
            if (!ended) {
                log.queued().info("a dnstap client is gone: " + e.getMessage());
            }
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        } finally {
            clients.remove(client);
            connections.decrementAndGet();
        }
    }

    private static void abort(Connection connection) {
        try {
            connection.close();
        } catch (IOException _) {
            // It is closed anyway, and whoever reads from it hears of that.
        }
    }

    /// The port that is listened on, for tests.
    int port() throws IOException {
        return server instanceof Acceptor acceptor ? acceptor.port() : 0;
    }

    @Override
    public void offer(byte[] frame) {
        for (var client : clients) {
            client.queue().offer(frame);
        }
    }

    @Override
    public void close() {
        ended = true;
        clients.forEach(c -> c.queue().end());
        try {
            var open = server;
            if (open != null) {
                open.close();
            }
            for (int i = 0; i < 20 && !clients.isEmpty(); i++) {
                Thread.sleep(50);
            }
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        } catch (Exception e) {
            log.error("dnstap listener: " + e.getMessage());
        }
        clients.forEach(c -> abort(c.connection()));
    }
}
