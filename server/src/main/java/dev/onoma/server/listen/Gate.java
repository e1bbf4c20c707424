package dev.onoma.server.listen;

import dev.onoma.api.Outcome;
import dev.onoma.server.wire.WireQuery;
import org.jspecify.annotations.Nullable;

/// What the workers tell the rest of the server, and ask of it. Event loops.
public interface Gate {
    /// Runs a query of our own on the listener that `origin` came to; null means refused.
    @Nullable Outcome route(WireQuery inner, WireQuery origin);

    /// No server block answers this query.
    void refused(WireQuery query);

    /// A query waits for somebody.
    void began(WireQuery query);

    /// A query that waited has its outcome.
    void ended(WireQuery query);
}
