package dev.onoma.plugins.grpc;

import dev.onoma.api.Metrics;

/// What is counted of each upstream.
final class GrpcMetrics {
    private static final double SECONDS_MIN = 0.00025;
    private static final int BUCKETS = 16;

    private final Metrics.Family<Metrics.Counter> requests;
    private final Metrics.Family<Metrics.Counter> responses;
    private final Metrics.Family<Metrics.Histogram> seconds;
    private final Metrics.Family<Metrics.Counter> failures;

    GrpcMetrics(Metrics metrics) {
        requests =
                metrics.counters(
                        "coredns_grpc_requests_total",
                        "Counter of requests made per upstream.",
                        "to");
        responses =
                metrics.counters(
                        "coredns_grpc_responses_total",
                        "Counter of requests made per upstream.",
                        "rcode",
                        "to");
        var buckets = new double[BUCKETS];
        for (int i = 0; i < BUCKETS; i++) {
            buckets[i] = SECONDS_MIN * (1 << i);
        }
        seconds =
                metrics.histograms(
                        "coredns_grpc_request_duration_seconds",
                        "Histogram of the time each request took.",
                        buckets,
                        "to");
        failures =
                metrics.counters(
                        "onoma_grpc_failures_total",
                        "Requests that an upstream did not answer.",
                        "to");
    }

    Metrics.Family<Metrics.Counter> responses() {
        return responses;
    }

    Metrics.Counter requests(String to) {
        return requests.with(to);
    }

    Metrics.Histogram seconds(String to) {
        return seconds.with(to);
    }

    Metrics.Counter failures(String to) {
        return failures.with(to);
    }
}
