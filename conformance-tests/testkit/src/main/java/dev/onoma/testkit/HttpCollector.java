package dev.onoma.testkit;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/// Takes what programs send over HTTP on loopback, and keeps it.
public final class HttpCollector implements AutoCloseable {
    private static final long PATIENCE_SECONDS = 20;

    private final HttpServer server;
    private final LinkedBlockingQueue<Request> requests = new LinkedBlockingQueue<>();
    private volatile int status = 202;

    /// A request, as it came.
    public record Request(String method, String path, String mediaType, byte[] body) {
        public String text() {
            return new String(body, StandardCharsets.UTF_8);
        }
    }

    public HttpCollector() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", this::take);
        server.start();
    }

    private void take(HttpExchange exchange) throws IOException {
        try (exchange) {
            var body = exchange.getRequestBody().readAllBytes();
            exchange.sendResponseHeaders(status, -1);
            requests.add(
                    new Request(
                            exchange.getRequestMethod(),
                            exchange.getRequestURI().getPath(),
                            String.valueOf(exchange.getRequestHeaders().getFirst("Content-Type")),
                            body));
        }
    }

    /// Where it listens.
    public int port() {
        return server.getAddress().getPort();
    }

    /// What is answered from now on.
    public void status(int code) {
        status = code;
    }

    /// Waits for the next request.
    public Request next() throws InterruptedException {
        var request = requests.poll(PATIENCE_SECONDS, TimeUnit.SECONDS);
        if (request == null) {
            throw new AssertionError("nothing came in " + PATIENCE_SECONDS + " s");
        }
        return request;
    }

    /// How many requests nobody has looked at.
    public int waiting() {
        return requests.size();
    }

    @Override
    public void close() {
        server.stop(0);
    }
}
