package dev.onoma.plugins.cache;

import dev.onoma.api.Outcome;
import dev.onoma.api.Query;
import dev.onoma.api.Response;
import dev.onoma.api.Time;
import org.jspecify.annotations.Nullable;
import org.xbill.DNS.Rcode;

/// Puts into the [CacheTable] what the plugins behind the cache answer.
///
/// A failure never takes the place of an answer that may still be served, be it stale.
final class Keeping implements Outcome.Continuation {
    private final CacheTable table;
    private final CacheMetrics metrics;
    private final Storing storing;
    private final Time time;
    private final boolean positivePreferred;
    private final Outcome.Continuation refresh = this::refreshed;

    Keeping(CacheOptions options, CacheTable table, CacheMetrics metrics, Time time) {
        this.table = table;
        this.metrics = metrics;
        this.time = time;
        storing = new Storing(options, time);
        positivePreferred = options.stale().positivePreferred();
    }

    /// An answer on its way back to the client.
    @Override
    public Outcome settled(Query query, long hash, Outcome settled) {
        keep(query, hash, settled);
        return settled;
    }

    /// What became of the attempt to get something newer than an entry, begun with
    /// [Entry#beginRefresh].
    Outcome.Continuation refresh() {
        return refresh;
    }

    private Outcome refreshed(Query query, long hash, Outcome settled) {
        var before = table.find(hash, query);
        keep(query, hash, settled);
        if (before != null) {
            before.endRefresh();
            var after = table.find(hash, query);
            if (after != null) {
                after.continueCount(before);
            }
        }
        return settled;
    }

    /// Keeps what is worth it.
    ///
    /// @return whether the client should get this, rather than what was kept before
    boolean keep(Query query, long hash, Outcome settled) {
        return switch (settled) {
            case Outcome.Reply(var response) -> keep(query, hash, response);
            case Outcome.Failed failed -> keep(query, hash, failed);
            case Outcome.Dropped _, Outcome.Later _ -> false; // there is nothing to keep, now
        };
    }

    private boolean keep(Query query, long hash, Response response) {
        if (response.query() != query && !isSameQuestion(query, response.query())) {
            metrics.of(query).drops.inc();
            query.note("answers another question, so it is not kept");
            return false;
        }
        if (!response.isTtlKept()) {
            response.answers(); // decodes, with the TTLs that were meant
        }
        var sections = response.sections();
        var previous = table.find(hash, query);
        var term = storing.term(query, response, sections, previous);
        if (previous != null && outweighs(previous, response, term)) {
            failed(previous, response.edeText());
            query.note("what is kept is better than this, and stays");
            return false;
        }
        if (query.isExplained()) {
            query.note(term == null ? "not to be kept" : "kept for " + term.lifetime());
        }
        if (term != null) {
            put(query, new Entry(hash, query, response, sections, term));
            if (term.ttlMin() > 0 || term.ttlMax() < Integer.MAX_VALUE) {
                response.sections(sections).ttlRange(term.ttlMin(), term.ttlMax());
            }
        } else if (previous != null && says(response) && query.recursionDesired()) {
            // There is something newer, which is not to be kept; the old one is not true any more.
            table.remove(previous);
        }
        return true;
    }

    private static boolean isSameQuestion(Query query, Query other) {
        return query.key().equals(other.key())
                && query.type() == other.type()
                && query.dclass() == other.dclass();
    }

    // Whether what was kept before is the better answer.
    private boolean outweighs(Entry previous, Response response, Storing.@Nullable Term term) {
        if (previous.failures > 0 || !previous.isServable(time.nanos())) {
            return false;
        }
        return !says(response)
                || positivePreferred && previous.usable && (term == null || !term.usable());
    }

    // Whether it says what is, rather than that nobody knows.
    private static boolean says(Response response) {
        boolean known = response.rcode() == Rcode.NOERROR || response.rcode() == Rcode.NXDOMAIN;
        return known && !response.isTruncated();
    }

    private boolean keep(Query query, long hash, Outcome.Failed failed) {
        var previous = table.find(hash, query);
        if (previous != null && previous.failures == 0 && previous.isServable(time.nanos())) {
            failed(previous, failed.failure().edeText());
            return false;
        }
        var term = storing.term(query, failed.failure(), previous);
        if (query.isExplained() && term != null) {
            query.note("the failure is kept for " + term.lifetime());
        }
        if (term != null) {
            put(query, new Entry(hash, query, failed, term));
        }
        return true;
    }

    /// Nobody tries again for a while to get something newer than this.
    void failed(Entry entry, String because) {
        int before = entry.failedRefreshes();
        long pause = storing.pauseNanos(before);
        entry.refreshFailed(before + 1, time.nanos() + pause, because);
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
