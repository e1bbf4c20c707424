package dev.onoma.api;

/// The rest of the chain, seen from one plugin.
@FunctionalInterface
public interface Next {
    /// Asks the rest of the chain. At its end stands a [Failure.NoNextPlugin].
    Outcome handle(Query query);

    /// The same rest of the chain, with somebody who looks on. Made for one query: all others pay
    /// nothing for it.
    default Next watched(ChainWatcher watcher) {
        return this;
    }
}
