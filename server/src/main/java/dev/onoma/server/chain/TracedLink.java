package dev.onoma.server.chain;

import dev.onoma.api.Handler;
import dev.onoma.api.Next;
import dev.onoma.api.Outcome;
import dev.onoma.api.Query;
import dev.onoma.server.wire.WireQuery;

/// A [Link] that tells a [Trace] what the plugin does.
final class TracedLink implements Next {
    private final String plugin;
    private final Handler handler;
    private final Next next;
    private final Mistakes mistakes;
    private final Trace trace;

    TracedLink(String plugin, Handler handler, Next next, Mistakes mistakes, Trace trace) {
        this.plugin = plugin;
        this.handler = handler;
        this.next = next;
        this.mistakes = mistakes;
        this.trace = trace;
    }

    @Override
    public Outcome handle(Query query) {
        if (query instanceof WireQuery wire) {
            wire.reached(plugin);
        }
        var visit = trace.enter(plugin, query);
        Outcome outcome;
        try {
            outcome = handler.handle(query, asked -> visit.ask(asked, next));
        } catch (Exception | StackOverflowError | LinkageError e) {
            outcome = mistakes.failed(query, e);
        }
        return outcome.then(visit::leave);
    }
}
