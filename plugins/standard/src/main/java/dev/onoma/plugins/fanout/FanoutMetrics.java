package dev.onoma.plugins.fanout;

import dev.onoma.api.Metrics;
import dev.onoma.api.Metrics.Counter;
import dev.onoma.api.Metrics.Family;

/// How upstreams do, under the names of the plugin for CoreDNS.
record FanoutMetrics(
        Family<Metrics.Histogram> seconds, Family<Counter> requests, Family<Counter> rcodes) {
    private static final double[] BUCKETS = {
        0.00025, 0.0005, 0.001, 0.002, 0.004, 0.008, 0.016, 0.032, 0.064, 0.128, 0.256, 0.512,
        1.024, 2.048, 4.096, 8.192
    };

    FanoutMetrics(Metrics metrics) {
        this(
                metrics.histograms(
                        "coredns_fanout_request_duration_seconds",
                        "Histogram of the time each upstream took.",
                        BUCKETS,
                        "to"),
                metrics.counters(
                        "coredns_fanout_request_count_total",
                        "Counter of queries per upstream.",
                        "to"),
                metrics.counters(
                        "coredns_fanout_response_rcode_count_total",
                        "Counter of response codes per upstream.",
                        "to",
                        "rcode"));
    }
}
