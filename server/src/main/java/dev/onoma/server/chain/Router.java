package dev.onoma.server.chain;

import dev.onoma.api.ChainWatcher;
import dev.onoma.api.NameKey;
import dev.onoma.api.Next;
import dev.onoma.api.Outcome;
import dev.onoma.server.wire.WireQuery;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;
import org.xbill.DNS.DClass;
import org.xbill.DNS.Type;

/// Chooses the server block of a query by its longest zone, for one listener.
///
/// Immutable: a reload makes another. Of several blocks for one zone the first whose view accepts
/// the query answers; if none does, shorter zones are tried. A DS question belongs to the parent
/// (RFC 4035, section 3.1.4.1): the shortest zone that is not the root.
public final class Router {
    private static final int LINEAR_MAX = 4;

    private final String server;
    // By zone, longest first; those of one zone in the order of the Corefile.
    private final NameKey[] zones;
    private final Route[][] routes;
    private final int[] slots;
    private final LongAdder waiting = new LongAdder();

    /// @param server the identity of the listener, `dns://:53`
    public Router(String server, List<Route> all) {
        this.server = server;
        var grouped = new LinkedHashMap<NameKey, List<Route>>();
        all.stream()
                .sorted((a, b) -> b.zone().labels() - a.zone().labels())
                .forEach(r ->
                        grouped.computeIfAbsent(NameKey.of(r.zone()), _ -> new ArrayList<>())
                                .add(r));
        zones = grouped.keySet().toArray(NameKey[]::new);
        routes =
                grouped.values().stream().map(l -> l.toArray(Route[]::new)).toArray(Route[][]::new);
        slots = zones.length > LINEAR_MAX ? table(zones) : new int[0];
    }

    private static int[] table(NameKey[] zones) {
        var table = new int[Integer.highestOneBit(zones.length) * 4];
        for (int i = 0; i < zones.length; i++) {
            int slot = (int) zones[i].hash() & table.length - 1;
            while (table[slot] != 0) {
                slot = slot + 1 & table.length - 1;
            }
            table[slot] = i + 1;
        }
        return table;
    }

    /// The identity of the listener.
    public String server() {
        return server;
    }

    /// A query that came this way waits for somebody.
    public void began() {
        waiting.increment();
    }

    /// A query that waited has its outcome.
    public void ended() {
        waiting.decrement();
    }

    /// How many queries wait.
    public long waiting() {
        return waiting.sum();
    }

    /// Runs the chain of the block that answers, or returns null when there is none: refused.
    public @Nullable Outcome handle(WireQuery query) {
        var chain = route(query);
        return chain == null ? null : chain.handle(query);
    }

    /// Like [#handle], with somebody who looks on.
    public @Nullable Outcome explain(WireQuery query, ChainWatcher watcher) {
        var chain = route(query);
        return chain == null ? null : chain.watched(watcher).handle(query);
    }

    private @Nullable Next route(WireQuery query) {
        var route = query.type() == Type.DS ? parent(query) : longest(query);
        var chain = route == null ? null : route.chain(query.opcode());
        if (route == null || chain == null || isForeign(query, route)) {
            query.routed(this, server, "dropped", "");
            return null;
        }
        query.routed(this, server, route.label(), route.view());
        return chain;
    }

    private static boolean isForeign(WireQuery query, Route route) {
        return query.dclass() != DClass.IN && !route.otherClasses();
    }

    private @Nullable Route longest(WireQuery query) {
        var name = query.key();
        if (slots.length == 0) {
            for (int i = 0; i < zones.length; i++) {
                if (name.isUnder(zones[i])) {
                    var route = accepting(query, routes[i]);
                    if (route != null) {
                        return route;
                    }
                }
            }
            return null;
        }
        for (int label = 0; label <= name.labels(); label++) {
            int at = find(name, label);
            var route = at < 0 ? null : accepting(query, routes[at]);
            if (route != null) {
                return route;
            }
        }
        return null;
    }

    private int find(NameKey name, int label) {
        int offset = name.labelOffset(label);
        int slot = (int) name.suffixHash(label) & slots.length - 1;
        for (; slots[slot] != 0; slot = slot + 1 & slots.length - 1) {
            if (name.suffixEquals(offset, zones[slots[slot] - 1])) {
                return slots[slot] - 1;
            }
        }
        return -1;
    }

    private @Nullable Route parent(WireQuery query) {
        Route found = null;
        for (int i = 0; i < zones.length; i++) {
            if (query.key().isUnder(zones[i]) && (zones[i].labels() > 0 || found == null)) {
                var route = accepting(query, routes[i]);
                found = route == null ? found : route;
            }
        }
        return found;
    }

    private static @Nullable Route accepting(WireQuery query, Route[] candidates) {
        for (var route : candidates) {
            var metadata = route.metadata();
            if (metadata != null) {
                metadata.accept(query);
            }
            var filter = route.filter();
            if (filter == null || filter.test(query)) {
                return route;
            }
            query.forgetMetadata();
        }
        return null;
    }
}
