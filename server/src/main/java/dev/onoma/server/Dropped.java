package dev.onoma.server;

import dev.onoma.api.MetricLabels;
import dev.onoma.api.Metrics;
import dev.onoma.server.listen.Gate;
import dev.onoma.server.wire.WireQuery;

/// Counts queries that no server block answers, as CoreDNS does: zone `dropped`.
final class Dropped implements Gate {
    private final Metrics.Family<Metrics.Counter> requests;
    private final Metrics.Family<Metrics.Counter> responses;

    Dropped(Metrics metrics) {
        requests =
                metrics.counters(
                        "coredns_dns_requests_total",
                        "Counter of DNS requests made per zone, protocol and family.",
                        "server",
                        "zone",
                        "view",
                        "proto",
                        "family",
                        "type");
        responses =
                metrics.counters(
                        "coredns_dns_responses_total",
                        "Counter of response status codes.",
                        "server",
                        "zone",
                        "view",
                        "rcode",
                        "plugin");
    }

    @Override
    public void refused(WireQuery query) {
        requests.with(
                        query.server(),
                        "dropped",
                        "",
                        query.transport().label(),
                        MetricLabels.family(query.client()),
                        MetricLabels.type(query.type()))
                .inc();
        responses.with(query.server(), "dropped", "", "REFUSED", "").inc();
    }
}
