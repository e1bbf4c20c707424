package dev.onoma.plugins.secondary;

import dev.onoma.api.Metrics;
import java.time.Instant;
import org.xbill.DNS.Name;

/// What is counted of zones that come from other servers. CoreDNS has nothing like it.
final class SecondaryMetrics {
    private final Metrics.Family<Metrics.Counter> checks;
    private final Metrics.Family<Metrics.Gauge> contacts;
    private final Metrics.Family<Metrics.Gauge> expired;
    private final Metrics.Family<Metrics.Counter> notifies;

    SecondaryMetrics(Metrics metrics) {
        checks =
                metrics.counters(
                        "onoma_secondary_checks_total",
                        "How often primaries were asked for a zone, by what came of it.",
                        "zone",
                        "result");
        contacts =
                metrics.gauges(
                        "onoma_secondary_contact_timestamp_seconds",
                        "When a primary last said what the newest version of the zone is.",
                        "zone");
        expired =
                metrics.gauges(
                        "onoma_secondary_expired",
                        "1 if the zone is not served, as no primary was heard for too long.",
                        "zone");
        notifies =
                metrics.counters(
                        "onoma_secondary_notifies_total",
                        "NOTIFY messages for zones served, by what became of them.",
                        "result");
    }

    /// @param result `axfr`, `ixfr`, `current` or `failed`
    void checked(Name zone, String result) {
        checks.with(zone.toString(), result).inc();
    }

    void contact(Name zone, Instant now) {
        contacts.with(zone.toString()).set(now.toEpochMilli() / 1e3);
        expired.with(zone.toString()).set(0);
    }

    void expired(Name zone) {
        expired.with(zone.toString()).set(1);
    }

    /// @param result `accepted` or `refused`
    void notified(String result) {
        notifies.with(result).inc();
    }

    void forget(Name zone) {
        contacts.remove(zone.toString());
        expired.remove(zone.toString());
    }
}
