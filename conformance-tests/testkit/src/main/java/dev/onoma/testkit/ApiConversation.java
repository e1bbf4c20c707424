package dev.onoma.testkit;

import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import javax.net.ssl.SSLPeerUnverifiedException;
import javax.net.ssl.SSLSocket;
import org.jspecify.annotations.Nullable;

/// One connection of a client to an [ApiServer]: HTTP/1.1, one request after the other.
final class ApiConversation {
    private static final String PROTOBUF = "application/vnd.kubernetes.protobuf";
    private static final int PAGE_MAX = 10_000;

    private final ApiServer server;
    private final Socket socket;
    private final InputStream in;
    private final OutputStream out;
    private Map<String, String> query = Map.of();
    private boolean protobuf;
    private String authorization = "";
    private Thread listening = new Thread(() -> {});

    ApiConversation(ApiServer server, Socket socket) throws IOException {
        this.server = server;
        this.socket = socket;
        this.in = new BufferedInputStream(socket.getInputStream());
        this.out = new BufferedOutputStream(socket.getOutputStream(), 32 << 10);
        socket.setTcpNoDelay(true);
    }

    void run() throws IOException, InterruptedException {
        for (var line = line(); !line.isEmpty(); line = line()) {
            var accept = "";
            authorization = "";
            for (var header = line(); !header.isEmpty(); header = line()) {
                if (header.regionMatches(true, 0, "accept:", 0, 7)) {
                    accept = header;
                } else if (header.regionMatches(true, 0, "authorization:", 0, 14)) {
                    authorization = header.substring(14).strip();
                }
            }
            server.faults.awaitGo();
            listen();
            protobuf = accept.contains(PROTOBUF) && !server.faults.protobufRefused();
            answer(List.of(line.split(" ", 3)).get(1));
            out.flush();
            listening.join();
        }
    }

    /// Reads on while a response is written, as servers do, so that TLS answers what is for it.
    private void listen() {
        if (socket instanceof SSLSocket) {
            listening =
                    Thread.startVirtualThread(() -> {
                        try {
                            in.mark(1);
                            var _ = in.read();
                            in.reset();
                        } catch (IOException _) {
                            // Whoever reads the next request meets with it again.
                        }
                    });
        }
    }

    /// The name of the client's certificate, if it has shown one.
    private String client() {
        try {
            return socket instanceof SSLSocket secured
                    ? secured.getSession().getPeerPrincipal().getName()
                    : "";
        } catch (SSLPeerUnverifiedException _) {
            return "";
        }
    }

    private String line() throws IOException {
        var line = new StringBuilder();
        for (int c = in.read(); c >= 0 && c != '\n'; c = in.read()) {
            if (c != '\r') {
                line.append((char) c);
            }
        }
        return line.toString();
    }

    private void answer(String target) throws IOException, InterruptedException {
        int mark = target.indexOf('?');
        var path = mark < 0 ? target : target.substring(0, mark);
        query = query(mark < 0 ? "" : target.substring(mark + 1));
        var resource = path.substring(path.lastIndexOf('/') + 1);
        var kind = kind(resource);
        if (path.equals("/version")) {
            whole(200, "{\"major\":\"1\",\"minor\":\"34\",\"gitVersion\":\"v1.34.0\"}");
            return;
        }
        if (resource.equals("log")) {
            whole(200, server.podLog(path));
            return;
        }
        if (kind.isEmpty()) {
            refuse(404, "NotFound", "");
            return;
        }
        protobuf = protobuf && !kind.equals("ServiceImport");
        if (server.faults.isRefused(authorization, client())) {
            refuse(401, "Unauthorized", "");
            return;
        }
        var refusal = server.faults.refusal(resource);
        if (refusal != null) {
            long seconds = refusal.retryAfter().toSeconds();
            refuse(
                    refusal.status(),
                    "Refused",
                    seconds == 0 ? "" : "Retry-After: " + seconds + "\r\n");
            return;
        }
        var selects =
                Selectors.ofLabels(query.getOrDefault("labelSelector", ""))
                        .and(Selectors.ofFields(query.getOrDefault("fieldSelector", "")))
                        .and(namespace(path));
        boolean watches = query.containsKey("watch") && !"false".equals(query.get("watch"));
        if (!watches) {
            server.count("list " + resource);
            if (query.containsKey("continue") && server.faults.isPageExpired()) {
                refuse(410, "Expired", "");
            } else {
                list(path, kind, selects);
            }
        } else if ("true".equals(query.get("sendInitialEvents"))) {
            server.count("stream " + resource);
            stream(path, kind, selects);
        } else {
            server.count("watch " + resource);
            var watcher = server.watch(kind, selects, number(query.get("resourceVersion")));
            if (watcher == null) {
                refuse(410, "Expired", "");
            } else {
                follow(watcher, path);
            }
        }
    }

    private void stream(String path, String kind, Predicate<ApiObject> selects)
            throws IOException, InterruptedException {
        if (server.faults.streamingListsRefused()) {
            refuse(422, "Invalid", "");
        } else if (server.faults.streamingListsFailing()) {
            head(200, protobuf ? PROTOBUF + ";stream=watch" : "application/json", "");
            chunk(event("ERROR", "v1", "Status", status(500, "InternalError")));
            chunk(new byte[0]);
        } else {
            follow(server.watchAll(kind, selects), path);
        }
    }

    private static Map<String, String> query(String text) {
        var query = new HashMap<String, String>();
        for (var part : List.of(text.split("&", -1))) {
            int equals = part.indexOf('=');
            if (equals > 0) {
                query.put(
                        part.substring(0, equals),
                        URLDecoder.decode(part.substring(equals + 1), StandardCharsets.UTF_8));
            }
        }
        return query;
    }

    private static long number(@Nullable String text) {
        return text == null || text.isEmpty() ? 0 : Long.parseLong(text);
    }

    private static String kind(String resource) {
        return switch (resource) {
            case "namespaces" -> "Namespace";
            case "services" -> "Service";
            case "pods" -> "Pod";
            case "endpointslices" -> "EndpointSlice";
            case "serviceimports" -> "ServiceImport";
            default -> "";
        };
    }

    /// `/api/v1/namespaces/shop/services` has those of one namespace.
    private static Predicate<ApiObject> namespace(String path) {
        var within = path.replaceFirst(".*/namespaces/([^/]+)/[^/]+$", "$1");
        return within.equals(path) ? _ -> true : o -> o.key.startsWith(within + "/");
    }

    private String apiVersion(String path) {
        return path.startsWith("/apis/")
                ? path.replaceFirst("^/apis/([^/]+/[^/]+)/.*", "$1")
                : "v1";
    }

    private void list(String path, String kind, Predicate<ApiObject> selects)
            throws IOException, InterruptedException {
        var all = server.list(kind, selects);
        // A list from the watch cache, version 0, does not care for the limit.
        boolean cached = "0".equals(query.get("resourceVersion"));
        int limit = (int) number(query.get("limit"));
        int from = (int) number(query.get("continue"));
        int page = limit == 0 || cached ? all.size() : Math.min(limit, PAGE_MAX);
        int to = Math.min(all.size(), from + Math.min(page, server.faults.pageMax()));
        var metadata = new HashMap<String, Object>();
        metadata.put("resourceVersion", "" + server.version());
        if (to < all.size()) {
            metadata.put("continue", "" + to);
        }
        head(200, protobuf ? PROTOBUF : "application/json", "");
        int cut = server.faults.cut(to - from);
        if (protobuf) {
            protobufList(apiVersion(path), kind, metadata, all.subList(from, to), cut);
        } else {
            jsonList(apiVersion(path), kind, metadata, all.subList(from, to), cut);
        }
        chunk(new byte[0]);
    }

    /// @param cut after how many items the body ends early; -1 for never
    private void jsonList(
            String apiVersion,
            String kind,
            Map<String, Object> metadata,
            List<ApiObject> items,
            int cut)
            throws IOException, InterruptedException {
        chunk(
                octets(
                        "{\"kind\":\"%sList\",\"apiVersion\":\"%s\",\"metadata\":%s,\"items\":["
                                .formatted(kind, apiVersion, Json.write(metadata))));
        var separator = "";
        for (var item : cut < 0 ? items : items.subList(0, cut)) {
            var piece = new ByteArrayOutputStream();
            piece.writeBytes(octets(separator));
            piece.writeBytes(item.json());
            chunk(piece.toByteArray());
            separator = ",";
        }
        if (cut < 0) {
            chunk(octets("]}\n"));
        }
    }

    private void protobufList(
            String apiVersion,
            String kind,
            Map<String, Object> metadata,
            List<ApiObject> items,
            int cut)
            throws IOException, InterruptedException {
        var head = new ByteArrayOutputStream();
        Protobuf.delimited(head, 1, server.protobuf.message("ListMeta", metadata));
        long length = head.size();
        for (var item : items) {
            int octets = item.protobuf(server.protobuf).length;
            length += 1 + varintLength(octets) + octets;
        }
        var begin = new ByteArrayOutputStream();
        begin.writeBytes(Protobuf.envelope(apiVersion, kind + "List"));
        begin.write(2 << 3 | 2);
        Protobuf.varint(begin, length);
        begin.writeBytes(head.toByteArray());
        chunk(begin.toByteArray());
        int sent = 0;
        for (var item : cut < 0 ? items : items.subList(0, cut)) {
            var piece = new ByteArrayOutputStream();
            Protobuf.delimited(piece, 2, item.protobuf(server.protobuf));
            chunk(piece.toByteArray());
            mayBreak(++sent);
        }
    }

    private static int varintLength(long value) {
        var out = new ByteArrayOutputStream();
        Protobuf.varint(out, value);
        return out.size();
    }

    private void follow(ApiServer.Watcher watcher, String path)
            throws IOException, InterruptedException {
        try {
            head(200, protobuf ? PROTOBUF + ";stream=watch" : "application/json", "");
            out.flush();
            int sent = 0;
            while (true) {
                var change = watcher.changes().take();
                if (change.type().equals("END")) {
                    chunk(new byte[0]);
                    return;
                }
                if (!change.type().equals("END_OF_LIST") || !server.faults.bookmarksWithheld()) {
                    chunk(event(change, watcher.kind(), apiVersion(path)));
                }
                if (watcher.changes().isEmpty()) {
                    out.flush();
                }
                mayBreak(++sent);
                if (change.type().equals("EXPIRED")) {
                    chunk(new byte[0]);
                    return;
                }
            }
        } finally {
            server.forget(watcher);
        }
    }

    private void mayBreak(int sent) throws IOException {
        if (server.faults.breaksAt(sent)) {
            out.flush();
            throw new IOException("the test wants it so");
        }
    }

    private byte[] event(ApiServer.Change change, String kind, String apiVersion) {
        var object = change.object();
        if (object != null) {
            return event(change.type(), object);
        }
        if (change.type().equals("EXPIRED")) {
            return event("ERROR", "v1", "Status", status(410, "Expired"));
        }
        var metadata = new HashMap<String, Object>();
        metadata.put("resourceVersion", "" + change.version());
        if (change.type().equals("END_OF_LIST")) {
            metadata.put("annotations", Map.of("k8s.io/initial-events-end", "true"));
        }
        metadata.put("creationTimestamp", "1970-01-01T00:00:00Z");
        return event("BOOKMARK", apiVersion, kind, Map.of("metadata", metadata));
    }

    private byte[] event(String type, ApiObject object) {
        if (!protobuf) {
            return jsonEvent(type, object.json());
        }
        return Protobuf.event(
                type,
                Protobuf.enveloped(
                        object.apiVersion(), object.kind, object.protobuf(server.protobuf)));
    }

    private byte[] event(String type, String apiVersion, String kind, Map<String, ?> object) {
        if (protobuf) {
            return Protobuf.event(
                    type,
                    Protobuf.enveloped(apiVersion, kind, server.protobuf.message(kind, object)));
        }
        var whole = new HashMap<String, Object>(object);
        whole.put("apiVersion", apiVersion);
        whole.put("kind", kind);
        return jsonEvent(type, octets(Json.write(whole)));
    }

    private static byte[] jsonEvent(String type, byte[] object) {
        var out = new ByteArrayOutputStream();
        out.writeBytes(octets("{\"type\":\"" + type + "\",\"object\":"));
        out.writeBytes(object);
        out.writeBytes(octets("}\n"));
        return out.toByteArray();
    }

    private static Map<String, Object> status(int code, String reason) {
        return Map.of("status", "Failure", "reason", reason, "message", reason, "code", code);
    }

    private void refuse(int status, String reason, String headers) throws IOException {
        var body = new HashMap<>(status(status, reason));
        body.put("kind", "Status");
        body.put("apiVersion", "v1");
        var octets = octets(Json.write(body));
        out.write(
                octets(
                        "HTTP/1.1 %d %s\r\nContent-Type: application/json\r\nContent-Length: %d\r\n%s\r\n"
                                .formatted(status, reason, octets.length, headers)));
        out.write(octets);
    }

    private void whole(int status, String body) throws IOException {
        out.write(
                octets(
                        "HTTP/1.1 %d OK\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n%s"
                                .formatted(status, body.length(), body)));
    }

    private void head(int status, String type, String headers) throws IOException {
        out.write(
                octets(
                        "HTTP/1.1 %d OK\r\nContent-Type: %s\r\nTransfer-Encoding: chunked\r\n%s\r\n"
                                .formatted(status, type, headers)));
    }

    private void chunk(byte[] octets) throws IOException, InterruptedException {
        server.faults.awaitGo();
        out.write(octets(Integer.toHexString(octets.length) + "\r\n"));
        out.write(octets);
        out.write('\r');
        out.write('\n');
    }

    private static byte[] octets(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
