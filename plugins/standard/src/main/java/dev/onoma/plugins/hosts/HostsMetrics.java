package dev.onoma.plugins.hosts;

import dev.onoma.api.Metrics;
import java.time.Instant;

/// The metrics of `hosts`, under CoreDNS's names.
final class HostsMetrics {
    private final Metrics.Gauge entries;
    private final Metrics.Gauge reloaded;

    HostsMetrics(Metrics metrics, String file) {
        entries =
                metrics.gauges(
                                "coredns_hosts_entries",
                                "The combined number of entries in hosts and Corefile.",
                                "hostsfile")
                        .with(file);
        reloaded = reloaded(metrics);
    }

    /// The date of the file that was read last; 0 at first.
    static Metrics.Gauge reloaded(Metrics metrics) {
        return metrics.gauges(
                        "coredns_hosts_reload_timestamp_seconds",
                        "The timestamp of the last reload of hosts file.")
                .with();
    }

    /// The file was read.
    void read(long count, Instant modified) {
        entries.set((double) count);
        reloaded.set(modified.toEpochMilli() / 1e3);
    }
}
