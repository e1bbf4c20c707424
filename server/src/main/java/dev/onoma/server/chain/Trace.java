package dev.onoma.server.chain;

import dev.onoma.api.Next;
import dev.onoma.api.Outcome;
import dev.onoma.api.Query;

/// Looks on while one query goes through a chain.
public interface Trace {
    /// A plugin is asked.
    Visit enter(String plugin, Query query);

    /// What one plugin does.
    interface Visit {
        /// It asks the rest of the chain.
        Outcome ask(Query query, Next rest);

        /// It has decided. Returns the same outcome.
        Outcome leave(Outcome settled);
    }
}
