package dev.onoma.server.explain;

import dev.onoma.api.ChainWatcher;
import dev.onoma.api.Explanation;
import dev.onoma.api.Next;
import dev.onoma.api.Outcome;
import dev.onoma.api.Query;
import dev.onoma.server.wire.WireQuery;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.xbill.DNS.Type;

/// One plugin that is asked, from its first instruction to its decision. A query belongs to one
/// thread at a time, but plugins may look several names up at once: guarded by the [Tracer].
final class PluginVisit implements ChainWatcher.Visit {
    static final int NOTES_MAX = 50;

    private final Tracer tracer;
    private final String plugin;
    private final WireQuery query;
    private final String question;
    private final int depth;
    private final long beginNanos;
    private final List<String> notes = new ArrayList<>();
    private long elsewhereNanos;
    private int asked;
    private @Nullable Look below;
    private @Nullable Look own;
    private long endNanos;

    PluginVisit(Tracer tracer, String plugin, WireQuery query) {
        this.tracer = tracer;
        this.plugin = plugin;
        this.query = query;
        question = question(query);
        depth = query.depth();
        beginNanos = System.nanoTime();
    }

    static String question(Query query) {
        return query.name() + " " + Type.string(query.type());
    }

    @Override
    public Outcome ask(Query other, Next rest) {
        long begin = System.nanoTime();
        synchronized (tracer) {
            asked++;
        }
        if (other != query) {
            var different = question(other);
            if (!different.equals(question)) {
                note("asks for " + different + " instead");
            }
        }
        return rest.handle(other).then(settled -> heard(settled, begin));
    }

    private Outcome heard(Outcome settled, long begin) {
        synchronized (tracer) {
            elsewhereNanos += System.nanoTime() - begin;
            below = Look.at(settled);
        }
        return settled;
    }

    @Override
    public Outcome leave(Outcome settled) {
        synchronized (tracer) {
            own = Look.at(settled);
            endNanos = System.nanoTime();
            tracer.metadata(query).forEach(this::note);
            tracer.left(this);
        }
        return settled;
    }

    /// A reason, or what else there is to say.
    void note(String reason) {
        synchronized (tracer) {
            if (notes.size() < NOTES_MAX && !notes.contains(reason)) {
                notes.add(reason);
            }
        }
    }

    /// What is known of it now.
    Explanation.Step step(long nowNanos) {
        synchronized (tracer) {
            long end = own == null ? nowNanos : endNanos;
            return new Explanation.Step(
                    depth,
                    plugin,
                    question,
                    decision(),
                    Math.max(0, end - beginNanos - elsewhereNanos),
                    List.copyOf(notes));
        }
    }

    private String decision() {
        var last = own;
        var before = below;
        if (last == null) {
            return asked > 0 && before == null ? "waits for the plugins behind it" : "waits";
        }
        if (asked == 0) {
            return last.rcode() < 0 ? last.text() : "answered " + last.text();
        }
        if (before == null) {
            return "answered " + last.text() + " without waiting for the plugins behind it";
        }
        var times = asked > 1 ? ", after asking " + asked + " times" : "";
        var changes = last.changesSince(before);
        return (changes.isEmpty() ? "passed on" : "changed: " + changes) + times;
    }
}
