package dev.onoma.plugins.quic;

import dev.onoma.api.Metrics;

/// What became of queries.
final class QuicMetrics {
    private QuicMetrics() {}

    static Metrics.Family<Metrics.Counter> responses(Metrics metrics) {
        return metrics.counters(
                "coredns_dns_quic_responses_total",
                "Counter of DoQ responses per server and QUIC application code.",
                "server",
                "status");
    }
}
