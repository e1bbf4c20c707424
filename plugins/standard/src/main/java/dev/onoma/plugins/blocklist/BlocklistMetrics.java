package dev.onoma.plugins.blocklist;

import dev.onoma.api.Metrics;
import dev.onoma.api.Metrics.Counter;
import dev.onoma.api.Metrics.Family;
import dev.onoma.api.Metrics.Gauge;

/// What is listed, and how often it is asked for.
record BlocklistMetrics(Family<Counter> blocked, Gauge names, Gauge readAt, Counter failures) {
    BlocklistMetrics(Metrics metrics) {
        this(
                metrics.counters(
                        "coredns_blocklist_blocked_total",
                        "Counter of queries for listed names, by what became of them.",
                        "server",
                        "action"),
                metrics.gauges("coredns_blocklist_names", "The number of names that are listed.")
                        .with(),
                metrics.gauges(
                                "coredns_blocklist_read_timestamp_seconds",
                                "When the lists were last read.")
                        .with(),
                metrics.counters(
                                "coredns_blocklist_read_failures_total",
                                "Counter of attempts to read the lists that failed.")
                        .with());
    }
}
