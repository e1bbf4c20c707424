package dev.onoma.plugins.tls;

import dev.onoma.api.Metrics;
import dev.onoma.api.Tls;
import java.nio.file.Path;

/// When certificates end, and whether new ones could be read.
final class TlsMetrics {
    private final Metrics.Family<Metrics.Gauge> notAfter;
    private final Metrics.Counter failed;
    private final Metrics.Family<Metrics.Counter> orders;

    TlsMetrics(Metrics metrics) {
        notAfter =
                metrics.gauges(
                        "onoma_tls_certificate_not_after_seconds",
                        "When the certificate ends, in seconds since 1970.",
                        "file");
        failed =
                metrics.counters(
                                "onoma_tls_reload_failures_total",
                                "Certificates that have changed and could not be read.")
                        .with();
        orders =
                metrics.counters(
                        "onoma_tls_acme_orders_total",
                        "Certificates that were ordered from an authority, by what became of it.",
                        "result");
    }

    void ordered() {
        orders.with("ok").inc();
    }

    void orderFailed() {
        orders.with("failed").inc();
    }

    void notAfter(Path file, Tls.Identity identity) {
        notAfter.with(file.toString())
                .set(
                        (double)
                                identity.chain()
                                        .getFirst()
                                        .getNotAfter()
                                        .toInstant()
                                        .getEpochSecond());
    }

    void failed() {
        failed.inc();
    }
}
