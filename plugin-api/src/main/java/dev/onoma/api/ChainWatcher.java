package dev.onoma.api;

import java.net.InetSocketAddress;

/// Looks on while one query, and what plugins look up on its behalf, goes through a chain:
/// [Next#watched]. Left with the query ([Query#watcher]), it is found by whoever has something to
/// tell. It never waits. Any thread, as plugins may look several names up at once.
public interface ChainWatcher {
    /// A plugin is asked.
    Visit enter(String plugin, Query query);

    /// An upstream was asked for the sake of the query.
    ///
    /// @param beganNanos of [Time#nanos]
    /// @param endedNanos when it replied, or was given up
    default void asked(InetSocketAddress upstream, long beganNanos, long endedNanos) {}

    /// What one plugin does.
    interface Visit {
        /// It asks the rest of the chain.
        default Outcome ask(Query query, Next rest) {
            return rest.handle(query);
        }

        /// It has decided. Returns the same outcome.
        Outcome leave(Outcome settled);
    }
}
