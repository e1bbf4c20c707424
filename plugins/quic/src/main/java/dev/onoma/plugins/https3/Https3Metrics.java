package dev.onoma.plugins.https3;

import dev.onoma.api.Metrics;

/// What became of requests.
final class Https3Metrics {
    private Https3Metrics() {}

    static Metrics.Family<Metrics.Counter> responses(Metrics metrics) {
        return metrics.counters(
                "coredns_dns_https3_responses_total",
                "Counter of DoH3 responses per server and http status code.",
                "server",
                "status");
    }
}
