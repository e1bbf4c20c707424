package dev.onoma.plugins.kubernetes;

import java.time.Duration;
import java.util.concurrent.Semaphore;
import java.util.concurrent.locks.ReentrantLock;

/// Keeps our requests to an API server within `apiserver_qps`, `apiserver_burst` and
/// `apiserver_max_inflight`: a bucket of tokens, and a number of lists at a time. Watches, which
/// last, are not counted among those in flight.
final class RequestLimiter {
    private static final double NANOS_PER_SECOND = 1e9;
    private static final int ANY = 1 << 16;

    private final double perNano;
    private final double tokensMax;
    private final Semaphore inFlight;
    private final ReentrantLock lock = new ReentrantLock();
    private double tokens;
    private long filledNanos = System.nanoTime();

    RequestLimiter(double queriesPerSecond, int burst, int inFlightMax) {
        perNano = queriesPerSecond / NANOS_PER_SECOND;
        tokensMax = Math.max(1, burst);
        tokens = tokensMax;
        inFlight = new Semaphore(inFlightMax == 0 ? ANY : inFlightMax);
    }

    /// Waits until the next request may be sent.
    ///
    /// @return for how long it waited
    Duration await() throws InterruptedException {
        if (perNano == 0) {
            return Duration.ZERO;
        }
        var wait = Duration.ofNanos(Math.max(0, take()));
        Thread.sleep(wait);
        return wait;
    }

    private long take() {
        lock.lock();
        try {
            long now = System.nanoTime();
            tokens = Math.min(tokensMax, tokens + (now - filledNanos) * perNano);
            filledNanos = now;
            tokens--;
            return tokens >= 0 ? 0 : (long) (-tokens / perNano);
        } finally {
            lock.unlock();
        }
    }

    void beginList() throws InterruptedException {
        inFlight.acquire();
    }

    void endList() {
        inFlight.release();
    }
}
