package dev.onoma.plugins.shed;

import dev.onoma.api.Handler;
import dev.onoma.api.Metrics;
import dev.onoma.api.Next;
import dev.onoma.api.Outcome;
import dev.onoma.api.Query;
import dev.onoma.api.Transport;
import java.util.concurrent.atomic.AtomicInteger;

/// Counts the queries over UDP that wait, and drops those beyond the limit. What is answered at
/// once is never counted.
final class ShedHandler implements Handler {
    /// The most queries of a server block that wait: as many answers as CoreDNS lets wait.
    static final int WAITING_MAX = 1024;

    private final AtomicInteger waiting = new AtomicInteger();
    private final Metrics.Family<Metrics.Counter> dropped;

    ShedHandler(Metrics metrics) {
        dropped =
                metrics.counters(
                        "coredns_shed_dropped_total",
                        "Counter of UDP messages dropped by load shedding.",
                        "server",
                        "reason");
    }

    @Override
    public Outcome handle(Query query, Next next) {
        if (query.transport() != Transport.UDP) {
            return next.handle(query);
        }
        if (waiting.get() >= WAITING_MAX) {
            dropped.with(query.server(), "query").inc();
            return Outcome.dropped("shed");
        }
        var outcome = next.handle(query);
        if (outcome instanceof Outcome.Later later) {
            waiting.incrementAndGet();
            return new Outcome.Later(
                    later.stage().whenComplete((_, _) -> waiting.decrementAndGet()));
        }
        return outcome;
    }
}
