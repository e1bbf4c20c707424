package dev.onoma.plugins.forward;

import dev.onoma.api.Time;
import io.netty.channel.EventLoop;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// Timers of one event loop, to about 10 milliseconds: setting and cancelling, which each query
/// does, cost nothing but a few links (Varghese and Lauck, SOSP 1987). Turns only while timers are
/// set.
final class Wheel {
    static final long TICK_NANOS = TimeUnit.MILLISECONDS.toNanos(10);
    private static final int SLOTS = 512;

    private final EventLoop loop;
    private final Time time;
    private final long startNanos;
    private final @Nullable Timer[] slots = new Timer[SLOTS];
    private long tick;
    private int count;
    private boolean turning;

    /// Something that happens later.
    abstract static class Timer {
        private @Nullable Timer before;
        private @Nullable Timer behind;
        private boolean set;
        private long due;

        /// It is time. On the event loop.
        abstract void expired();
    }

    Wheel(EventLoop loop, Time time) {
        this.loop = loop;
        this.time = time;
        startNanos = time.nanos();
    }

    private long tickAt(long nanos) {
        return (nanos - startNanos) / TICK_NANOS;
    }

    /// Sets a timer; it is set anew if it is set already.
    void set(Timer timer, long atNanos) {
        cancel(timer);
        if (count == 0) {
            tick = tickAt(time.nanos());
        }
        timer.due = Math.max(tick, tickAt(atNanos)) + 1;
        timer.set = true;
        int slot = (int) (timer.due % SLOTS);
        var first = slots[slot];
        timer.behind = first;
        if (first != null) {
            first.before = timer;
        }
        slots[slot] = timer;
        count++;
        turn();
    }

    void cancel(Timer timer) {
        if (!timer.set) {
            return;
        }
        timer.set = false;
        if (timer.behind != null) {
            timer.behind.before = timer.before;
        }
        if (timer.before != null) {
            timer.before.behind = timer.behind;
        } else {
            slots[(int) (timer.due % SLOTS)] = timer.behind;
        }
        timer.before = null;
        timer.behind = null;
        count--;
    }

    private void turn() {
        if (!turning && count > 0) {
            turning = true;
            var _ = loop.schedule(this::advance, TICK_NANOS, TimeUnit.NANOSECONDS);
        }
    }

    private void advance() {
        turning = false;
        long now = tickAt(time.nanos());
        // After a pause of more than a round, each slot is looked at once.
        long from = Math.max(tick + 1, now - SLOTS + 1);
        tick = Math.max(tick, now);
        for (long at = from; at <= now; at++) {
            expire((int) (at % SLOTS), now);
        }
        turn();
    }

    private void expire(int slot, long now) {
        for (var timer = dueIn(slot, now); timer != null; timer = dueIn(slot, now)) {
            cancel(timer);
            timer.expired();
        }
    }

    private @Nullable Timer dueIn(int slot, long now) {
        var timer = slots[slot];
        while (timer != null && timer.due > now) {
            timer = timer.behind;
        }
        return timer;
    }
}
