package dev.onoma.plugins.kubernetes;

import dev.onoma.api.Metrics;
import java.time.InstantSource;
import org.jspecify.annotations.Nullable;

/// The metrics of the `kubernetes` plugin.
final class KubernetesMetrics implements StoreListener {
    private static final double MILLIS_PER_SECOND = 1_000;

    private final Metrics.Family<Metrics.Histogram> programming;
    private final Metrics.Family<Metrics.Counter> evicted;
    private final InstantSource clock;

    KubernetesMetrics(Metrics metrics, InstantSource clock) {
        this.clock = clock;
        programming =
                metrics.histograms(
                        "coredns_kubernetes_dns_programming_duration_seconds",
                        "Time from the change of an endpoint to its visibility in DNS.",
                        buckets(),
                        "service_kind");
        evicted =
                metrics.counters(
                        "onoma_kubernetes_compiled_answers_evicted_total",
                        "Compiled answers that made room for others.");
    }

    /// 1 ms, doubled 19 times.
    private static double[] buckets() {
        var buckets = new double[20];
        for (int i = 0; i < buckets.length; i++) {
            buckets[i] = 0.001 * (1 << i);
        }
        return buckets;
    }

    void compiledAnswerEvicted() {
        evicted.with().inc();
    }

    @Override
    public void sliceChanged(EndpointSliceObject slice, @Nullable ServiceObject service) {
        if (service == null
                || service.externalName() != null
                || slice.triggeredMillis() == EndpointSliceObject.NOT_TRIGGERED) {
            return;
        }
        var kind = service.isHeadless() ? "headless_with_selector" : "cluster_ip";
        long took = clock.instant().toEpochMilli() - slice.triggeredMillis();
        programming.with(kind).observe(took / MILLIS_PER_SECOND);
    }
}
