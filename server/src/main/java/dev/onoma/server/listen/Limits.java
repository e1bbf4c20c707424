package dev.onoma.server.listen;

import dev.onoma.api.DnsOverHttp;
import dev.onoma.api.LimitReports;
import dev.onoma.api.Log;
import dev.onoma.api.Metrics;
import dev.onoma.server.wire.Context;
import io.netty.channel.WriteBufferWaterMark;

/// What the front ends allow, and how often it was reached.
///
/// The values can be set with system properties of these names, for instance
/// `-Donoma.connections.max=1000`.
public final class Limits {
    private final int connectionsMax = number("onoma.connections.max", 20_000);
    private final int perSourceMax = number("onoma.connections.per.source.max", 5_000);
    private final ConnectionMemory connectionMemory = connectionMemory(Runtime.getRuntime());
    private final int perConnectionMax = number("onoma.queries.per.connection.in.flight", 128);
    private final int unfinishedOctetsMax = number("onoma.unfinished.octets.max", 8 << 20);
    private final int unsentOctetsMax = number("onoma.unsent.octets.max", 8 << 20);
    private final int undeliveredOctetsMax = number("onoma.undelivered.octets.max", 16 << 20);
    private final WriteBufferWaterMark waterMark =
            waterMark(number("onoma.unsent.octets.per.connection.max", 256 << 10));
    private final int turnOctetsMax =
            Math.clamp(Integer.getInteger("onoma.turn.octets.max", 4096), 512, 1 << 20);
    private final long handshakesTurnNanos = 1000L * number("onoma.handshakes.turn.micros", 1000);
    private final int inFlightMax = number("onoma.queries.in.flight.per.loop.max", 16_384);
    private final int greetingOctetsMax =
            Math.clamp(Integer.getInteger("onoma.greeting.octets.max", 16 << 10), 512, 16 << 10);
    private final int handshakeRecordsMax = number("onoma.handshake.records.max", 100);
    private final int handshakesMax = number("onoma.handshakes.max", 1024);
    private final int handshakesPerSourceMax = number("onoma.handshakes.per.source.max", 256);
    private final int reservedPercent =
            Math.clamp(Integer.getInteger("onoma.connections.reserved.percent", 25), 0, 100);
    private final int lookupsMax = number("onoma.lookups.per.query.max", Context.LOOKUPS_MAX);
    private final int lookupDepthMax =
            Math.min(64, number("onoma.lookups.depth.max", Context.LOOKUP_DEPTH_MAX));
    private final int ownAddressesMax = number("onoma.addresses.own.max", 256);
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
    private final Levels levelsOfConnections;
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
        levelsOfConnections = new Levels(metrics);
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
        Meanings.labels().forEach(reports::known);
        metrics.whenFull(_ -> reached("series"));
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
                Math.max(0, Long.getLong("onoma.memory.tight.octets", 0)),
                ManagedMemory::new,
                Thread::startVirtualThread);
    }

    // It is read on when a quarter is left.
    private static WriteBufferWaterMark waterMark(int octets) {
        return new WriteBufferWaterMark(octets / 4, octets);
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

    /// Records of TLS that a handshake comes in.
    int handshakeRecordsMax() {
        return handshakeRecordsMax;
    }

    /// Handshakes of all clients at a time.
    int handshakesMax() {
        return handshakesMax;
    }

    /// Handshakes of one address at a time.
    int handshakesPerSourceMax() {
        return handshakesPerSourceMax;
    }

    /// How long handshakes keep an event loop from its connections; then the others wait.
    long handshakesTurnNanos() {
        return handshakesTurnNanos;
    }

    /// Octets of answers for a client that does not read; then nothing is read of it.
    WriteBufferWaterMark waterMark() {
        return waterMark;
    }

    /// Octets of one connection that are read before others have their turn.
    int turnOctetsMax() {
        return turnOctetsMax;
    }

    /// Queries of one connection that wait for an answer; more are read when one has left.
    int perConnectionMax() {
        return perConnectionMax;
    }

    /// Look-ups that one query may cause.
    int lookupsMax() {
        return lookupsMax;
    }

    /// How deep they may lead to others.
    int lookupDepthMax() {
        return lookupDepthMax;
    }

    /// Addresses of this machine that have sockets of their own.
    int ownAddressesMax() {
        return ownAddressesMax;
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

    /// How near single connections, listeners and handshakes come to what they may.
    Levels levelsOfConnections() {
        return levelsOfConnections;
    }

    void reached(String limit) {
        reports.reached(limit, Meanings.of(limit));
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
