package dev.onoma.plugins.finalize;

import dev.onoma.api.Metrics;
import dev.onoma.api.Metrics.Counter;
import dev.onoma.api.Metrics.Family;

/// What became of aliases, under the names of the plugin for CoreDNS.
record FinalizeMetrics(
        Family<Counter> requests,
        Family<Counter> circles,
        Family<Counter> dangling,
        Family<Counter> depthReached,
        Family<Counter> upstreamErrors,
        Family<Metrics.Histogram> seconds) {
    private static final double[] BUCKETS = {
        0.00025, 0.0005, 0.001, 0.002, 0.004, 0.008, 0.016, 0.032, 0.064, 0.128, 0.256, 0.512, 1.024
    };

    FinalizeMetrics(Metrics metrics) {
        this(
                counters(
                        metrics,
                        "coredns_finalize_request_count_total",
                        "Counter of answers with an alias."),
                counters(
                        metrics,
                        "coredns_finalize_circular_reference_count_total",
                        "Counter of aliases that lead in a circle."),
                counters(
                        metrics,
                        "coredns_finalize_dangling_cname_count_total",
                        "Counter of aliases that lead to no address."),
                counters(
                        metrics,
                        "coredns_finalize_maxdepth_reached_count_total",
                        "Counter of chains of aliases that are too long."),
                counters(
                        metrics,
                        "coredns_finalize_maxdepth_upstream_error_count_total",
                        "Counter of look-ups of a target that failed."),
                metrics.histograms(
                        "coredns_finalize_request_duration_seconds",
                        "Histogram of the time it took to follow aliases.",
                        BUCKETS,
                        "server"));
    }

    private static Family<Counter> counters(Metrics metrics, String name, String help) {
        return metrics.counters(name, help, "server");
    }
}
