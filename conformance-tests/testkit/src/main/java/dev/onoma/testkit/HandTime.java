package dev.onoma.testkit;

import dev.onoma.api.Time;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;

/// Time that stands still until a test moves it. What is due runs inside of [#advance], which one
/// thread calls; tasks may come from any.
public final class HandTime implements Time {
    private static final Instant BEGIN = Instant.parse("2026-01-01T00:00:00Z");

    private final List<Due> tasks = new CopyOnWriteArrayList<>();
    private volatile long nanos;

    /// Something to do, once or again and again.
    private static final class Due implements Task {
        private final Runnable work;
        private final long periodNanos;
        private volatile long at;

        Due(Runnable work, long at, long periodNanos) {
            this.work = work;
            this.at = at;
            this.periodNanos = periodNanos;
        }

        @Override
        public void cancel() {
            at = Long.MAX_VALUE;
        }
    }

    @Override
    public long nanos() {
        return nanos;
    }

    @Override
    public Instant now() {
        return BEGIN.plusNanos(nanos);
    }

    @Override
    public Task after(Duration delay, Runnable work) {
        return add(new Due(work, nanos + delay.toNanos(), 0));
    }

    @Override
    public Task every(Duration period, Runnable work) {
        return add(new Due(work, nanos + period.toNanos(), period.toNanos()));
    }

    private Task add(Due due) {
        tasks.add(due);
        return due;
    }

    /// How many tasks wait.
    public long waiting() {
        return tasks.stream().filter(t -> t.at != Long.MAX_VALUE).count();
    }

    /// Moves the time on, and does what is due on the way, in its order.
    public void advance(Duration duration) {
        long end = nanos + duration.toNanos();
        for (var due = next(end); due.isPresent(); due = next(end)) {
            run(due.get());
        }
        nanos = end;
    }

    private Optional<Due> next(long end) {
        return tasks.stream().filter(t -> t.at <= end).min(Comparator.comparingLong(t -> t.at));
    }

    private void run(Due due) {
        nanos = due.at;
        due.at = due.periodNanos == 0 ? Long.MAX_VALUE : due.at + due.periodNanos;
        due.work.run();
    }
}
