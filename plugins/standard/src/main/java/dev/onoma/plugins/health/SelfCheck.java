package dev.onoma.plugins.health;

import dev.onoma.api.Durations;
import dev.onoma.api.Endpoint;
import dev.onoma.api.Log;
import dev.onoma.api.ServerBlock;
import dev.onoma.api.Time;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.function.IntSupplier;
import org.jspecify.annotations.Nullable;

/// Asks the page every second, as a probe would, and measures how long that takes: the first sign
/// of a machine that is overloaded.
final class SelfCheck {
    private static final Duration PERIOD = Duration.ofSeconds(1);
    private static final Duration SLOW = Duration.ofSeconds(1);
    private static final int TIMEOUT_MILLIS = 3000;

    private final Endpoint address;
    private final IntSupplier port;
    private final String path;
    private final HealthMetrics metrics;
    private final Log log;
    private final Time time;
    private Time.@Nullable Task task;

    /// @param port on which the page is, known once it is open
    SelfCheck(Endpoint address, IntSupplier port, ServerBlock block, String path) {
        this.address = address;
        this.port = port;
        this.path = path;
        metrics = HealthMetrics.of(block.metrics());
        log = block.log("health");
        time = block.time();
    }

    synchronized void start() {
        task = time.every(PERIOD, this::check);
    }

    synchronized void stop() {
        var running = task;
        if (running != null) {
            running.cancel();
        }
    }

    private String url() {
        var host = address.host().isEmpty() ? "localhost" : address.host();
        var bracketed = host.contains(":") ? "[" + host + "]" : host;
        return "http://" + bracketed + ":" + port.getAsInt() + path;
    }

    /// Asks once.
    void check() {
        long begin = time.nanos();
        try {
            ask();
            var took = Duration.ofNanos(time.nanos() - begin);
            metrics.seconds().observe(took.toNanos() * 1e-9);
            if (took.compareTo(SLOW) > 0) {
                log.warning(
                        "Local health request to \"%s\" took more than 1s: %s"
                                .formatted(url(), Durations.format(took)));
            }
        } catch (IOException e) {
            metrics.failures().inc();
            metrics.seconds().observe((time.nanos() - begin) * 1e-9);
            log.warning(
                    "Local health request to \"%s\" failed: %s".formatted(url(), e.getMessage()));
        }
    }

    private void ask() throws IOException {
        var host = address.host().isEmpty() ? "localhost" : address.host();
        try (var socket = new Socket()) {
            socket.connect(new InetSocketAddress(host, port.getAsInt()), TIMEOUT_MILLIS);
            socket.setSoTimeout(TIMEOUT_MILLIS);
            var request =
                    "GET %s HTTP/1.1\r\nHost: %s\r\nConnection: close\r\n\r\n"
                            .formatted(path, host);
            socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
            var head = new String(socket.getInputStream().readNBytes(12), StandardCharsets.UTF_8);
            if (!head.equals("HTTP/1.1 200")) {
                throw new IOException("answered \"" + head + "\" instead of HTTP/1.1 200");
            }
        }
    }
}
