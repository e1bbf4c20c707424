package dev.onoma.server.chain;

import dev.onoma.api.ChainWatcher;
import dev.onoma.api.Ede;
import dev.onoma.api.Failure;
import dev.onoma.api.Handler;
import dev.onoma.api.Next;
import dev.onoma.api.Outcome;
import dev.onoma.api.Query;
import dev.onoma.server.wire.WireQuery;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.xbill.DNS.Rcode;

/// One plugin in the chain of a server block, and what comes after it.
public final class Link implements Next {
    private final String plugin;
    private final Handler handler;
    private final Next next;
    private final Mistakes mistakes;

    private Link(String plugin, Handler handler, Next next, Mistakes mistakes) {
        this.plugin = plugin;
        this.handler = handler;
        this.next = next;
        this.mistakes = mistakes;
    }

    /// Links plugins, the first in front. Behind the last stands [Failure.NoNextPlugin]; where
    /// there are none, queries are refused.
    public static Next chain(List<Map.Entry<String, Handler>> plugins, Mistakes mistakes) {
        var behind =
                plugins.isEmpty()
                        ? new Failure.Other(
                                Rcode.REFUSED,
                                Ede.NOT_AUTHORITATIVE,
                                "no plugin of this server block answers")
                        : new Failure.NoNextPlugin(plugins.getLast().getKey());
        return chain(plugins, behind, mistakes);
    }

    /// Links the plugins that take messages of an opcode that is not QUERY.
    ///
    /// @param rcode what the client gets if all of them pass it on
    /// @return null if none of them takes it
    public static @Nullable Next chain(
            List<Map.Entry<String, Handler>> plugins, int opcode, int rcode, Mistakes mistakes) {
        var takers = plugins.stream().filter(p -> p.getValue().takes(opcode)).toList();
        var end = new Failure.Other(rcode, Ede.NONE, "no plugin takes this");
        return takers.isEmpty() ? null : chain(takers, end, mistakes);
    }

    private static Next chain(
            List<Map.Entry<String, Handler>> plugins, Failure behind, Mistakes mistakes) {
        var end = Outcome.failed(behind);
        Next next = _ -> end;
        for (var plugin : plugins.reversed()) {
            next = new Link(plugin.getKey(), plugin.getValue(), next, mistakes);
        }
        return next;
    }

    @Override
    public Next watched(ChainWatcher watcher) {
        return new TracedLink(plugin, handler, next.watched(watcher), mistakes, watcher);
    }

    /// A mistake of this plugin ends here, so that the plugins in front see what became of it.
    @Override
    public Outcome handle(Query query) {
        if (query instanceof WireQuery wire) {
            wire.reached(plugin);
        }
        try {
            return handler.handle(query, next);
        } catch (Exception | StackOverflowError | LinkageError e) {
            return mistakes.failed(query, e);
        }
    }

    @Override
    public String toString() {
        return plugin;
    }
}
