package dev.onoma.api;

import java.time.Duration;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;

/// Tells operators that limits are reached: counts each time, under
/// `onoma_limit_reached_total{limit}`, and logs the first time and then once a minute at most for
/// each limit, as whoever reaches one may do so very often. Any thread.
public final class LimitReports {
    private static final long QUIET_NANOS = Duration.ofMinutes(1).toNanos();

    private final Metrics.Family<Metrics.Counter> reached;
    private final Log log;
    private final ConcurrentHashMap<String, AtomicLong> loggedNanos = new ConcurrentHashMap<>();

    /// @param log for the server's own messages
    public LimitReports(Metrics metrics, Log log) {
        this.log = log;
        reached =
                metrics.counters(
                        "onoma_limit_reached_total",
                        "What was refused because a limit was reached.",
                        "limit");
    }

    /// Has a series for a limit before it is reached.
    public void known(String limit) {
        reached.with(limit);
    }

    /// A limit was reached.
    ///
    /// @param limit its label
    /// @param what is limited, what happens beyond, and with which option
    public void reached(String limit, String what) {
        reached.with(limit).inc();
        long now = System.nanoTime();
        var last = loggedNanos.computeIfAbsent(limit, _ -> new AtomicLong(now - QUIET_NANOS));
        long before = last.get();
        if (now - before >= QUIET_NANOS && last.compareAndSet(before, now)) {
            log.queued().warning("limit reached: " + what + " (limit=\"" + limit + "\")");
        }
    }
}
