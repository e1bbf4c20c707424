package dev.onoma.plugins.errors;

import com.google.re2j.Pattern;
import dev.onoma.api.Durations;
import dev.onoma.api.Time;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;

/// Failures whose text is alike: counted for a while after the first, then told in one line.
///
/// Any thread. The count is the only state: whoever raises it from zero starts the clock.
final class Consolidated {
    private final Pattern pattern;
    private final Duration window;
    private final Consumer<String> sink;
    private final boolean showFirst;
    private final Time time;
    private final AtomicInteger count = new AtomicInteger();
    private volatile boolean closed;

    /// @param window how long is counted, not negative
    /// @param sink where lines go, by the level
    /// @param showFirst whether the first failure is logged by itself
    Consolidated(
            Pattern pattern, Duration window, Consumer<String> sink, boolean showFirst, Time time) {
        this.pattern = pattern;
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
        if (!pattern.matcher(text).find()) {
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
                            .formatted(failures, pattern.pattern(), Durations.format(window)));
        }
    }

    /// Tells what has been counted; from now on each failure gets its own line.
    void close() {
        closed = true;
        tell();
    }
}
