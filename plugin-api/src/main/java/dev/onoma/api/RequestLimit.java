package dev.onoma.api;

import java.util.Locale;

/// What is limited of requests, over HTTP and QUIC, and of what clients may do between them: each a
/// property of those of `https`, `https3`, `grpc_server` and `quic` that it is about.
public enum RequestLimit {
    /// Octets of header fields, as HTTP/2 and HTTP/3 count them: 32 more than name and value of
    /// each.
    MAX_HEADER_OCTETS(1 << 10, 16 << 10, 1 << 20),
    /// Header fields.
    MAX_HEADER_FIELDS(8, 100, 10_000),
    /// Octets of a message.
    MAX_BODY_OCTETS(512, 65_535, 65_535),
    /// Pings of a connection between two queries.
    MAX_PINGS(1, 100, 1_000_000),
    /// Streams of a connection that are reset in 30 seconds, by either side.
    MAX_RESETS(1, 200, 10_000),
    /// Acknowledgements that wait for a client to take them.
    MAX_ACKNOWLEDGEMENTS(1, 1000, 1_000_000),
    /// Small frames that continue the header fields of a request.
    MAX_CONTINUATIONS(1, 16, 10_000),
    /// Empty frames of a body, one behind the other.
    MAX_EMPTY_FRAMES(1, 2, 10_000),
    /// Octets of answers that a client of HTTP/2 does not take.
    MAX_UNSENT_OCTETS(1 << 10, 512 << 10, 64 << 20),
    /// Octets of the first line of a request over HTTP/1.1.
    MAX_LINE_OCTETS(512, 8 << 10, 1 << 20),
    /// Requests over HTTP/1.1 that a client sends before it has read an answer.
    MAX_PIPELINED(1, 256, 10_000),
    /// Octets of a connection over QUIC that may be on their way before they are read; at least the
    /// largest message.
    MAX_WINDOW_OCTETS(68 << 10, 128 << 10, 16 << 20);

    private final int min;
    private final int fallback;
    private final int max;

    RequestLimit(int min, int fallback, int max) {
        this.min = min;
        this.fallback = fallback;
        this.max = max;
    }

    /// The name of its property.
    public String property() {
        return name().toLowerCase(Locale.ROOT);
    }

    /// What holds if nobody says anything.
    int fallback() {
        return fallback;
    }

    /// Reads its property, `max_pings N`.
    int read(Directive property) {
        return property.number(min, max);
    }
}
