package dev.onoma.plugins.reload;

import dev.onoma.api.Metrics;

/// What is counted about reloads.
///
/// @param failed reloads that changed nothing
/// @param version the digest of the running configuration
record ReloadMetrics(Metrics.Counter failed, Metrics.Family<Metrics.Gauge> version) {
    static ReloadMetrics of(Metrics metrics) {
        return new ReloadMetrics(
                metrics.counters(
                                "coredns_reload_failed_total",
                                "Counter of the number of failed reload attempts.")
                        .with(),
                metrics.gauges(
                        "coredns_reload_version_info",
                        "A metric with a constant '1' value labeled by hash, and value which type of"
                                + " hash generated.",
                        "hash",
                        "value"));
    }

    /// Says which configuration runs.
    void running(String digest) {
        version.clear();
        version.with("sha512", digest).set(1);
    }
}
