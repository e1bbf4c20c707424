package dev.onoma.testkit;

import java.io.IOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Predicate;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import org.jspecify.annotations.Nullable;

/// As much of a Kubernetes API server as a DNS server asks for: lists in pages, streaming lists and
/// watches, in JSON and protobuf, with every fault that a real one or the network may show.
///
/// Objects are maps, as JSON has them. They may be put and deleted while clients watch; one lock
/// guards objects, history and watchers, so every watcher sees every change once, in order. Faults
/// are set by methods and hold until they are taken back, or for a number of requests.
public final class ApiServer implements AutoCloseable {
    private static final InetAddress LOOPBACK = InetAddress.ofLiteral("127.0.0.1");

    /// Twice as many changes are kept before the older half is forgotten.
    private static final int HISTORY_MIN = 20_000;

    /// A change, as watchers are told.
    ///
    /// @param object null for the end of a watch
    /// @param before what it was; null if it was not there
    record Change(
            String type, long version, @Nullable ApiObject object, @Nullable ApiObject before) {
        Change(String type, long version, @Nullable ApiObject object) {
            this(type, version, object, null);
        }

        /// What a client is told who has chosen some of the objects: what comes among them is
        /// added, what leaves them is deleted.
        ///
        /// @return null for nothing
        @Nullable Change among(String kind, Predicate<ApiObject> selects) {
            if (object == null || !object.kind.equals(kind)) {
                return null;
            }
            boolean now = !type.equals("DELETED") && selects.test(object);
            boolean then = before != null && selects.test(before);
            if (!now && !then) {
                return null;
            }
            var as = now ? then ? "MODIFIED" : "ADDED" : "DELETED";
            return new Change(as, version, object, before);
        }
    }

    /// A client that waits for changes.
    ///
    /// @param from the version behind which changes are news to it
    record Watcher(
            String kind, Predicate<ApiObject> selects, long from, BlockingQueue<Change> changes) {}

    private final int port;
    private final Map<String, Map<String, ApiObject>> objects = new ConcurrentHashMap<>();
    private final List<Change> history = new ArrayList<>();
    private final List<Watcher> watchers = new CopyOnWriteArrayList<>();
    private final Set<Socket> connections = ConcurrentHashMap.newKeySet();
    private final Map<String, AtomicInteger> asked = new ConcurrentHashMap<>();
    final Protobuf protobuf = Protobuf.read();
    final ApiFaults faults = new ApiFaults();
    private final Map<String, String> logs = new ConcurrentHashMap<>();
    private final Map<String, Map<String, ApiObject>> backup = new LinkedHashMap<>();
    private long backupVersion;
    private long version = 1;
    private long compacted;
    private volatile @Nullable ServerSocket listener;
    private volatile @Nullable SSLContext tls;

    public ApiServer() throws IOException {
        this(0);
    }

    /// @param port on loopback; 0 for any
    public ApiServer(int port) throws IOException {
        var opened = listen(port);
        listener = opened;
        this.port = opened.getLocalPort();
        accept(opened);
    }

    private static ServerSocket listen(int port) throws IOException {
        var socket =
                new ServerSocket() {
                    @Override
                    public Socket accept() throws IOException {
                        var accepted = new HoldableSocket();
                        implAccept(accepted);
                        return accepted;
                    }
                };
        socket.setReuseAddress(true);
        socket.bind(new InetSocketAddress(LOOPBACK, port), 128);
        return socket;
    }

    private void accept(ServerSocket from) {
        Thread.ofVirtual()
                .start(() -> {
                    while (!from.isClosed()) {
                        try {
                            var socket = from.accept();
                            connections.add(socket);
                            Thread.ofVirtual().start(() -> serve(socket));
                        } catch (IOException _) {
                            return; // an outage, or the end
                        }
                    }
                });
    }

    private void serve(Socket socket) {
        var context = tls;
        try (socket;
                var secured = context == null ? socket : secured(context, socket)) {
            new ApiConversation(this, secured).run();
        } catch (IOException _) {
            // The client is gone, or the test wanted it so.
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        } finally {
            connections.remove(socket);
        }
    }

    /// Who has a certificate shows it, as with real ones.
    private static SSLSocket secured(SSLContext context, Socket socket) throws IOException {
        var secured = (SSLSocket) context.getSocketFactory().createSocket(socket, null, true);
        secured.setWantClientAuth(true);
        return secured;
    }

    public String url() {
        return (tls == null ? "http" : "https") + "://127.0.0.1:" + port;
    }

    /// Speaks TLS from the next connection on, as somebody who may be another than before.
    public void secure(SSLContext context) {
        tls = context;
    }

    /// The faults that clients meet.
    public ApiFaults faults() {
        return faults;
    }

    /// How often lists (`list services`), watches (`watch services`) and streaming lists (`stream
    /// services`) were asked for.
    public int asked(String what) {
        var count = asked.get(what);
        return count == null ? 0 : count.get();
    }

    void count(String what) {
        asked.computeIfAbsent(what, _ -> new AtomicInteger()).incrementAndGet();
    }

    /// Sets what a pod has written.
    public void log(String namespace, String pod, String text) {
        logs.put("/api/v1/namespaces/%s/pods/%s/log".formatted(namespace, pod), text);
    }

    String podLog(String path) {
        return logs.getOrDefault(path, "");
    }

    /// Adds an object, or exchanges it.
    public synchronized void put(Map<String, Object> object) {
        var added = ApiObject.of(object, ++version);
        var known = ofKind(added.kind).put(added.key, added);
        tell(new Change(known == null ? "ADDED" : "MODIFIED", added.version, added, known));
    }

    /// Takes an object away; only its kind and its name count.
    public synchronized void delete(Map<String, Object> object) {
        var gone = ApiObject.of(object, version + 1);
        var known = ofKind(gone.kind).remove(gone.key);
        if (known != null) {
            var last = ApiObject.of(known.content(), ++version);
            tell(new Change("DELETED", last.version, last, known));
        }
    }

    private void tell(Change change) {
        if (history.size() == 2 * HISTORY_MIN) {
            var older = history.subList(0, HISTORY_MIN);
            compacted = older.getLast().version();
            older.clear();
        }
        history.add(change);
        send(change);
    }

    private void send(Change change) {
        for (var watcher : watchers) {
            var seen = change.among(watcher.kind(), watcher.selects());
            if (seen != null && change.version() > watcher.from()) {
                watcher.changes().add(seen);
            }
        }
    }

    /// Tells watchers of the last changes once more.
    public synchronized void repeat(int changes) {
        history.subList(Math.max(0, history.size() - changes), history.size()).forEach(this::send);
    }

    /// Tells watchers of the last changes once more, the newest first.
    public synchronized void repeatBackwards(int changes) {
        var last = history.subList(Math.max(0, history.size() - changes), history.size());
        last.reversed().forEach(this::send);
    }

    /// Sends a bookmark to all watchers.
    public synchronized void bookmark() {
        watchers.forEach(watcher -> watcher.changes().add(new Change("BOOKMARK", version, null)));
    }

    /// Forgets what happened so far: whoever watches from before gets 410.
    public synchronized void compact() {
        history.clear();
        compacted = version;
    }

    /// Counts versions from the beginning again and knows of nothing before, as after a restore of
    /// its database. Whoever watches from a later version hears nothing until it comes.
    public synchronized void rewind() {
        history.clear();
        compacted = 0;
        version = 1;
        for (var all : objects.values()) {
            all.replaceAll((_, object) -> ApiObject.of(object.content(), ++version));
        }
    }

    /// Keeps its state for [#restore].
    public synchronized void backUp() {
        backup.clear();
        objects.forEach((kind, all) -> backup.put(kind, new LinkedHashMap<>(all)));
        backupVersion = version;
    }

    /// Is as it was at [#backUp], its versions too.
    public synchronized void restore() {
        history.clear();
        compacted = 0;
        version = backupVersion;
        objects.clear();
        backup.forEach((kind, all) -> objects.put(kind, new LinkedHashMap<>(all)));
    }

    /// Ends all watches with 410.
    public synchronized void expire() {
        compact();
        compacted = ++version;
        watchers.forEach(watcher -> watcher.changes().add(new Change("EXPIRED", version, null)));
    }

    /// Ends all watches, as servers do after some minutes.
    public void endWatches() {
        watchers.forEach(watcher -> watcher.changes().add(new Change("END", 0, null)));
    }

    /// Resets all connections.
    public void reset() {
        for (var socket : connections) {
            try {
                socket.setSoLinger(true, 0);
                socket.close();
            } catch (IOException _) {
                // It was closed already.
            }
        }
    }

    /// Passes nothing on any more over the connections that there are, and leaves them open.
    public void hold() {
        connections.forEach(socket -> ((HoldableSocket) socket).hold());
    }

    /// Closes the port and resets all connections.
    public void stop() throws IOException {
        var open = listener;
        if (open != null) {
            open.close();
        }
        reset();
    }

    /// Opens the port again after [#stop].
    public void restart() throws IOException {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(10);
        ServerSocket opened = null;
        while (opened == null) {
            try {
                opened = listen(port);
            } catch (BindException e) {
                // A client that tries again and again may have got the port for its own end.
                if (System.nanoTime() > end) {
                    throw e;
                }
            }
        }
        listener = opened;
        accept(opened);
    }

    synchronized long version() {
        return version;
    }

    /// Encodes what is there, so that no client has to wait for it.
    synchronized void encodeAll() {
        objects.values().forEach(all -> all.values().forEach(object -> object.protobuf(protobuf)));
    }

    private Map<String, ApiObject> ofKind(String kind) {
        return objects.computeIfAbsent(kind, _ -> new LinkedHashMap<>());
    }

    synchronized List<ApiObject> list(String kind, Predicate<ApiObject> selects) {
        return ofKind(kind).values().stream().filter(selects).toList();
    }

    /// Registers a watcher that has seen everything up to a version; null if that is too long ago.
    synchronized @Nullable Watcher watch(String kind, Predicate<ApiObject> selects, long from) {
        if (from < compacted) {
            return null;
        }
        var watcher = new Watcher(kind, selects, from, new LinkedBlockingQueue<>());
        for (var change : history) {
            var seen = change.among(kind, selects);
            if (seen != null && change.version() > from) {
                watcher.changes().add(seen);
            }
        }
        watchers.add(watcher);
        return watcher;
    }

    /// The same, after all there is.
    synchronized Watcher watchAll(String kind, Predicate<ApiObject> selects) {
        var watcher = new Watcher(kind, selects, version, new LinkedBlockingQueue<>());
        list(kind, selects).forEach(o -> watcher.changes().add(new Change("ADDED", o.version, o)));
        watcher.changes().add(new Change("END_OF_LIST", version, null));
        watchers.add(watcher);
        return watcher;
    }

    void forget(Watcher watcher) {
        watchers.remove(watcher);
    }

    @Override
    public void close() throws IOException {
        stop();
    }
}
