package dev.onoma.server.listen;

import dev.onoma.server.wire.WireQuery;

/// What the workers tell the rest of the server. Event loops.
@FunctionalInterface
public interface Gate {
    /// No server block answers this query.
    void refused(WireQuery query);
}
