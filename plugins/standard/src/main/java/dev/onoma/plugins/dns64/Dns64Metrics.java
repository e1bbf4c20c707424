package dev.onoma.plugins.dns64;

import dev.onoma.api.Metrics;
import dev.onoma.api.Metrics.Counter;
import dev.onoma.api.PerView;
import dev.onoma.api.Query;

/// What is counted, under CoreDNS's name.
final class Dns64Metrics {
    private final PerView<Counter> translated;

    Dns64Metrics(Metrics metrics) {
        var family =
                metrics.counters(
                        "coredns_dns64_requests_translated_total",
                        "Counter of DNS requests translated by dns64.",
                        "server");
        translated = new PerView<>((server, _) -> family.with(server));
    }

    void translated(Query query) {
        translated.of(query).inc();
    }
}
