package dev.onoma.server.wire;

import dev.onoma.api.Outcome;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.concurrent.Executor;

/// What a query needs of the event loop that it belongs to.
public interface Context {
    /// How many look-ups one query of a client may cause, if nobody says anything.
    int LOOKUPS_MAX = 32;

    /// How deep look-ups may lead to look-ups, if nobody says anything.
    int LOOKUP_DEPTH_MAX = 8;

    /// The address of a query that nobody has said anything about.
    InetSocketAddress NOWHERE = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);

    /// The thread of the query.
    Executor executor();

    /// Sends a query of our own through the server, from the choice of the server block on.
    ///
    /// @param origin the query on whose behalf, with the listener it came to
    Outcome ask(WireQuery inner, WireQuery origin);

    /// How many look-ups one query of a client may cause.
    default int lookupsMax() {
        return LOOKUPS_MAX;
    }

    /// How deep look-ups may lead to look-ups.
    default int lookupDepthMax() {
        return LOOKUP_DEPTH_MAX;
    }

    /// A query has caused more than it may.
    default void tooManyLookups() {}

    /// Whether a query of this context is explained: [#note] is heard then.
    default boolean isExplaining() {
        return false;
    }

    /// A plugin says why it does what it does.
    default void note(String reason) {}
}
