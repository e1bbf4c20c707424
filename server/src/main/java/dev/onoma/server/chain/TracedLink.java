package dev.onoma.server.chain;

import dev.onoma.api.ChainWatcher;
import dev.onoma.api.Handler;
import dev.onoma.api.Next;
import dev.onoma.api.Outcome;
import dev.onoma.api.Query;
import dev.onoma.server.wire.WireQuery;

/// A [Link] that tells a [ChainWatcher] what the plugin does.
final class TracedLink implements Next {
    private final String plugin;
    private final Handler handler;
    private final Next next;
    private final Mistakes mistakes;
    private final ChainWatcher watcher;

    TracedLink(String plugin, Handler handler, Next next, Mistakes mistakes, ChainWatcher watcher) {
        this.plugin = plugin;
        this.handler = handler;
        this.next = next;
        this.mistakes = mistakes;
        this.watcher = watcher;
    }

    @Override
    public Outcome handle(Query query) {
        if (query instanceof WireQuery wire) {
            wire.reached(plugin);
        }
        var visit = watcher.enter(plugin, query);
        Outcome outcome;
        try {
            outcome = handler.handle(query, asked -> visit.ask(asked, next));
        } catch (Exception | StackOverflowError | LinkageError e) {
            outcome = mistakes.failed(query, e);
        }
        return outcome.then(visit::leave);
    }
}
