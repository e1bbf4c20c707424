package dev.onoma.plugins.grpc;

import dev.onoma.api.Endpoint;
import dev.onoma.api.MetricLabels;
import dev.onoma.api.Metrics;
import dev.onoma.api.Tls;
import io.netty.channel.EventLoop;
import io.netty.channel.unix.DomainSocketAddress;
import java.net.SocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import javax.net.ssl.SSLEngine;
import org.jspecify.annotations.Nullable;

/// A server that is asked, with the connections of each event loop to it: one, and more while that
/// one has as many queries as the server allows.
final class GrpcUpstream {
    static final int CONNECTIONS_MAX = 4;

    /// Who has just failed is asked last for so long.
    private static final long SUSPECT_NANOS = Duration.ofSeconds(5).toNanos();

    private final GrpcOptions options;
    private final Endpoint endpoint;
    private final SocketAddress address;
    private final String label;
    private final GrpcMetrics metrics;
    private final Metrics.Counter requests;
    private final Metrics.Counter failures;
    private final Metrics.Histogram seconds;
    private final Map<EventLoop, List<GrpcConnection>> connections = new ConcurrentHashMap<>();
    private volatile boolean failed;
    private volatile long failedNanos;

    GrpcUpstream(Endpoint endpoint, GrpcOptions options, GrpcMetrics metrics) {
        this.endpoint = endpoint;
        this.options = options;
        this.metrics = metrics;
        boolean local = endpoint.scheme().equals("unix");
        address =
                local
                        ? new DomainSocketAddress(endpoint.host())
                        : endpoint.socketAddress().orElseThrow();
        label = local ? "unix://" + endpoint.host() : endpoint.toString();
        requests = metrics.requests(label);
        failures = metrics.failures(label);
        seconds = metrics.seconds(label);
    }

    SocketAddress address() {
        return address;
    }

    /// `HOST:PORT`, the label `to` of metrics.
    String label() {
        return label;
    }

    /// Our side of a new TLS connection; null for clear text.
    @Nullable SSLEngine engine() {
        var context = options.context();
        if (context == null) {
            return null;
        }
        var name = options.tlsName().isEmpty() ? endpoint.host() : options.tlsName();
        var engine = Tls.engine(context, name, endpoint.port());
        var parameters = engine.getSSLParameters();
        parameters.setApplicationProtocols(new String[] {"h2"});
        engine.setSSLParameters(parameters);
        return engine;
    }

    /// Sends a call on its way. On the event loop.
    void send(GrpcCall call, EventLoop loop) {
        var mine = connections.computeIfAbsent(loop, _ -> new ArrayList<>(1));
        mine.removeIf(connection -> !connection.isOpen());
        for (var connection : mine) {
            if (connection.hasRoom()) {
                connection.send(call);
                return;
            }
        }
        if (mine.size() >= CONNECTIONS_MAX) {
            call.failed(GrpcCall.RESOURCE_EXHAUSTED, "too many queries at once", false);
            return;
        }
        var opened = new GrpcConnection(this, loop);
        mine.add(opened);
        opened.open();
        opened.send(call);
    }

    void answered(String rcode, long nanos) {
        failed = false;
        requests.inc();
        metrics.responses().with(rcode, label).inc();
        seconds.observe(nanos / 1e9);
    }

    void answered(int rcode, long nanos) {
        answered(MetricLabels.rcode(rcode), nanos);
    }

    void failed(long nowNanos) {
        failures.inc();
        failedNanos = nowNanos;
        failed = true;
    }

    boolean isSuspect(long nowNanos) {
        return failed && nowNanos - failedNanos < SUSPECT_NANOS;
    }

    void close() {
        connections.forEach((loop, mine) ->
                loop.execute(() -> List.copyOf(mine).forEach(GrpcConnection::close)));
    }
}
