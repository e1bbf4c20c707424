package dev.onoma.server.listen;

import static java.util.Map.entry;

import dev.onoma.api.DnsOverHttp;
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
            Map.ofEntries(
                    entry(
                            "connections",
                            "open connections; more are closed: -Donoma.connections.max, or"
                                    + " max_connections of https3 and quic"),
                    entry(
                            "per_source",
                            "open connections of one address, or of one network of IPv6; more are"
                                    + " closed: -Donoma.connections.per.source.max, or, where room"
                                    + " gets scarce, -Donoma.connections.reserved.percent"),
                    entry(
                            "memory",
                            "memory that open connections take; more are closed, and while other"
                                    + " things need it, those that do nothing:"
                                    + " -Donoma.connections.heap.octets.max,"
                                    + " -Donoma.connections.native.octets.max, or a larger heap"),
                    entry(
                            "handshakes",
                            "handshakes of TLS and QUIC at a time, of all or of one address; the"
                                    + " longest ends, or the newest: -Donoma.handshakes.max,"
                                    + " -Donoma.handshakes.per.source.max"),
                    entry(
                            "greeting",
                            "octets that a client says before TLS begins; its connection ends:"
                                    + " -Donoma.greeting.octets.max"),
                    entry(
                            "unproven",
                            "handshakes of a listener over QUIC with clients that may not be where"
                                    + " they say; others prove it first (Retry):"
                                    + " -Donoma.handshakes.unproven.max"),
                    entry(
                            "handshake",
                            "time for a handshake; the connection ends: timeouts { read }"),
                    entry(
                            "read",
                            "time until a query is complete; the connection, or the stream of QUIC,"
                                    + " ends: timeouts { read }"),
                    entry(
                            "streams",
                            "queries of one connection over QUIC, with those that were given up;"
                                    + " it ends: max_streams of quic, max_streams of https3"),
                    entry(
                            "in_flight",
                            "queries that wait for an answer; more get SERVFAIL:"
                                    + " -Donoma.queries.in.flight.per.loop.max"),
                    entry(
                            "write",
                            "time or octets for a client that does not take its answers; its"
                                    + " connection ends: timeouts { write }"),
                    entry(
                            "unsent",
                            "octets of answers that clients do not take; who has most is cut off:"
                                    + " -Donoma.unsent.octets.max"),
                    entry(
                            "unfinished",
                            "octets of queries that are not complete; who has most is cut off:"
                                    + " -Donoma.unfinished.octets.max"),
                    entry(
                            "undelivered",
                            "octets that QUIC may keep of what comes in pieces and out of order; who"
                                    + " has most is cut off: -Donoma.undelivered.octets.max"),
                    entry(
                            "frames",
                            "frames of HTTP/2 that ask nothing, or streams that are reset; the"
                                    + " connection ends: max_resets, max_continuations,"
                                    + " max_empty_frames, max_acknowledgements of https and"
                                    + " grpc_server"),
                    entry(
                            "fields",
                            "header fields of a request over HTTP; it is refused, or the"
                                    + " connection ends: max_header_octets, max_header_fields of"
                                    + " https, https3 and grpc_server"),
                    entry(
                            "body",
                            "octets of a request over HTTP; it is refused: max_body_octets of"
                                    + " https, https3 and grpc_server"),
                    entry(
                            "pings",
                            "pings between two queries; the connection ends: max_pings of https"
                                    + " and grpc_server"));

    private final int connectionsMax = number("onoma.connections.max", 20_000);
    private final int perSourceMax = number("onoma.connections.per.source.max", 5_000);
    private final ConnectionMemory connectionMemory = connectionMemory(Runtime.getRuntime());
    private final int perConnectionMax = number("onoma.queries.per.connection.in.flight", 128);
    private final int unfinishedOctetsMax = number("onoma.unfinished.octets.max", 8 << 20);
    private final int unsentOctetsMax = number("onoma.unsent.octets.max", 8 << 20);
    private final int undeliveredOctetsMax = number("onoma.undelivered.octets.max", 16 << 20);
    private final int inFlightMax = number("onoma.queries.in.flight.per.loop.max", 16_384);
    private final int greetingOctetsMax =
            Math.clamp(Integer.getInteger("onoma.greeting.octets.max", 16 << 10), 512, 16 << 10);
    private final int handshakesMax = number("onoma.handshakes.max", 1024);
    private final int handshakesPerSourceMax = number("onoma.handshakes.per.source.max", 256);
    private final int reservedPercent =
            Math.clamp(Integer.getInteger("onoma.connections.reserved.percent", 25), 0, 100);
    private final LimitReports reports;
    private final Metrics.Gauge connections;
    private final Metrics.Gauge heap;
    private final Metrics.Gauge besides;
    private final Metrics.Gauge largestSource;
    private final Metrics.Gauge handshakes;
    private final Metrics.Gauge pending;
    private final Metrics.Gauge inFlight;
    private final Metrics.Gauge unfinished;
    private final Metrics.Gauge unsent;
    private final Metrics.Gauge undelivered;
    private final Metrics.Family<Metrics.Counter> https;
    private final Metrics.Family<Metrics.Counter> grpc;

    /// @param log hears of a limit that is reached, now and then
    public Limits(Metrics metrics, Log log) {
        reports = new LimitReports(metrics, log);
        unfinished =
                gauge(
                        metrics,
                        "onoma_unfinished_octets",
                        "Octets kept of queries that are not complete.");
        unsent =
                gauge(
                        metrics,
                        "onoma_unsent_octets",
                        "Octets of answers that clients have not taken yet.");
        undelivered =
                gauge(
                        metrics,
                        "onoma_undelivered_octets",
                        "Octets that QUIC may keep of what came in pieces and out of order.");
        connections = gauge(metrics, "onoma_connections", "Open connections of clients.");
        var memory =
                metrics.gauges(
                        "onoma_connections_octets",
                        "Octets that open connections take, estimated: on the heap, or native.",
                        "memory");
        heap = memory.with("heap");
        besides = memory.with("native");
        largestSource =
                gauge(
                        metrics,
                        "onoma_connections_of_one_source",
                        "Open connections of the client that has most.");
        handshakes =
                gauge(metrics, "onoma_handshakes", "Handshakes of TLS and QUIC that are not done.");
        pending =
                gauge(
                        metrics,
                        "onoma_streams",
                        "Streams, and queries over TCP, that are not done.");
        inFlight =
                gauge(
                        metrics,
                        "onoma_queries_in_flight",
                        "Queries that wait for somebody, of all transports.");
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

    private static Metrics.Gauge gauge(Metrics metrics, String name, String help) {
        return metrics.gauges(name, help).with();
    }

    private static ConnectionMemory connectionMemory(Runtime runtime) {
        long size = runtime.maxMemory();
        return new ConnectionMemory(
                size,
                Math.max(1, Long.getLong("onoma.connections.heap.octets.max", size / 2)),
                Math.max(0, Long.getLong("onoma.connections.native.octets.max", 0)),
                ManagedMemory::new,
                Thread::startVirtualThread);
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

    /// Whether a source that has so many connections leaves room for others: it may have three
    /// times as many as there is room for, or what `reserved.percent` makes of that. So one alone
    /// finds three quarters of all places, two at the same time six sevenths, and who comes later
    /// three quarters of what is left; who has none may take the last one.
    ///
    /// @param ofSource with the one in question
    /// @param room with the place of that
    boolean leavesRoom(int ofSource, long room) {
        int before = ofSource - 1;
        return before == 0 || (long) before * reservedPercent < (100 - reservedPercent) * room;
    }

    /// What open connections take, and may.
    ConnectionMemory connectionMemory() {
        return connectionMemory;
    }

    /// Octets of what a client says before TLS begins.
    int greetingOctetsMax() {
        return greetingOctetsMax;
    }

    /// Handshakes of all clients at a time.
    int handshakesMax() {
        return handshakesMax;
    }

    /// Handshakes of one address at a time.
    int handshakesPerSourceMax() {
        return handshakesPerSourceMax;
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

    /// Octets that QUIC may keep of what comes in pieces, of all connections together.
    int undeliveredOctetsMax() {
        return undeliveredOctetsMax;
    }

    /// Shows how much that may be.
    void undelivered(long octets) {
        undelivered.set((double) octets);
    }

    /// Shows what all connections hold.
    void levels(long unfinishedOctets, long unsentOctets, int pendingNow) {
        unfinished.set((double) unfinishedOctets);
        unsent.set((double) unsentOctets);
        pending.set(pendingNow);
    }

    /// Shows what open connections take.
    void memory(long heapOctets, long nativeOctets) {
        heap.set((double) heapOctets);
        besides.set((double) nativeOctets);
    }

    /// Shows what waits, and how far the largest source is.
    void waiting(int inFlightNow, int largest) {
        inFlight.set(inFlightNow);
        largestSource.set(largest);
    }

    void reached(String limit) {
        reports.reached(limit, MEANINGS.getOrDefault(limit, "too much of one client"));
    }

    /// Counts a response over HTTP.
    void http(String server, int status) {
        https.with(server, status == DnsOverHttp.OK ? "200" : Integer.toString(status)).inc();
    }

    /// Counts a response over gRPC.
    void grpc(String server, int status) {
        grpc.with(server, status == 0 ? "0" : Integer.toString(status)).inc();
    }

    void handshakes(int begun) {
        handshakes.set(begun);
    }

    void connections(int open) {
        connections.set(open);
    }
}
