package dev.onoma.server.explain;

import dev.onoma.api.ChainWatcher;
import dev.onoma.api.Explanation;
import dev.onoma.api.Outcome;
import dev.onoma.api.Query;
import dev.onoma.server.chain.Router;
import dev.onoma.server.wire.Context;
import dev.onoma.server.wire.WireQuery;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Executor;
import org.xbill.DNS.Rcode;

/// Looks on while one query, and what plugins look up on its behalf, goes through the server. Any
/// thread.
final class Tracer implements Context, ChainWatcher {
    static final int VISITS_MAX = 1000;

    private final Executor loop;
    private final Router router;
    private final List<PluginVisit> visits = new ArrayList<>();
    // Those that have not decided; the innermost last.
    private final ArrayDeque<PluginVisit> open = new ArrayDeque<>();
    private final Set<String> said = new HashSet<>();

    Tracer(Executor loop, Router router) {
        this.loop = loop;
        this.router = router;
    }

    @Override
    public Executor executor() {
        return loop;
    }

    @Override
    public Outcome ask(WireQuery inner, WireQuery origin) {
        note("looks " + PluginVisit.question(inner) + " up");
        var outcome = router.explain(inner, this);
        return outcome != null ? outcome : inner.reply().rcode(Rcode.REFUSED).build();
    }

    @Override
    public boolean isExplaining() {
        return true;
    }

    @Override
    public synchronized void note(String reason) {
        var innermost = open.peekLast();
        if (innermost != null) {
            innermost.note(reason);
        }
    }

    @Override
    public synchronized ChainWatcher.Visit enter(String plugin, Query query) {
        if (!(query instanceof WireQuery wire)) {
            throw new IllegalStateException("a query that did not come over the wire");
        }
        var visit = new PluginVisit(this, plugin, wire);
        if (visits.size() < VISITS_MAX) {
            visits.add(visit);
            open.addLast(visit);
        }
        return visit;
    }

    synchronized void left(PluginVisit visit) {
        open.remove(visit);
    }

    /// What plugins said about a query since this was asked last.
    synchronized List<String> metadata(WireQuery query) {
        var fresh = new ArrayList<String>();
        for (var label : query.metadataLabels()) {
            var text = label + ": " + query.metadata(label).orElse("");
            if (said.add(text)) {
                fresh.add(text);
            }
        }
        return fresh;
    }

    synchronized List<Explanation.Step> steps() {
        long now = System.nanoTime();
        return visits.stream().map(visit -> visit.step(now)).toList();
    }
}
