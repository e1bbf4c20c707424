package dev.onoma.plugins.acl;

import dev.onoma.api.Metrics;
import dev.onoma.api.Metrics.Counter;
import dev.onoma.api.Metrics.Family;
import dev.onoma.api.PerView;
import dev.onoma.api.Query;

/// What became of queries, under CoreDNS's names.
final class AclMetrics {
    private final Family<Counter> blocked;
    private final Family<Counter> filtered;
    private final Family<Counter> dropped;
    private final PerView<Counter> allowed;

    AclMetrics(Metrics metrics) {
        blocked =
                denials(
                        metrics,
                        "coredns_acl_blocked_requests_total",
                        "Counter of DNS requests being blocked.");
        filtered =
                denials(
                        metrics,
                        "coredns_acl_filtered_requests_total",
                        "Counter of DNS requests being filtered.");
        dropped =
                denials(
                        metrics,
                        "coredns_acl_dropped_requests_total",
                        "Counter of DNS requests being dropped.");
        var all =
                metrics.counters(
                        "coredns_acl_allowed_requests_total",
                        "Counter of DNS requests being allowed.",
                        "server",
                        "view");
        allowed = new PerView<>(all::with);
    }

    private static Family<Counter> denials(Metrics metrics, String name, String help) {
        return metrics.counters(name, help, "server", "zone", "view");
    }

    void blocked(Query query, String zone) {
        blocked.with(query.server(), zone, query.view()).inc();
    }

    void filtered(Query query, String zone) {
        filtered.with(query.server(), zone, query.view()).inc();
    }

    void dropped(Query query, String zone) {
        dropped.with(query.server(), zone, query.view()).inc();
    }

    void allowed(Query query) {
        allowed.of(query).inc();
    }
}
