package dev.onoma.plugins.dnstap;

import dev.onoma.api.Log;
import dev.onoma.api.Time;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/// Records on their way to one connection: bounded, so that a slow one costs memory up to a limit,
/// and time to nobody but itself.
final class FrameQueue {
    private static final long COMPLAINT_PAUSE_NANOS = Duration.ofSeconds(10).toNanos();

    private final ArrayBlockingQueue<byte[]> waiting;
    private final DnstapMetrics metrics;
    private final Time time;
    private final Log log;
    private final AtomicLong lost = new AtomicLong();
    private final AtomicLong complainedNanos;
    private volatile boolean ending;

    FrameQueue(int messages, DnstapMetrics metrics, Time time, Log log) {
        waiting = new ArrayBlockingQueue<>(messages);
        this.metrics = metrics;
        this.time = time;
        this.log = log;
        complainedNanos = new AtomicLong(time.nanos() - COMPLAINT_PAUSE_NANOS);
    }

    /// Takes a record, or counts it as lost. Any thread, never waits.
    void offer(byte[] frame) {
        if (!waiting.offer(frame)) {
            lost();
        }
    }

    /// One record was lost.
    void lost() {
        metrics.dropped().inc();
        lost.incrementAndGet();
        long now = time.nanos();
        long last = complainedNanos.get();
        if (now - last >= COMPLAINT_PAUSE_NANOS && complainedNanos.compareAndSet(last, now)) {
            log.queued().warning("Dropped dnstap messages: " + lost.getAndSet(0));
        }
    }

    /// What waits is the last; whoever writes ends when it is written.
    void end() {
        ending = true;
    }

    boolean isEnding() {
        return ending;
    }

    /// Writes all that comes, until [#end].
    ///
    /// @throws IOException if the other side does not take it any more
    void writeTo(Frames frames) throws IOException, InterruptedException {
        while (true) {
            var frame = next(frames);
            if (frame == null) {
                if (ending) {
                    return;
                }
                continue;
            }
            try {
                frames.write(frame);
            } catch (IOException e) {
                lost();
                throw e;
            }
            metrics.sent().inc();
        }
    }

    // Many records leave with one system call while there are many.
    private byte @Nullable [] next(Frames frames) throws IOException, InterruptedException {
        var frame = waiting.poll();
        if (frame != null) {
            return frame;
        }
        frames.flush();
        return ending ? null : waiting.poll(200, TimeUnit.MILLISECONDS);
    }
}
