package dev.onoma.plugins.cache;

import dev.onoma.api.Handler;
import dev.onoma.api.Next;
import dev.onoma.api.Outcome;
import dev.onoma.api.Query;
import dev.onoma.api.Response;
import dev.onoma.api.Time;
import dev.onoma.api.ZoneSet;
import org.xbill.DNS.Rcode;

/// Answers from the [CacheTable], and puts there what the plugins behind it answer.
///
/// A hit is one probe, two counters and a response that points to the kept octets: no lock, no
/// clock, no allocation. On a miss the answer is kept on its way back; identical misses at the same
/// time are merged by whoever asks others (`forward`), not here.
final class CacheHandler implements Handler, Outcome.Continuation {
    private final ZoneSet zones;
    private final boolean ttlKept;
    private final CacheTable table;
    private final CacheMetrics metrics;
    private final Storing storing;
    private final CacheOptions.Prefetch prefetch;
    private final Outcome.Continuation refresh = this::refreshed;

    CacheHandler(CacheOptions options, CacheTable table, CacheMetrics metrics, Time time) {
        zones = new ZoneSet(options.zones());
        ttlKept = options.ttlKept();
        prefetch = options.prefetch();
        this.table = table;
        this.metrics = metrics;
        storing = new Storing(options, time);
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
        if (entry != null && entry.isFresh(query.receivedNanos())) {
            counters.hits(entry.kind).inc();
            entry.used();
            if (prefetch.amount() > 0 && entry.isDue(prefetch, query.receivedNanos())) {
                counters.prefetches.inc();
                var own = query.detached();
                var _ = next.handle(own).then(own, hash, refresh);
            }
            return entry.outcome(query, ttlKept);
        }
        counters.misses.inc();
        return next.handle(query).then(query, hash, this);
    }

    @Override
    public Outcome settled(Query query, long hash, Outcome settled) {
        switch (settled) {
            case Outcome.Reply(var response) -> keep(query, hash, response);
            case Outcome.Failed failed -> keep(query, hash, failed);
            case Outcome.Dropped _, Outcome.Later _ -> {
                // There is nothing to keep, now.
            }
        }
        return settled;
    }

    private void keep(Query query, long hash, Response response) {
        if (response.query() != query && !isSameQuestion(query, response.query())) {
            metrics.of(query).drops.inc();
            return;
        }
        if (!response.isTtlKept()) {
            response.answers(); // decodes, with the TTLs that were meant
        }
        var sections = response.sections();
        var term = storing.term(query, response, sections, table.find(hash, query));
        if (term != null) {
            put(query, new Entry(hash, query, response, sections, term));
            if (term.ttlMin() > 0 || term.ttlMax() < Integer.MAX_VALUE) {
                response.sections(sections).ttlRange(term.ttlMin(), term.ttlMax());
            }
        }
    }

    private static boolean isSameQuestion(Query query, Query other) {
        return query.key().equals(other.key())
                && query.type() == other.type()
                && query.dclass() == other.dclass();
    }

    // A refresh that fails leaves what there is.
    private Outcome refreshed(Query query, long hash, Outcome settled) {
        if (settled instanceof Outcome.Reply(var response)
                && (response.rcode() == Rcode.NOERROR || response.rcode() == Rcode.NXDOMAIN)) {
            var before = table.find(hash, query);
            keep(query, hash, response);
            var after = table.find(hash, query);
            if (before != null && after != null) {
                after.continueCount(before);
            }
        }
        return settled;
    }

    private void keep(Query query, long hash, Outcome.Failed failed) {
        var term = storing.term(query, failed.failure(), table.find(hash, query));
        if (term != null) {
            put(query, new Entry(hash, query, failed, term));
        }
    }

    private void put(Query query, Entry entry) {
        int evicted = table.put(entry);
        var counters = metrics.of(query);
        if (evicted > 0) {
            counters.evictions(entry.kind).add(evicted);
        }
        counters.entries(Kind.SUCCESS).set(table.count(Kind.SUCCESS));
        counters.entries(Kind.DENIAL).set(table.count(Kind.DENIAL));
    }
}
