package dev.onoma.plugins.autopath;

import dev.onoma.api.Metrics;
import dev.onoma.api.Metrics.Counter;
import dev.onoma.api.Metrics.Family;

/// The metrics of this plugin, under CoreDNS's names.
final class AutopathMetrics {
    private final Family<Counter> succeeded;

    AutopathMetrics(Metrics metrics) {
        succeeded =
                metrics.counters(
                        "coredns_autopath_success_total",
                        "Counter of requests that did autopath.",
                        "server");
    }

    /// A query was answered for the client's search path.
    void succeeded(String server) {
        succeeded.with(server).inc();
    }
}
