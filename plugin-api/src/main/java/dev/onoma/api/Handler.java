package dev.onoma.api;

import java.util.List;

/// What a plugin does with a query of one server block.
///
/// Called by many event loops at the same time, each with a query of its own: a handler holds only
/// what may be shared between threads. It never waits; work that must wait goes through
/// [Outcome#onVirtualThread].
@FunctionalInterface
public interface Handler {
    /// The handler of a plugin that only sets something. It has no link in the chain.
    Handler PASS = (query, next) -> next.handle(query);

    /// Answers the query, asks the next plugin, or says why neither can be done. An exception that
    /// escapes is a mistake of the plugin: it is counted, logged with its trace, and the client
    /// gets SERVFAIL.
    Outcome handle(Query query, Next next);

    /// Whether messages of another opcode than QUERY are for this handler, too: NOTIFY (4, RFC
    /// 1996) or UPDATE (5, RFC 2136). They pass the handlers that say so, in the order of the
    /// chain; behind the last the client gets NOTAUTH or NOTIMP. [Query#opcode] tells which it is.
    default boolean takes(int opcode) {
        return false;
    }

    /// One handler that asks several, each the next of the one before it.
    static Handler inOrder(List<Handler> handlers) {
        Handler all = PASS;
        for (var handler : handlers.reversed()) {
            all = all == PASS ? handler : new Sequence(handler, all);
        }
        return all;
    }

    /// Two handlers, the second behind the first.
    record Sequence(Handler first, Handler second) implements Handler {
        @Override
        public Outcome handle(Query query, Next next) {
            return first.handle(query, changed -> second.handle(changed, next));
        }

        @Override
        public boolean takes(int opcode) {
            return first.takes(opcode) || second.takes(opcode);
        }
    }
}
