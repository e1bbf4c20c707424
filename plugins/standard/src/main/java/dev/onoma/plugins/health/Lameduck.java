package dev.onoma.plugins.health;

import dev.onoma.api.Durations;
import dev.onoma.api.Log;
import dev.onoma.api.ServerBlock;
import dev.onoma.api.Time;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;

/// Delays the end of the process while everything still works: clients and load balancers have
/// learned by then that this server goes.
///
/// Server blocks wait at the same time, not one after the other: the longest wish counts.
final class Lameduck implements AutoCloseable {
    private final Time time;
    private final Log log;
    private boolean begun;
    private long beginNanos;

    Lameduck(ServerBlock block) {
        time = block.time();
        log = block.log("health");
    }

    /// Waits until this time has passed since the first call.
    void await(Duration duration) throws InterruptedException {
        if (!begun) {
            begun = true;
            beginNanos = time.nanos();
        }
        var left = duration.minusNanos(time.nanos() - beginNanos);
        if (!left.isPositive()) {
            return;
        }
        log.info("Going into lameduck mode for " + Durations.format(duration));
        var over = new CountDownLatch(1);
        time.after(left, over::countDown);
        over.await();
    }

    @Override
    public void close() {
        // Nothing is open; a configuration that keeps it keeps the beginning.
    }
}
