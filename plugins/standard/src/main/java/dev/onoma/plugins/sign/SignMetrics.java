package dev.onoma.plugins.sign;

import dev.onoma.api.Metrics;
import java.time.Instant;
import org.xbill.DNS.Name;

/// What is exported of a zone that is signed.
final class SignMetrics {
    private final Metrics.Family<Metrics.Gauge> signed;
    private final Metrics.Family<Metrics.Gauge> expires;
    private final Metrics.Family<Metrics.Counter> failures;
    private final String zone;

    SignMetrics(Metrics metrics, Name apex) {
        zone = apex.toString();
        signed =
                metrics.gauges(
                        "onoma_sign_signed_timestamp_seconds",
                        "When the signed copy of the zone was made.",
                        "zone");
        expires =
                metrics.gauges(
                        "onoma_sign_expiry_timestamp_seconds",
                        "When the first signature of the signed copy expires.",
                        "zone");
        failures =
                metrics.counters(
                        "onoma_sign_failures_total",
                        "How often the zone was to be signed and could not be.",
                        "zone");
        failures.with(zone);
    }

    void signed(SignedState state) {
        signed.with(zone).set(seconds(state.signed()));
        expires.with(zone).set(seconds(state.expires()));
    }

    private static double seconds(Instant time) {
        return time.toEpochMilli() / 1e3;
    }

    void failed() {
        failures.with(zone).inc();
    }
}
