package dev.onoma.server.listen;

import dev.onoma.api.Metrics;

/// What the front ends allow, and how often it was reached.
///
/// The values can be set with system properties of these names, for instance
/// `-Donoma.tcp.connections.max=1000`.
public final class Limits {
    private final int connectionsMax = number("onoma.tcp.connections.max", 20_000);
    private final int perSourceMax = number("onoma.tcp.connections.per.source.max", 5_000);
    private final int perConnectionMax = number("onoma.tcp.queries.per.connection.in.flight", 128);
    private final int inFlightMax = number("onoma.queries.in.flight.per.loop.max", 16_384);
    private final Metrics.Family<Metrics.Counter> reached;
    private final Metrics.Gauge connections;
    private final Metrics.Family<Metrics.Counter> https;
    private final Metrics.Family<Metrics.Counter> grpc;

    public Limits(Metrics metrics) {
        reached =
                metrics.counters(
                        "onoma_limit_reached_total",
                        "What was refused because a limit was reached.",
                        "limit");
        connections =
                metrics.gauges("onoma_tcp_connections", "Open connections of clients.").with();
        https =
                metrics.counters(
                        "coredns_dns_https_responses_total",
                        "Counter of DoH responses per server and http status code.",
                        "server",
                        "status");
        grpc =
                metrics.counters(
                        "onoma_grpc_server_responses_total",
                        "Responses over gRPC per server and status code.",
                        "server",
                        "status");
        for (var limit :
                new String[] {"connections", "per_source", "in_flight", "write", "pings"}) {
            reached.with(limit);
        }
    }

    private static int number(String property, int fallback) {
        return Math.max(1, Integer.getInteger(property, fallback));
    }

    /// Open connections, over all listeners.
    int connectionsMax() {
        return connectionsMax;
    }

    /// Open connections of one address.
    int perSourceMax() {
        return perSourceMax;
    }

    /// Queries of one connection that wait for an answer; more are read when one has left.
    int perConnectionMax() {
        return perConnectionMax;
    }

    /// Queries of one event loop that wait for somebody; more are dropped.
    int inFlightMax() {
        return inFlightMax;
    }

    void reached(String limit) {
        reached.with(limit).inc();
    }

    /// Counts a response over HTTP.
    void http(String server, int status) {
        https.with(server, status == DohRequest.OK ? "200" : Integer.toString(status)).inc();
    }

    /// Counts a response over gRPC.
    void grpc(String server, int status) {
        grpc.with(server, status == 0 ? "0" : Integer.toString(status)).inc();
    }

    void connections(int open) {
        connections.set(open);
    }
}
