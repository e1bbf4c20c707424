package dev.onoma.zone;

import dev.onoma.api.Metrics;
import java.time.Instant;
import org.xbill.DNS.Name;

/// What is exported of one zone, whatever plugin it comes from. CoreDNS has nothing like it.
public final class ZoneMetrics {
    private final Metrics.Family<Metrics.Gauge> serials;
    private final Metrics.Family<Metrics.Gauge> records;
    private final Metrics.Family<Metrics.Gauge> loads;
    private final Metrics.Family<Metrics.Counter> failures;
    private final String zone;

    public ZoneMetrics(Metrics metrics, Name apex) {
        zone = apex.toString();
        serials = metrics.gauges("onoma_zone_serial", "The serial of the zone served.", "zone");
        records = metrics.gauges("onoma_zone_records", "The records of the zone served.", "zone");
        loads =
                metrics.gauges(
                        "onoma_zone_loaded_timestamp_seconds",
                        "When the version of the zone that is served was read.",
                        "zone");
        failures =
                metrics.counters(
                        "onoma_zone_failures_total",
                        "How often a new version of the zone could not be read.",
                        "zone");
        failures.with(zone);
    }

    /// Another version is served.
    public void loaded(ZoneData data, Instant now) {
        serials.with(zone).set((double) data.serial());
        records.with(zone).set((double) data.records());
        loads.with(zone).set(now.toEpochMilli() / 1e3);
    }

    /// Another version cannot be served.
    public void failed() {
        failures.with(zone).inc();
    }

    /// The zone is not served any more.
    public void forget() {
        serials.remove(zone);
        records.remove(zone);
        loads.remove(zone);
    }
}
