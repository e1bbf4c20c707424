package dev.onoma.testkit;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;

/// As much of a Kubernetes API server as a DNS server asks for: lists and watches, in JSON.
///
/// Objects may be put and deleted while clients watch. A watch with `sendInitialEvents` begins with
/// all objects and the bookmark that ends them, as real servers do it. One lock guards objects and
/// watchers, so every watcher sees every change once.
final class ApiServer implements AutoCloseable {
    private static final InetAddress LOOPBACK = InetAddress.ofLiteral("127.0.0.1");

    private final HttpServer server;
    private final ExecutorService executor = Executors.newVirtualThreadPerTaskExecutor();
    private final Map<String, Map<String, Object>> objects = new LinkedHashMap<>();
    private final List<Watcher> watchers = new CopyOnWriteArrayList<>();
    private long version = 1;

    /// A client that waits for changes of one kind; an empty text ends it.
    private record Watcher(String kind, BlockingQueue<String> events) {}

    ApiServer() throws IOException {
        server = HttpServer.create(new InetSocketAddress(LOOPBACK, 0), 0);
        server.setExecutor(executor);
        server.createContext("/", this::answer);
        server.start();
    }

    String url() {
        return "http://127.0.0.1:" + server.getAddress().getPort();
    }

    synchronized void put(Map<String, Object> object) {
        var copy = versioned(object);
        var known = objects.put(key(copy), copy);
        tell(known == null ? "ADDED" : "MODIFIED", copy);
    }

    synchronized void delete(Map<String, Object> object) {
        if (objects.remove(key(object)) != null) {
            tell("DELETED", versioned(object));
        }
    }

    private Map<String, Object> versioned(Map<String, Object> object) {
        var copy = new LinkedHashMap<>(object);
        var metadata = Json.object(object.get("metadata"));
        metadata.put("resourceVersion", "" + ++version);
        metadata.putIfAbsent("uid", "uid-" + key(object));
        copy.put("metadata", metadata);
        return copy;
    }

    private static String key(Map<String, Object> object) {
        var metadata = Json.object(object.get("metadata"));
        return Json.kind(object) + " " + metadata.get("namespace") + "/" + metadata.get("name");
    }

    private void tell(String type, Map<String, Object> object) {
        for (var watcher : watchers) {
            if (watcher.kind().equals(Json.kind(object))) {
                watcher.events().add(event(type, object));
            }
        }
    }

    private static String event(String type, Map<String, Object> object) {
        return "{\"type\":\"" + type + "\",\"object\":" + Json.write(object) + "}\n";
    }

    private void answer(HttpExchange exchange) throws IOException {
        try (exchange) {
            var path = exchange.getRequestURI().getPath();
            var query = String.valueOf(exchange.getRequestURI().getQuery());
            var kind = kind(path.substring(path.lastIndexOf('/') + 1));
            exchange.getResponseHeaders().set("Content-Type", "application/json");
            if (path.equals("/version")) {
                send(
                        exchange,
                        200,
                        "{\"major\":\"1\",\"minor\":\"34\",\"gitVersion\":\"v1.34.0\"}");
            } else if (kind.isEmpty()) {
                send(
                        exchange,
                        404,
                        "{\"kind\":\"Status\",\"apiVersion\":\"v1\",\"status\":\"Failure\","
                                + "\"reason\":\"NotFound\",\"code\":404}");
            } else if (query.contains("watch=true") || query.contains("watch=1")) {
                watch(exchange, kind, query.contains("sendInitialEvents=true"));
            } else {
                send(exchange, 200, list(path, kind));
            }
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }

    /// The kind of a resource such as `services`; empty for all that is not served here.
    private static String kind(String resource) {
        return switch (resource) {
            case "services", "namespaces", "pods", "endpointslices", "serviceimports" ->
                    resource.substring(0, resource.length() - 1).toLowerCase(Locale.ROOT);
            default -> "";
        };
    }

    private static void send(HttpExchange exchange, int status, String body) throws IOException {
        var bytes = body.getBytes(StandardCharsets.UTF_8);
        exchange.sendResponseHeaders(status, bytes.length);
        exchange.getResponseBody().write(bytes);
    }

    private synchronized List<Map<String, Object>> ofKind(String kind) {
        return objects.values().stream().filter(o -> Json.kind(o).equals(kind)).toList();
    }

    private synchronized String list(String path, String kind) {
        var items = ofKind(kind);
        var group =
                path.startsWith("/apis/")
                        ? path.replaceFirst("^/apis/([^/]+/[^/]+)/.*", "$1")
                        : "v1";
        return Json.write(
                Map.of(
                        "apiVersion",
                        group,
                        "kind",
                        kindText(kind) + "List",
                        "metadata",
                        Map.of("resourceVersion", "" + version),
                        "items",
                        items));
    }

    private static String kindText(String kind) {
        return switch (kind) {
            case "endpointslice" -> "EndpointSlice";
            case "serviceimport" -> "ServiceImport";
            default -> kind.substring(0, 1).toUpperCase(Locale.ROOT) + kind.substring(1);
        };
    }

    private void watch(HttpExchange exchange, String kind, boolean initial)
            throws IOException, InterruptedException {
        var watcher = new Watcher(kind, new LinkedBlockingQueue<>());
        synchronized (this) {
            if (initial) {
                ofKind(kind).forEach(o -> watcher.events().add(event("ADDED", o)));
                watcher.events().add(bookmark(kind));
            }
            watchers.add(watcher);
        }
        exchange.sendResponseHeaders(200, 0);
        try {
            var out = exchange.getResponseBody();
            for (var event = watcher.events().take();
                    !event.isEmpty();
                    event = watcher.events().take()) {
                out.write(event.getBytes(StandardCharsets.UTF_8));
                out.flush();
            }
        } finally {
            watchers.remove(watcher);
        }
    }

    private String bookmark(String kind) {
        var metadata =
                Map.of(
                        "resourceVersion",
                        "" + version,
                        "annotations",
                        Map.of("k8s.io/initial-events-end", "true"));
        var apiVersion = kind.equals("endpointslice") ? "discovery.k8s.io/v1" : "v1";
        return event(
                "BOOKMARK",
                Map.of("apiVersion", apiVersion, "kind", kindText(kind), "metadata", metadata));
    }

    @Override
    public void close() {
        watchers.forEach(watcher -> watcher.events().add(""));
        server.stop(0);
        executor.shutdownNow();
    }
}
