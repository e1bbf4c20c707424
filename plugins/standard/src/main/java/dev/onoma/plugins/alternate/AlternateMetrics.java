package dev.onoma.plugins.alternate;

import dev.onoma.api.Metrics;
import dev.onoma.api.Metrics.Counter;
import dev.onoma.api.Metrics.Family;

/// How often others were asked.
record AlternateMetrics(Family<Counter> queries) {
    AlternateMetrics(Metrics metrics) {
        this(
                metrics.counters(
                        "coredns_alternate_queries_total",
                        "Counter of queries for which other upstreams were asked.",
                        "rcode"));
    }
}
