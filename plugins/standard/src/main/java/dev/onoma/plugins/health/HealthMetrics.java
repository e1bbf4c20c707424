package dev.onoma.plugins.health;

import dev.onoma.api.Metrics;

/// What is measured about the page, by asking it.
record HealthMetrics(Metrics.Histogram seconds, Metrics.Counter failures) {
    private static final double[] BUCKETS = {0.00025, 0.0025, 0.025, 0.25, 2.5};

    static HealthMetrics of(Metrics metrics) {
        return new HealthMetrics(
                metrics.histograms(
                                "coredns_health_request_duration_seconds",
                                "Histogram of the time (in seconds) each request took.",
                                BUCKETS)
                        .with(),
                metrics.counters(
                                "coredns_health_request_failures_total",
                                "The number of times the health check failed.")
                        .with());
    }
}
