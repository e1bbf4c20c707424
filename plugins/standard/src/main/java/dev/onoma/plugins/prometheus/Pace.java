package dev.onoma.plugins.prometheus;

/// Lets a number of requests through at once, and then one in each interval. Any thread.
final class Pace {
    private final long intervalNanos;
    private final int burst;
    private long paidNanos; // until when the requests so far have used up time

    Pace(WebConfiguration.Rate rate, long nowNanos) {
        intervalNanos = rate.interval().toNanos();
        burst = rate.burst();
        paidNanos = nowNanos;
    }

    synchronized boolean allows(long nowNanos) {
        long owed = Math.max(0, paidNanos - nowNanos);
        if (owed > (burst - 1) * intervalNanos) {
            return false;
        }
        paidNanos = nowNanos + owed + intervalNanos;
        return true;
    }
}
