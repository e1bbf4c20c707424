package dev.onoma.plugins.dnstap;

import dev.onoma.api.Metrics;

/// What went to a socket, and what was lost.
record DnstapMetrics(Metrics.Counter sent, Metrics.Counter dropped) {
    DnstapMetrics(Metrics metrics, String socket) {
        this(
                metrics.counters(
                                "coredns_dnstap_sent_messages_total",
                                "Counter of dnstap messages written to a socket.",
                                "socket")
                        .with(socket),
                metrics.counters(
                                "coredns_dnstap_dropped_messages_total",
                                "Counter of dnstap messages lost because nobody took them.",
                                "socket")
                        .with(socket));
    }
}
