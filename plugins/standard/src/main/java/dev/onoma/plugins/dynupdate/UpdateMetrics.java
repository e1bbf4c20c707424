package dev.onoma.plugins.dynupdate;

import dev.onoma.api.Metrics;
import org.xbill.DNS.Name;
import org.xbill.DNS.Rcode;

/// What is counted of updates.
final class UpdateMetrics {
    private final Metrics.Family<Metrics.Counter> updates;

    UpdateMetrics(Metrics metrics) {
        updates =
                metrics.counters(
                        "onoma_dynupdate_updates_total",
                        "Update messages for the zone, by the response code that they got.",
                        "zone",
                        "rcode");
    }

    void count(Name zone, int rcode) {
        updates.with(zone.toString(), Rcode.string(rcode)).inc();
    }
}
