package dev.onoma.server.listen;

import static java.util.Map.entry;

import java.util.Map;
import java.util.Set;

/// What is limited, by the label of `onoma_limit_reached_total`: what becomes of whoever reaches
/// it, and which option says where it is. For the log.
final class Meanings {
    private static final Map<String, String> TEXTS =
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
                            "records",
                            "records of TLS that a handshake comes in; its connection ends:"
                                    + " -Donoma.handshake.records.max"),
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
                            "queries of one connection that are not answered, with those over QUIC"
                                    + " that were given up; no more are read, or they are refused,"
                                    + " or the connection ends:"
                                    + " -Donoma.queries.per.connection.in.flight, or max_streams of"
                                    + " grpc_server, https3 and quic"),
                    entry(
                            "listener",
                            "connections of one listener; one that rests, of who has most, ends for"
                                    + " a client with fewer, or that waits: max_connections of"
                                    + " https, grpc_server, https3 and quic"),
                    entry(
                            "untaken",
                            "octets of answers of one connection over HTTP/2 that its client does"
                                    + " not take; its requests are refused: max_unsent_octets of"
                                    + " https and grpc_server"),
                    entry(
                            "pipelined",
                            "requests over HTTP/1.1 that a client sends before it has read an"
                                    + " answer; its connection ends: max_pipelined of https"),
                    entry(
                            "datagrams",
                            "answers over UDP that the system does not take, as its buffer is full"
                                    + " or the client is gone; they are lost: net.core.wmem_default"
                                    + " of the system"),
                    entry(
                            "in_flight",
                            "queries that wait for an answer; more get SERVFAIL:"
                                    + " -Donoma.queries.in.flight.per.loop.max"),
                    entry(
                            "write",
                            "time for a client that does not take its answers; its connection"
                                    + " ends: timeouts { write }"),
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
                            "octets that QUIC may keep of what comes in pieces and out of order,"
                                    + " while memory is tight; who has most is cut off:"
                                    + " -Donoma.undelivered.octets.max,"
                                    + " -Donoma.memory.tight.octets"),
                    entry(
                            "lookups",
                            "look-ups that one query causes, or how deep they lead to others; it"
                                    + " gets SERVFAIL: -Donoma.lookups.per.query.max,"
                                    + " -Donoma.lookups.depth.max"),
                    entry(
                            "addresses",
                            "addresses of this machine that are asked over UDP; from others the"
                                    + " system chooses which one answers:"
                                    + " -Donoma.addresses.own.max"),
                    entry(
                            "series",
                            "series of one metric; others are counted together, as \"other\":"
                                    + " -Donoma.metrics.series.max"),
                    entry(
                            "proxy_sessions",
                            "peers whose PROXY header is remembered; the oldest is forgotten:"
                                    + " udp_session_tracking of proxyproto"),
                    entry(
                            "quic_terms",
                            "configurations of a listener over QUIC that its connections still"
                                    + " have; those of the oldest are asked to connect anew:"
                                    + " -Donoma.quic.older.max"),
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
                                    + " https, https3 and grpc_server, max_line_octets of https"),
                    entry(
                            "body",
                            "octets of a request over HTTP; it is refused: max_body_octets of"
                                    + " https, https3 and grpc_server"),
                    entry(
                            "pings",
                            "pings between two queries; the connection ends: max_pings of https"
                                    + " and grpc_server"));

    private Meanings() {}

    /// All that there are.
    static Set<String> labels() {
        return TEXTS.keySet();
    }

    /// What a limit is about.
    ///
    /// @param limit one of a plugin that brings a listener may be none of these
    static String of(String limit) {
        return TEXTS.getOrDefault(limit, "too much of one client");
    }
}
