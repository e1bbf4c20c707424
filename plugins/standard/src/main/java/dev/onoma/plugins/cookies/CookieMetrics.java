package dev.onoma.plugins.cookies;

import dev.onoma.api.Metrics;

/// What came with cookies.
record CookieMetrics(
        Metrics.Counter valid,
        Metrics.Counter fresh,
        Metrics.Counter invalid,
        Metrics.Counter refused) {
    CookieMetrics(Metrics metrics) {
        this(
                queries(metrics).with("valid"),
                queries(metrics).with("new"),
                queries(metrics).with("invalid"),
                metrics.counters(
                                "coredns_cookies_refused_queries_total",
                                "Counter of queries answered with BADCOOKIE.")
                        .with());
    }

    private static Metrics.Family<Metrics.Counter> queries(Metrics metrics) {
        return metrics.counters(
                "coredns_cookies_queries_total",
                "Counter of queries with a cookie, by what the server's part is worth.",
                "cookie");
    }
}
