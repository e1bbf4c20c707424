package dev.onoma.plugins.cache;

import dev.onoma.api.Next;
import dev.onoma.api.Outcome;
import dev.onoma.api.Query;
import dev.onoma.api.Response;
import dev.onoma.api.Time;
import io.netty.util.concurrent.EventExecutor;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/// Serves answers that have expired, while there is nothing newer (RFC 8767).
///
/// Either at once, and somebody newer is looked for behind the client's back, one attempt at a
/// time; or when the attempt on behalf of the client has failed or takes too long. After a failed
/// attempt nobody tries for a while, so that an upstream that is gone costs no client any time.
final class Staleness {
    private final boolean verify;
    private final Duration timeout;
    private final int ttlSeconds;
    private final Keeping keeping;
    private final Time time;

    Staleness(CacheOptions options, Keeping keeping, Time time) {
        verify = options.stale().verify();
        timeout = options.stale().timeout();
        ttlSeconds = ttlSeconds(options);
        this.keeping = keeping;
        this.time = time;
    }

    private static int ttlSeconds(CacheOptions options) {
        var ttl = options.stale().ttl();
        if (ttl == null) {
            return options.ttlKept() ? -1 : (int) CacheOptions.STALE_TTL.toSeconds();
        }
        return ttl.isZero() && options.ttlKept() ? -1 : (int) ttl.toSeconds();
    }

    /// Answers a query for which there is only an entry that has expired.
    Outcome answer(Query query, Next next, Entry entry, CacheMetrics.Labelled counters) {
        long now = query.receivedNanos();
        // What comes back for a query without RD is not kept, so it refreshes nothing.
        boolean asks = query.recursionDesired() && entry.mayRetry(now);
        if (query.isExplained()) {
            query.note(
                    !asks
                            ? "stale, and nobody tries for something newer yet"
                            : verify
                                    ? "stale: something newer is waited for, not for long"
                                    : "stale: something newer is asked for in the background");
        }
        if (verify && asks) {
            return verify(query, next, entry, counters);
        }
        if (asks && entry.beginRefresh(now)) {
            counters.prefetches.inc();
            var own = query.detached();
            var _ = next.handle(own).then(own, entry.hash, keeping.refresh());
        }
        return stale(query.reply(), entry, counters);
    }

    private Outcome stale(Response reply, Entry entry, CacheMetrics.Labelled counters) {
        counters.servedStale.inc();
        return entry.staleOutcome(reply, ttlSeconds);
    }

    private Outcome verify(Query query, Next next, Entry entry, CacheMetrics.Labelled counters) {
        var outcome = next.handle(query);
        if (outcome instanceof Outcome.Later later) {
            return new Verification(query, entry, counters).begin(later);
        }
        return keeping.keep(query, entry.hash, outcome)
                ? outcome
                : stale(query.reply(), entry, counters);
    }

    /// A client that waits for something newer, but not for long.
    private final class Verification {
        private final Query query;
        private final Entry entry;
        private final CacheMetrics.Labelled counters;
        private final CompletableFuture<Outcome> first = new CompletableFuture<>();

        Verification(Query query, Entry entry, CacheMetrics.Labelled counters) {
            this.query = query;
            this.entry = entry;
            this.counters = counters;
        }

        Outcome begin(Outcome.Later later) {
            var task = time.after(timeout, () -> onOwnThread(this::late));
            later.stage()
                    .whenComplete((settled, mistake) -> {
                        task.cancel();
                        onOwnThread(() -> ended(settled, mistake));
                    });
            return new Outcome.Later(first);
        }

        private void onOwnThread(Runnable step) {
            if (query.executor() instanceof EventExecutor loop && loop.inEventLoop()) {
                step.run();
            } else {
                query.executor().execute(step);
            }
        }

        // The work goes on, and what it brings is kept; but it writes to the query's own response.
        private void late() {
            if (!first.isDone()) {
                query.abandon();
                keeping.failed(entry, "no answer in time");
                first.complete(stale(new Response(query), entry, counters));
            }
        }

        private void ended(@Nullable Outcome settled, @Nullable Throwable mistake) {
            var outcome =
                    settled == null
                            ? Outcome.mistaken(
                                    mistake == null ? new IllegalStateException() : mistake)
                            : settled;
            boolean newer = keeping.keep(query, entry.hash, outcome);
            if (!first.isDone()) {
                first.complete(newer ? outcome : stale(query.reply(), entry, counters));
            }
        }
    }
}
