package dev.onoma.plugins.admin;

import dev.onoma.api.Metrics;

/// Who asks for pages.
record AdminMetrics(Metrics.Counter requests, Metrics.Counter refused) {
    static AdminMetrics of(Metrics metrics) {
        return new AdminMetrics(
                metrics.counters(
                                "coredns_admin_requests_total",
                                "Counter of requests for pages of operators.")
                        .with(),
                metrics.counters(
                                "coredns_admin_refused_requests_total",
                                "Counter of requests by a foreign name or from a foreign page.")
                        .with());
    }
}
