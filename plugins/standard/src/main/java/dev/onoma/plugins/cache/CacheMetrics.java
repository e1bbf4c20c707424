package dev.onoma.plugins.cache;

import dev.onoma.api.Metrics;
import dev.onoma.api.Metrics.Counter;
import dev.onoma.api.Metrics.Family;
import dev.onoma.api.Metrics.Gauge;
import dev.onoma.api.Metrics.Series;
import dev.onoma.api.Query;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import org.xbill.DNS.Name;

/// What the cache counts, under CoreDNS's names.
///
/// The labels `server` and `view` come with the query; there are few of them, so their counters are
/// found by a short walk and never asked for twice.
final class CacheMetrics {
    private final Family<Gauge> entries;
    private final Family<Counter> requests;
    private final Family<Counter> hits;
    private final Family<Counter> misses;
    private final Family<Counter> drops;
    private final Family<Counter> prefetches;
    private final Family<Counter> servedStale;
    private final Family<Counter> evictions;
    private final String zones;
    private volatile Labelled[] known = {};

    CacheMetrics(Metrics metrics, List<Name> zones) {
        this.zones = zones.stream().map(Name::toString).collect(Collectors.joining(","));
        entries =
                metrics.gauges(
                        "coredns_cache_entries",
                        "The number of elements in the cache.",
                        "server",
                        "type",
                        "zones",
                        "view");
        requests =
                counters(metrics, "coredns_cache_requests_total", "The count of cache requests.");
        misses =
                counters(
                        metrics,
                        "coredns_cache_misses_total",
                        "The count of cache misses. Deprecated, derive misses from cache hits/requests"
                                + " counters.");
        drops =
                counters(
                        metrics,
                        "coredns_cache_drops_total",
                        "The number responses that are not cached, because the reply is malformed.");
        prefetches =
                counters(
                        metrics,
                        "coredns_cache_prefetch_total",
                        "The number of times the cache has prefetched a cached item.");
        servedStale =
                counters(
                        metrics,
                        "coredns_cache_served_stale_total",
                        "The number of requests served from stale cache entries.");
        hits = kinds(metrics, "coredns_cache_hits_total", "The count of cache hits.");
        evictions =
                kinds(metrics, "coredns_cache_evictions_total", "The count of cache evictions.");
    }

    private static Family<Counter> counters(Metrics metrics, String name, String help) {
        return metrics.counters(name, help, "server", "zones", "view");
    }

    private static Family<Counter> kinds(Metrics metrics, String name, String help) {
        return metrics.counters(name, help, "server", "type", "zones", "view");
    }

    /// The series of one listener and view.
    final class Labelled {
        private final String server;
        private final String view;
        final Counter requests;
        final Counter misses;
        final Counter drops;
        final Counter prefetches;
        final Counter servedStale;
        private final ByKind<Counter> hits;
        private final ByKind<Counter> evictions;
        private final ByKind<Gauge> entries;

        private Labelled(String server, String view) {
            this.server = server;
            this.view = view;
            requests = CacheMetrics.this.requests.with(server, zones, view);
            misses = CacheMetrics.this.misses.with(server, zones, view);
            drops = CacheMetrics.this.drops.with(server, zones, view);
            prefetches = CacheMetrics.this.prefetches.with(server, zones, view);
            servedStale = CacheMetrics.this.servedStale.with(server, zones, view);
            hits = byKind(CacheMetrics.this.hits);
            evictions = byKind(CacheMetrics.this.evictions);
            entries = byKind(CacheMetrics.this.entries);
        }

        private <S extends Series> ByKind<S> byKind(Family<S> family) {
            return new ByKind<>(
                    family.with(server, Kind.SUCCESS.label(), zones, view),
                    family.with(server, Kind.DENIAL.label(), zones, view));
        }

        Counter hits(Kind kind) {
            return kind.of(hits.success, hits.denial);
        }

        Counter evictions(Kind kind) {
            return kind.of(evictions.success, evictions.denial);
        }

        Gauge entries(Kind kind) {
            return kind.of(entries.success, entries.denial);
        }
    }

    private record ByKind<S>(S success, S denial) {}

    /// The series of the listener and the view that this query came through.
    Labelled of(Query query) {
        var server = query.server();
        var view = query.view();
        for (var labelled : known) {
            if (labelled.server.equals(server) && labelled.view.equals(view)) {
                return labelled;
            }
        }
        return add(server, view);
    }

    private synchronized Labelled add(String server, String view) {
        var labelled = new Labelled(server, view);
        var more = Arrays.copyOf(known, known.length + 1);
        more[known.length] = labelled;
        known = more;
        return labelled;
    }
}
