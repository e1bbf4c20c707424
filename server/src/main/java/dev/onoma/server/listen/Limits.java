package dev.onoma.server.listen;

import dev.onoma.api.LimitReports;
import dev.onoma.api.Log;
import dev.onoma.api.Metrics;
import java.util.Map;

/// What the front ends allow, and how often it was reached.
///
/// The values can be set with system properties of these names, for instance
/// `-Donoma.connections.max=1000`.
public final class Limits {
    /// What each limit is about, for the log.
    private static final Map<String, String> MEANINGS =
            Map.of(
                    "connections",
                    "open connections; more are closed: -Donoma.connections.max, or"
                            + " max_connections of https3",
                    "per_source",
                    "open connections of one address; more are closed:"
                            + " -Donoma.connections.per.source.max",
                    "in_flight",
                    "queries that wait for an answer; more get SERVFAIL:"
                            + " -Donoma.queries.in.flight.per.loop.max",
                    "write",
                    "time or octets for a client that does not take its answers; its connection"
                            + " ends: timeouts { write }",
                    "unsent",
                    "octets of answers that clients do not take; who asks for more is cut off:"
                            + " -Donoma.unsent.octets.max",
                    "unfinished",
                    "octets of queries that are not complete; who sends more is cut off:"
                            + " -Donoma.unfinished.octets.max",
                    "frames",
                    "frames of HTTP/2 that ask nothing, streams that are reset, or header fields;"
                            + " the connection ends",
                    "body",
                    "octets of a request; it is refused with status 413",
                    "pings",
                    "pings between two queries; the connection ends");

    private final int connectionsMax = number("onoma.connections.max", 20_000);
    private final int perSourceMax = number("onoma.connections.per.source.max", 5_000);
    private final int perConnectionMax = number("onoma.queries.per.connection.in.flight", 128);
    private final int unfinishedOctetsMax = number("onoma.unfinished.octets.max", 8 << 20);
    private final int unsentOctetsMax = number("onoma.unsent.octets.max", 8 << 20);
    private final int inFlightMax = number("onoma.queries.in.flight.per.loop.max", 16_384);
    private final LimitReports reports;
    private final Metrics.Gauge connections;
    private final Metrics.Gauge unfinished;
    private final Metrics.Gauge unsent;
    private final Metrics.Family<Metrics.Counter> https;
    private final Metrics.Family<Metrics.Counter> grpc;

    /// @param log hears of a limit that is reached, now and then
    public Limits(Metrics metrics, Log log) {
        reports = new LimitReports(metrics, log);
        unfinished =
                metrics.gauges(
                                "onoma_unfinished_octets",
                                "Octets kept of queries that are not complete.")
                        .with();
        unsent =
                metrics.gauges(
                                "onoma_unsent_octets",
                                "Octets of answers that clients have not taken yet.")
                        .with();
        connections = metrics.gauges("onoma_connections", "Open connections of clients.").with();
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
        MEANINGS.keySet().forEach(reports::known);
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

    /// Octets of queries that are not complete, of all connections together.
    int unfinishedOctetsMax() {
        return unfinishedOctetsMax;
    }

    /// Octets of answers that clients do not take, of all connections together.
    int unsentOctetsMax() {
        return unsentOctetsMax;
    }

    /// Shows what all connections hold.
    void held(long unfinishedOctets, long unsentOctets) {
        unfinished.set((double) unfinishedOctets);
        unsent.set((double) unsentOctets);
    }

    void reached(String limit) {
        reports.reached(limit, MEANINGS.getOrDefault(limit, "too much of one client"));
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
