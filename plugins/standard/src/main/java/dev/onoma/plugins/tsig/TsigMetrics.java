package dev.onoma.plugins.tsig;

import dev.onoma.api.Metrics;

/// What is counted of signed queries, and of those that should be. CoreDNS has nothing like it.
final class TsigMetrics {
    private final Metrics.Family<Metrics.Counter> requests;

    TsigMetrics(Metrics metrics) {
        requests =
                metrics.counters(
                        "onoma_tsig_requests_total",
                        "Queries that are signed, or have to be, by what became of them.",
                        "server",
                        "result");
    }

    void count(String server, String result) {
        requests.with(server, result).inc();
    }
}
