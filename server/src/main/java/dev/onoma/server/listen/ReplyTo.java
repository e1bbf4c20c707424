package dev.onoma.server.listen;

import dev.onoma.server.wire.WireQuery;

/// Where the response of a query that was answered later goes. On the query's event loop.
interface ReplyTo {
    /// Sends a response at once.
    void send(WireQuery query, byte[] octets, int length);

    /// There is none.
    void nothing(WireQuery query);
}
