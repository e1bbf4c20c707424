package dev.onoma.plugins.kubernetes;

import dev.onoma.api.Metrics;
import java.time.Duration;
import java.time.Instant;

/// The last known state of a cluster, in numbers.
final class SnapshotMetrics {
    private static final double MILLIS_PER_SECOND = 1e3;

    private final Metrics.Gauge age;
    private final Metrics.Gauge written;
    private final Metrics.Gauge size;
    private final Metrics.Family<Metrics.Counter> writes;
    private final Metrics.Family<Metrics.Counter> reads;

    SnapshotMetrics(Metrics metrics) {
        age =
                metrics.gauges(
                                "onoma_kubernetes_snapshot_age_seconds",
                                "How old the snapshot is that is served; 0 when none is.")
                        .with();
        written =
                metrics.gauges(
                                "onoma_kubernetes_snapshot_written_timestamp_seconds",
                                "When the snapshot was last written, in seconds since 1970.")
                        .with();
        size =
                metrics.gauges(
                                "onoma_kubernetes_snapshot_size_bytes",
                                "Octets of the snapshot that was last written.")
                        .with();
        writes =
                metrics.counters(
                        "onoma_kubernetes_snapshot_writes_total",
                        "Snapshots that were written, or could not be.",
                        "result");
        reads =
                metrics.counters(
                        "onoma_kubernetes_snapshot_reads_total",
                        "Snapshots that were read at the start, or could not be used.",
                        "result");
    }

    void age(Duration of) {
        age.set(of.toMillis() / MILLIS_PER_SECOND);
    }

    void written(Instant at, long octets) {
        written.set(at.toEpochMilli() / MILLIS_PER_SECOND);
        size.set((double) octets);
        writes.with("written").inc();
    }

    void notWritten() {
        writes.with("failed").inc();
    }

    /// @param result `used`, `refused` or `absent`
    void read(String result) {
        reads.with(result).inc();
    }
}
