package dev.onoma.plugins.kubernetes;

import dev.onoma.api.Metrics;

/// The numbers of one watch, looked up once.
final class WatchCounters {
    private final ApiMetrics metrics;
    private final ApiResource resource;
    private final Metrics.Counter puts;
    private final Metrics.Counter deletes;
    private final Metrics.Counter repeats;
    private final Metrics.Counter bookmarks;
    private final Metrics.Gauge contact;

    WatchCounters(ApiMetrics metrics, ApiResource resource) {
        this.metrics = metrics;
        this.resource = resource;
        puts = metrics.events(resource, "put");
        deletes = metrics.events(resource, "delete");
        repeats = metrics.events(resource, "repeated");
        bookmarks = metrics.events(resource, "bookmark");
        contact = metrics.contact(resource);
    }

    /// @param news false for an event that came before, or too late
    void event(boolean gone, boolean news) {
        if (!news) {
            repeats.inc();
        } else if (gone) {
            deletes.inc();
        } else {
            puts.inc();
        }
    }

    void bookmark() {
        bookmarks.inc();
    }

    void failed(ApiFailure.Cause cause) {
        metrics.failed(resource, cause);
    }

    void listed() {
        metrics.listed(resource);
        heard();
    }

    void heard() {
        metrics.heard(contact);
    }
}
