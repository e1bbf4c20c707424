package dev.onoma.server;

import dev.onoma.api.Log;
import dev.onoma.api.Time;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;

/// The machine's time. One thread watches the clock, the work itself runs on virtual threads.
final class SystemTime implements Time, AutoCloseable {
    private final Log log;
    private final ScheduledThreadPoolExecutor clock =
            new ScheduledThreadPoolExecutor(
                    1, Thread.ofPlatform().daemon().name("onoma-clock").factory());

    SystemTime(Log log) {
        this.log = log;
        // Deadlines of queries come by the thousand, and nearly all are cancelled.
        clock.setRemoveOnCancelPolicy(true);
    }

    @Override
    public long nanos() {
        return System.nanoTime();
    }

    @Override
    public Instant now() {
        return Instant.now();
    }

    @Override
    public Task after(Duration delay, Runnable work) {
        var future =
                clock.schedule(
                        () -> Thread.startVirtualThread(() -> run(work)),
                        delay.toNanos(),
                        TimeUnit.NANOSECONDS);
        return () -> future.cancel(false);
    }

    @Override
    public Task every(Duration period, Runnable work) {
        var running = new AtomicBoolean();
        long nanos = Math.max(1, period.toNanos());
        var future =
                clock.scheduleWithFixedDelay(
                        () -> {
                            // A run that takes longer than the period is not joined by another.
                            if (running.compareAndSet(false, true)) {
                                Thread.startVirtualThread(() -> {
                                    run(work);
                                    running.set(false);
                                });
                            }
                        },
                        nanos,
                        nanos,
                        TimeUnit.NANOSECONDS);
        return () -> future.cancel(false);
    }

    private void run(Runnable work) {
        try {
            work.run();
        } catch (RuntimeException e) {
            log.error("a timed task failed: " + e);
        }
    }

    @Override
    public void close() {
        clock.shutdownNow();
    }
}
