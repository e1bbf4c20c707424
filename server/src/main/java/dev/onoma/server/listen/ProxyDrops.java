package dev.onoma.server.listen;

import dev.onoma.api.Addresses;
import dev.onoma.api.Log;
import dev.onoma.api.Metrics;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/// What is not served because of its PROXY header: counted, and logged once a second at most, as
/// whoever sends such things may send many. Any thread.
final class ProxyDrops {
    private static final long QUIET_NANOS = Duration.ofSeconds(1).toNanos();

    private final Metrics metrics;
    private final Log log;
    private final Limits limits;
    private final AtomicInteger sessions = new AtomicInteger();
    private final AtomicLong loggedNanos = new AtomicLong(System.nanoTime() - QUIET_NANOS);

    ProxyDrops(Metrics metrics, Log log, Limits limits) {
        this.metrics = metrics;
        this.log = log;
        this.limits = limits;
    }

    /// Of so many peers more the client is known, of all sockets.
    void remembered(int more) {
        metrics.gauges(
                        "onoma_proxyproto_sessions",
                        "Peers whose PROXY header is remembered for later datagrams.")
                .with()
                .set(sessions.addAndGet(more));
    }

    /// There was no room for a peer any more.
    void forgotten() {
        limits.reached("proxy_sessions");
    }

    /// @param what `packet` or `connection`
    void dropped(String what, InetSocketAddress peer, String reason) {
        metrics.counters(
                        "onoma_proxyproto_dropped_total",
                        "Packets and connections that were dropped because of a PROXY header.",
                        "kind")
                .with(what)
                .inc();
        long last = loggedNanos.get();
        long now = System.nanoTime();
        if (now - last >= QUIET_NANOS && loggedNanos.compareAndSet(last, now)) {
            log.queued()
                    .warning(
                            "dropping invalid Proxy Protocol %s from %s: %s"
                                    .formatted(what, Addresses.text(peer), reason));
        }
    }
}
