package dev.onoma.api;

import java.time.Duration;
import java.time.Instant;

/// Time, and what is to be done at some time. Tests move it by hand.
public interface Time {
    /// Monotonic nanoseconds, of no meaning but for their differences.
    long nanos();

    /// The date and time.
    Instant now();

    /// Does something once, after a delay, on a virtual thread.
    Task after(Duration delay, Runnable work);

    /// Does something again and again, on a virtual thread, one run at a time. The first is after
    /// one period.
    Task every(Duration period, Runnable work);

    /// Something that is to be done.
    @FunctionalInterface
    interface Task {
        /// Forgets it. A run that has begun goes on.
        void cancel();
    }
}
