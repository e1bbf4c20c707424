package dev.onoma.plugins.rrl;

import dev.onoma.api.Metrics;

/// What was too much. The plugin for CoreDNS has the label `client_ip`, which whoever forges
/// addresses can fill at will; not here.
record RrlMetrics(Metrics.Counter requests, Metrics.Counter responses, Metrics.Counter slipped) {
    RrlMetrics(Metrics metrics) {
        this(
                counter(metrics, "coredns_rrl_requests_exceeded_total", "requests"),
                counter(metrics, "coredns_rrl_responses_exceeded_total", "responses"),
                metrics.counters(
                                "coredns_rrl_slipped_total",
                                "Counter of surplus that was answered empty and truncated.")
                        .with());
    }

    private static Metrics.Counter counter(Metrics metrics, String name, String what) {
        return metrics.counters(name, "Counter of " + what + " exceeding the limit.").with();
    }
}
