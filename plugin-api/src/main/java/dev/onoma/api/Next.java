package dev.onoma.api;

/// The rest of the chain, seen from one plugin.
@FunctionalInterface
public interface Next {
    /// Asks the rest of the chain. At its end stands a [Failure.NoNextPlugin].
    Outcome handle(Query query);
}
