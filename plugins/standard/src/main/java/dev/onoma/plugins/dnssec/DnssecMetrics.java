package dev.onoma.plugins.dnssec;

import dev.onoma.api.Metrics;

/// What is counted for one listener.
record DnssecMetrics(
        String server,
        Metrics.Counter hits,
        Metrics.Counter misses,
        Metrics.Gauge entries,
        Metrics.Gauge octets) {
    static DnssecMetrics of(Metrics metrics, String server) {
        return new DnssecMetrics(
                server,
                metrics.counters(
                                "coredns_dnssec_cache_hits_total",
                                "The count of cache hits.",
                                "server")
                        .with(server),
                metrics.counters(
                                "coredns_dnssec_cache_misses_total",
                                "The count of cache misses.",
                                "server")
                        .with(server),
                metrics.gauges(
                                "coredns_dnssec_cache_entries",
                                "The number of elements in the dnssec cache.",
                                "server",
                                "type")
                        .with(server, "signature"),
                metrics.gauges(
                                "onoma_dnssec_cache_octets",
                                "The octets that signatures and signed answers take.",
                                "server")
                        .with(server));
    }
}
