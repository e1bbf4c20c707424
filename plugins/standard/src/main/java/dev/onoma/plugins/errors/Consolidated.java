package dev.onoma.plugins.errors;

import dev.onoma.api.Durations;
import dev.onoma.api.Time;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.function.Predicate;

/// Failures whose text is alike: counted for a while after the first, then told in one line.
///
/// Any thread. The count is the only state: whoever raises it from zero starts the clock.
final class Consolidated {
    private final Predicate<String> selects;
    private final String like;
    private final Duration window;
    private final Consumer<String> sink;
    private final boolean showFirst;
    private final Time time;
    private final AtomicInteger count = new AtomicInteger();
    private volatile boolean closed;

    /// @param selects whether a failure of this text is one of them
    /// @param like what they have in common, for the line
    /// @param window how long is counted, not negative
    /// @param sink where lines go, by the level
    /// @param showFirst whether the first failure is logged by itself
    Consolidated(
            Predicate<String> selects,
            String like,
            Duration window,
            Consumer<String> sink,
            boolean showFirst,
            Time time) {
        this.selects = selects;
        this.like = like;
        this.window = window;
        this.sink = sink;
        this.showFirst = showFirst;
        this.time = time;
    }

    /// Counts a failure, if it is one of this kind.
    ///
    /// @param text why the query failed
    /// @param line what would be logged for this failure alone
    /// @return whether it is
    boolean count(String text, String line) {
        if (!selects.test(text)) {
            return false;
        }
        if (closed) {
            sink.accept(line);
        } else if (count.getAndIncrement() == 0) {
            if (showFirst) {
                sink.accept(line);
            }
            time.after(window, this::tell);
        }
        return true;
    }

    private void tell() {
        int failures = count.getAndSet(0);
        if (failures > (showFirst ? 1 : 0)) {
            sink.accept(
                    "%d errors like '%s' occurred in last %s"
                            .formatted(failures, like, Durations.format(window)));
        }
    }

    /// Tells what has been counted; from now on each failure gets its own line.
    void close() {
        closed = true;
        tell();
    }
}
