package dev.onoma.plugins.prometheus;

import dev.onoma.api.Handler;
import dev.onoma.api.Next;
import dev.onoma.api.Outcome;
import dev.onoma.api.Query;
import dev.onoma.api.Time;
import java.util.concurrent.locks.ReentrantLock;

/// Counts queries on their way back.
///
/// The series of a server, zone and view are found by the hashes that their texts keep, in a table
/// that is replaced as a whole when one is added; there is one entry for each zone and listener of
/// the block. Nothing is allocated, no lock is taken for series that are known.
final class PrometheusHandler implements Handler, Outcome.Continuation {
    private final QueryMetrics metrics;
    private final Time time;
    private final ReentrantLock adding = new ReentrantLock();
    private volatile ZoneSeries[] table = new ZoneSeries[8];
    private int size;

    PrometheusHandler(QueryMetrics metrics, Time time) {
        this.metrics = metrics;
        this.time = time;
    }

    @Override
    public boolean takes(int opcode) {
        return true;
    }

    @Override
    public Outcome handle(Query query, Next next) {
        return next.handle(query).then(query, 0, this);
    }

    @Override
    public Outcome settled(Query query, long number, Outcome settled) {
        series(query).count(query, settled, time.nanos() - query.receivedNanos());
        return settled;
    }

    private ZoneSeries series(Query query) {
        var known = find(table, query.server(), query.zone(), query.view());
        return known == null ? add(query) : known;
    }

    @SuppressWarnings("NullAway") // Empty slots are null; the checker has no array of those.
    private static ZoneSeries find(ZoneSeries[] table, String server, String zone, String view) {
        int slot = slot(server, zone, table.length);
        var found = table[slot];
        while (found != null && !found.isOf(server, zone, view)) {
            slot = slot + 1 & table.length - 1;
            found = table[slot];
        }
        return found;
    }

    private static int slot(String server, String zone, int length) {
        int hash = server.hashCode() * 31 + zone.hashCode();
        return (hash ^ hash >>> 16) & length - 1;
    }

    private ZoneSeries add(Query query) {
        adding.lock();
        try {
            var known = find(table, query.server(), query.zone(), query.view());
            if (known != null) {
                return known;
            }
            var added = new ZoneSeries(metrics, query.server(), query.zone(), query.view());
            size++;
            var larger = new ZoneSeries[2 * size > table.length ? 2 * table.length : table.length];
            for (var series : table) {
                put(larger, series);
            }
            put(larger, added);
            table = larger;
            return added;
        } finally {
            adding.unlock();
        }
    }

    private static void put(ZoneSeries[] table, ZoneSeries series) {
        if (series == null) {
            return;
        }
        int slot = slot(series.server(), series.zone(), table.length);
        while (table[slot] != null) {
            slot = slot + 1 & table.length - 1;
        }
        table[slot] = series;
    }
}
