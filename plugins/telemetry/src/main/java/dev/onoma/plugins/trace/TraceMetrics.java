package dev.onoma.plugins.trace;

import dev.onoma.api.Metrics;

/// What went to a collector, and what was lost.
record TraceMetrics(Metrics.Counter sent, Metrics.Counter dropped, Metrics.Counter failures) {
    TraceMetrics(Metrics metrics, String endpoint) {
        this(
                metrics.counters(
                                "onoma_trace_spans_sent_total",
                                "Spans that a collector has taken.",
                                "endpoint")
                        .with(endpoint),
                metrics.counters(
                                "onoma_trace_spans_dropped_total",
                                "Spans that were lost, as their collector did not take them.",
                                "endpoint")
                        .with(endpoint),
                metrics.counters(
                                "onoma_trace_send_failures_total",
                                "Requests to a collector that failed.",
                                "endpoint")
                        .with(endpoint));
    }
}
