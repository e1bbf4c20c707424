package dev.onoma.plugins.trace;

import brave.Tracing;
import dev.onoma.api.Handler;
import dev.onoma.api.Next;
import dev.onoma.api.Outcome;
import dev.onoma.api.Query;
import dev.onoma.api.Time;
import java.util.concurrent.atomic.AtomicLong;

/// Chooses the queries that are traced, and lets somebody look on at those. What plugins look up on
/// behalf of one belongs to its trace.
final class TraceHandler implements Handler {
    private final long every;
    private final String[] tags;
    private final Tracing tracing;
    private final SpanQueue queue;
    private final int spansMax;
    private final Time time;
    private final AtomicLong queries = new AtomicLong();

    TraceHandler(TraceOptions options, Tracing tracing, SpanQueue queue, Time time) {
        every = options.every();
        tags = TracedQuery.tags(options.kind() == TraceOptions.Kind.DATADOG ? '@' : '/');
        this.tracing = tracing;
        this.queue = queue;
        spansMax = options.spansMax();
        this.time = time;
    }

    @Override
    public Outcome handle(Query query, Next next) {
        if (!isTraced(query)) {
            return next.handle(query);
        }
        var known = query.watcher();
        if (known != null) {
            return next.watched(known).handle(query);
        }
        var root = Parent.begin(tracing, query.requestFields());
        if (root.isNoop()) {
            return next.handle(query); // whoever asks does not want it
        }
        var traced = new TracedQuery(tracing, root, time, queue, spansMax);
        query.watcher(traced);
        query.metadata("trace/traceid", root.context()::traceIdString);
        return next.watched(traced).handle(query).then(settled -> traced.end(query, settled, tags));
    }

    // Those that somebody has explained are nobody's.
    private boolean isTraced(Query query) {
        if (every == 0 || query.isExplained()) {
            return false;
        }
        return query.watcher() != null || every == 1 || queries.incrementAndGet() % every == 0;
    }
}
