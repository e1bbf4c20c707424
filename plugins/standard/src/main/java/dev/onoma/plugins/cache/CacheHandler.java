package dev.onoma.plugins.cache;

import dev.onoma.api.Handler;
import dev.onoma.api.Next;
import dev.onoma.api.Outcome;
import dev.onoma.api.Query;
import dev.onoma.api.Time;
import dev.onoma.api.ZoneSet;

/// Answers from the [CacheTable], and has [Keeping] put there what the plugins behind it answer.
///
/// A hit is one probe, two counters and a response that points to the kept octets: no lock, no
/// clock, no allocation. On a miss the answer is kept on its way back; identical misses at the same
/// time are merged by whoever asks others (`forward`), not here.
final class CacheHandler implements Handler {
    private final ZoneSet zones;
    private final boolean ttlKept;
    private final CacheTable table;
    private final CacheMetrics metrics;
    private final Keeping keeping;
    private final CacheOptions.Prefetch prefetch;
    private final Staleness staleness;

    CacheHandler(CacheOptions options, CacheTable table, CacheMetrics metrics, Time time) {
        zones = new ZoneSet(options.zones());
        ttlKept = options.ttlKept();
        prefetch = options.prefetch();
        this.table = table;
        this.metrics = metrics;
        keeping = new Keeping(options, table, metrics, time);
        staleness = new Staleness(options, keeping, time);
    }

    @Override
    public Outcome handle(Query query, Next next) {
        if (!zones.contains(query.key())) {
            return next.handle(query);
        }
        var counters = metrics.of(query);
        counters.requests.inc();
        long hash = CacheTable.hash(query);
        var entry = table.find(hash, query);
        long now = query.receivedNanos();
        if (entry == null || !entry.isServable(now)) {
            counters.misses.inc();
            if (query.isExplained()) {
                query.note(
                        entry == null
                                ? "nothing is kept for this"
                                : "too old: " + entry.describe(now));
            }
            return next.handle(query).then(query, hash, keeping);
        }
        counters.hits(entry.kind).inc();
        entry.used();
        if (query.isExplained()) {
            query.note("kept: " + entry.describe(now));
        }
        if (!entry.isFresh(now)) {
            return staleness.answer(query, next, entry, counters);
        }
        if (prefetch.amount() > 0 && entry.isDue(prefetch, now)) {
            refresh(query, next, entry, counters);
        }
        return entry.outcome(query, ttlKept);
    }

    private void refresh(Query query, Next next, Entry entry, CacheMetrics.Labelled counters) {
        counters.prefetches.inc();
        query.note("wanted often and soon over: asked again in the background");
        var own = query.detached();
        var _ = next.handle(own).then(own, entry.hash, keeping.refresh());
    }
}
