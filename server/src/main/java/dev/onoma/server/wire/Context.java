package dev.onoma.server.wire;

import dev.onoma.api.Outcome;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.concurrent.Executor;

/// What a query needs of the event loop that it belongs to.
public interface Context {
    /// The address of a query that nobody has said anything about.
    InetSocketAddress NOWHERE = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);

    /// The thread of the query.
    Executor executor();

    /// Sends a query of our own through the server, from the choice of the server block on.
    ///
    /// @param origin the query on whose behalf, with the listener it came to
    Outcome ask(WireQuery inner, WireQuery origin);

    /// Whether a query of this context is explained: [#note] is heard then.
    default boolean isExplaining() {
        return false;
    }

    /// A plugin says why it does what it does.
    default void note(String reason) {}
}
