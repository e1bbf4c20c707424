package dev.onoma.server;

import dev.onoma.api.Metrics;
import dev.onoma.server.listen.Gate;
import dev.onoma.server.wire.WireQuery;
import java.net.Inet4Address;
import org.xbill.DNS.Type;

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
        var family = query.client().getAddress() instanceof Inet4Address ? "1" : "2";
        requests.with(
                        query.server(),
                        "dropped",
                        "",
                        query.transport().label(),
                        family,
                        type(query.type()))
                .inc();
        responses.with(query.server(), "dropped", "", "REFUSED", "").inc();
    }

    private static String type(int type) {
        return switch (type) {
            case Type.A,
                    Type.AAAA,
                    Type.CNAME,
                    Type.MX,
                    Type.NS,
                    Type.PTR,
                    Type.SOA,
                    Type.SRV,
                    Type.TXT,
                    Type.HTTPS,
                    Type.SVCB,
                    Type.ANY,
                    Type.DS ->
                    Type.string(type);
            default -> "other";
        };
    }
}
