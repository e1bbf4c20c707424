package dev.onoma.api;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.BindException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.StandardSocketOptions;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// A small HTTP/1.1 server for probes and metrics: `health`, `ready` and `prometheus` share the one
/// of an address, and it stays open over reloads.
///
/// ```java
/// var endpoint = HttpEndpoint.at(block, address);
/// HttpPage page = _ -> HttpPage.Answer.text(200, "OK");
/// endpoint.serve(block, "health", "/health", page);
/// ```
///
/// Each connection has a virtual thread. Their number is limited, of each address and in all, and
/// so is the time for one request with its answer, reading and writing: who is slower is cut off.
/// When there is no room, the connection that has waited longest for a request makes some, so that
/// probes get through while others hold connections. Request bodies are skipped.
public final class HttpEndpoint implements AutoCloseable {
    /// The most connections at a time.
    public static final int CONNECTIONS_MAX = 64;

    /// The most of them from one address, so that one client leaves room for others.
    public static final int CONNECTIONS_PER_SOURCE_MAX = 16;

    /// The most requests in a row that a client sends without waiting for answers.
    public static final int PIPELINED_MAX = 16;

    /// The longest wait for a request and for its answer to be taken.
    public static final Duration REQUEST_TIME_MAX = Duration.ofSeconds(5);

    private static final Duration ROOM_WAIT = Duration.ofMillis(50);
    private static final int BACKLOG = 128;
    private static final HttpPage NOT_FOUND =
            _ -> HttpPage.Answer.text(404, "404 page not found\n");
    private static final String ALL = "/*";
    private static final Map<Integer, String> REASONS =
            Map.of(
                    200, "OK",
                    400, "Bad Request",
                    401, "Unauthorized",
                    403, "Forbidden",
                    404, "Not Found",
                    405, "Method Not Allowed",
                    409, "Conflict",
                    429, "Too Many Requests",
                    500, "Internal Server Error",
                    503, "Service Unavailable");

    private final Endpoint address;
    private final Time time;
    private final Metrics.Counter refused;
    private final LimitReports reports;
    // Of several configurations that have a page at one path, the youngest answers.
    private final Map<String, CopyOnWriteArrayList<HttpPage>> pages = new ConcurrentHashMap<>();
    private final int perSourceMax =
            Integer.getInteger("onoma.http.connections.per.source.max", CONNECTIONS_PER_SOURCE_MAX);
    private final int pipelinedMax = Integer.getInteger("onoma.http.pipelined.max", PIPELINED_MAX);
    private final int max = Integer.getInteger("onoma.http.connections.max", CONNECTIONS_MAX);
    private final Semaphore connections = new Semaphore(max);
    private final Metrics.Gauge open;
    private final Map<InetAddress, Integer> bySource = new ConcurrentHashMap<>();
    // Those that wait for a request, the longest first.
    private final Set<Socket> idle = Collections.synchronizedSet(new LinkedHashSet<>());
    private @Nullable ServerSocket listening;
    private volatile Access access = Access.ANYBODY;
    private volatile boolean closed;

    /// Who may come to an endpoint, and how.
    public interface Access {
        /// Everybody, without TLS.
        Access ANYBODY =
                new Access() {
                    @Override
                    public Socket accept(Socket connection) {
                        return connection;
                    }

                    @Override
                    public HttpPage.Answer ask(HttpPage page, HttpPage.Request request)
                            throws IOException {
                        return page.get(request);
                    }
                };

        /// The connection as requests come over it: itself, or TLS on it, which closes it when
        /// closed. May wait for the client; the time for a request limits how long.
        ///
        /// @throws IOException if the client is not to be served
        Socket accept(Socket connection) throws IOException;

        /// The answer to a request: the page's, or a refusal.
        HttpPage.Answer ask(HttpPage page, HttpPage.Request request) throws IOException;
    }

    private HttpEndpoint(Endpoint address, Time time, Metrics metrics, LimitReports reports) {
        this.address = address;
        this.time = time;
        this.reports = reports;
        reports.known("http_connections");
        reports.known("http_per_source");
        reports.known("http_pipelined");
        open =
                metrics.gauges(
                                "onoma_http_connections",
                                "Open connections to an address of probes, metrics and pages.",
                                "address")
                        .with(address.toString());
        refused =
                metrics.counters(
                                "coredns_http_refused_connections_total",
                                "Counter of connections to probes and metrics beyond the limit.",
                                "address")
                        .with(address.toString());
    }

    /// The endpoint of an address, the same for all plugins of all blocks. Opens nothing.
    public static HttpEndpoint at(ServerBlock block, Endpoint address) {
        return block.keep(
                HttpEndpoint.class,
                address.toString(),
                _ ->
                        new HttpEndpoint(
                                address,
                                block.time(),
                                block.metrics(),
                                new LimitReports(block.metrics(), block.log(""))));
    }

    /// Has a page from the start of a server block to its end. When the address cannot be listened
    /// on, the block does not start.
    ///
    /// @param plugin whose page it is, for the message then
    /// @param path or `/*` for all paths that nobody else has
    public void serve(ServerBlock block, String plugin, String path, HttpPage page) {
        block.onStart(() -> {
            try {
                open(path, page);
            } catch (IOException e) {
                throw new IOException("plugin/%s: %s".formatted(plugin, e.getMessage()), e);
            }
        });
        block.onStop(() -> remove(path, page));
    }

    /// Listens, if it does not yet, and answers requests for a path.
    ///
    /// @param path or `/*` for all paths that nobody else has
    /// @throws IOException if the address cannot be listened on; the message is for the operator
    public void open(String path, HttpPage page) throws IOException {
        listen();
        pages.computeIfAbsent(path, _ -> new CopyOnWriteArrayList<>()).add(page);
    }

    /// Takes a page away, if it is there.
    public void remove(String path, HttpPage page) {
        var all = pages.get(path);
        if (all != null) {
            all.remove(page);
        }
    }

    /// From now on, connections are of those who have access: to all pages of this address,
    /// whosever they are.
    public void restrict(Access those) {
        access = those;
    }

    /// The port, which is another than that of the address when that is 0; -1 if not open.
    public synchronized int port() {
        return listening == null ? -1 : listening.getLocalPort();
    }

    private synchronized void listen() throws IOException {
        if (listening != null) {
            return;
        }
        var socket = new ServerSocket();
        try {
            // As CoreDNS: a second process may take over before this one ends.
            if (socket.supportedOptions().contains(StandardSocketOptions.SO_REUSEPORT)) {
                socket.setOption(StandardSocketOptions.SO_REUSEPORT, true);
            }
            socket.bind(socketAddress(), BACKLOG);
        } catch (IOException e) {
            socket.close();
            var owner =
                    e instanceof BindException ? PortOwner.advice(address.port(), false, "") : "";
            throw new IOException(
                    "listen tcp %s: bind: %s%s".formatted(address, e.getMessage(), owner), e);
        }
        listening = socket;
        Thread.ofVirtual().name("http " + address).start(() -> accept(socket));
    }

    private InetSocketAddress socketAddress() throws IOException {
        return address.host().isEmpty()
                ? new InetSocketAddress(address.port())
                : new InetSocketAddress(InetAddress.getByName(address.host()), address.port());
    }

    private void accept(ServerSocket socket) {
        while (!closed) {
            try {
                var connection = socket.accept();
                if (enter(connection)) {
                    Thread.ofVirtual().start(() -> serve(connection));
                } else {
                    refused.inc();
                    connection.close();
                }
            } catch (IOException _) {
                pause(); // closed, or out of file descriptors for a moment
            }
        }
    }

    private boolean enter(Socket connection) {
        var source = connection.getInetAddress();
        if (bySource.merge(source, 1, Integer::sum) > perSourceMax) {
            reports.reached(
                    "http_per_source",
                    "%d connections of one address to %s; more are closed:"
                                    .formatted(perSourceMax, address)
                            + " -Donoma.http.connections.per.source.max");
            leave(source);
            return false;
        }
        if (connections.tryAcquire() || makeRoom()) {
            show();
            return true;
        }
        leave(source);
        return false;
    }

    private boolean makeRoom() {
        reports.reached(
                "http_connections",
                "connections to %s; those that wait longest are closed:".formatted(address)
                        + " -Donoma.http.connections.max");
        synchronized (idle) {
            var all = idle.iterator();
            if (all.hasNext()) {
                close(all.next());
            }
        }
        try {
            return connections.tryAcquire(ROOM_WAIT.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    private void show() {
        open.set(max - connections.availablePermits());
    }

    private void leave(InetAddress source) {
        bySource.computeIfPresent(source, (_, open) -> open > 1 ? open - 1 : null);
    }

    private static void pause() {
        try {
            Thread.sleep(Duration.ofMillis(10));
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }

    private void serve(Socket socket) {
        var source = socket.getInetAddress();
        try (socket) {
            socket.setTcpNoDelay(true);
            try (var connection = accepted(socket)) {
                var in = new BufferedInputStream(connection.getInputStream(), 1024);
                boolean more = true;
                int waiting = 0;
                while (more && !closed) {
                    more = serveOne(connection, in);
                    waiting = in.available() > 0 ? waiting + 1 : 0;
                    more &= fits(waiting);
                }
            }
        } catch (IOException _) {
            // The client has gone, or its time was up.
        } finally {
            connections.release();
            show();
            leave(source);
        }
    }

    // Who asks for the next page before it has read the last never lets its thread wait, and
    // virtual threads take turns only when they do.
    private boolean fits(int waiting) {
        boolean fits = waiting <= pipelinedMax;
        if (!fits) {
            reports.reached(
                    "http_pipelined",
                    "%d requests to %s in a row of a client that does not wait for answers;"
                                    .formatted(pipelinedMax, address)
                            + " its connection ends: -Donoma.http.pipelined.max");
        }
        return fits;
    }

    private Socket accepted(Socket socket) throws IOException {
        var deadline = time.after(REQUEST_TIME_MAX, () -> close(socket));
        try {
            return access.accept(socket);
        } finally {
            deadline.cancel();
        }
    }

    private boolean serveOne(Socket socket, InputStream in) throws IOException {
        var deadline = time.after(REQUEST_TIME_MAX, () -> close(socket));
        try {
            idle.add(socket);
            var head = HttpHead.read(in);
            idle.remove(socket);
            if (head == null) {
                return false;
            }
            boolean more = head.isKeptAlive() && !closed;
            write(socket.getOutputStream(), head, answer(head), more);
            return more;
        } finally {
            idle.remove(socket);
            deadline.cancel();
        }
    }

    private HttpPage.Answer answer(HttpHead head) throws IOException {
        if (!head.isValid()) {
            return HttpPage.Answer.text(400, "400 Bad Request");
        }
        var page = page(head.request().path());
        try {
            return access.ask(page, head.request());
        } catch (RuntimeException e) {
            return HttpPage.Answer.text(500, "mistake in the server or a plugin: " + e + "\n");
        }
    }

    private HttpPage page(String path) {
        var all = pages.get(path);
        if (all == null || all.isEmpty()) {
            all = pages.get(ALL);
        }
        return all == null || all.isEmpty() ? NOT_FOUND : all.getLast();
    }

    private static void write(
            OutputStream out, HttpHead head, HttpPage.Answer answer, boolean keepAlive)
            throws IOException {
        var text = new StringBuilder(256);
        text.append("HTTP/1.1 ").append(answer.status()).append(' ');
        text.append(REASONS.getOrDefault(answer.status(), "")).append("\r\n");
        text.append("Content-Type: ").append(answer.type()).append("\r\n");
        if (!answer.encoding().isEmpty()) {
            text.append("Content-Encoding: ").append(answer.encoding()).append("\r\n");
        }
        answer.headers()
                .forEach((name, value) ->
                        text.append(name).append(": ").append(value).append("\r\n"));
        text.append("Content-Length: ").append(answer.body().length).append("\r\n");
        text.append(keepAlive ? "\r\n" : "Connection: close\r\n\r\n");
        var octets = text.toString().getBytes(StandardCharsets.ISO_8859_1);
        boolean bodiless = head.request().method().equals("HEAD");
        // One segment for all: probes are small.
        var all = new byte[octets.length + (bodiless ? 0 : answer.body().length)];
        System.arraycopy(octets, 0, all, 0, octets.length);
        System.arraycopy(answer.body(), 0, all, octets.length, all.length - octets.length);
        out.write(all);
        out.flush();
    }

    private static void close(AutoCloseable socket) {
        try {
            socket.close();
        } catch (Exception _) {
            // It is gone, which is what was wanted.
        }
    }

    /// Stops listening. Requests that have come are answered.
    @Override
    public synchronized void close() {
        closed = true;
        if (listening != null) {
            close(listening);
        }
        idle.forEach(HttpEndpoint::close);
    }
}
