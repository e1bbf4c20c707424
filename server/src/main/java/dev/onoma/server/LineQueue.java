package dev.onoma.server;

import dev.onoma.api.Metrics;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/// Log lines on their way from event loops to a stream that may be slow: nobody waits for it.
///
/// Many lines are written by one call, which costs less than writing each. A thread does it, not a
/// virtual one: a stream that nobody reads would hold its carrier. It starts with the first line.
final class LineQueue implements AutoCloseable {
    /// The most lines that wait; what comes beyond is lost and counted.
    static final int LINES_MAX = 8192;

    private static final int BATCH_LINES_MAX = 512;
    private static final Duration CLOSE_TIME_MAX = Duration.ofSeconds(1);

    private final PrintStream out;
    private final LineFormat format;
    private final Metrics.Counter lost;
    private final ArrayBlockingQueue<String> waiting = new ArrayBlockingQueue<>(LINES_MAX);
    private final AtomicBoolean begun = new AtomicBoolean();
    private volatile @Nullable Thread writer;
    private volatile boolean ending;
    private long lostSaid;

    LineQueue(PrintStream out, LineFormat format, Metrics metrics) {
        this.out = out;
        this.format = format;
        lost =
                metrics.counters(
                                "coredns_log_lost_lines_total",
                                "Counter of log lines lost because standard output was too slow.")
                        .with();
    }

    /// Adds a line, or counts it as lost. Any thread, never waits.
    void add(String line) {
        if (!waiting.offer(line)) {
            lost.inc();
        }
        if (!begun.get() && begun.compareAndSet(false, true)) {
            writer = Thread.ofPlatform().daemon().name("onoma-log").start(this::write);
        }
    }

    private void write() {
        var lines = new ArrayList<String>(BATCH_LINES_MAX);
        while (take(lines)) {
            var text = new StringBuilder(lines.size() * 160);
            lines.forEach(line -> text.append(line).append('\n'));
            sayLost(text);
            var octets = text.toString().getBytes(StandardCharsets.UTF_8);
            out.write(octets, 0, octets.length);
            out.flush();
            lines.clear();
        }
    }

    private boolean take(List<String> lines) {
        try {
            var first = ending ? waiting.poll() : waiting.take();
            if (first == null) {
                return false;
            }
            lines.add(first);
        } catch (InterruptedException _) {
            // That is how close() says that nothing will come any more.
        }
        waiting.drainTo(lines, BATCH_LINES_MAX - lines.size());
        return !(lines.isEmpty() && ending);
    }

    private void sayLost(StringBuilder text) {
        long now = lost.value();
        if (now > lostSaid) {
            var message =
                    (now - lostSaid) + " log lines were lost: standard output is read too slowly";
            text.append(format.line(LineFormat.Level.WARNING, message)).append('\n');
            lostSaid = now;
        }
    }

    /// Writes what waits, as long as the stream takes it.
    @Override
    public void close() {
        ending = true;
        var thread = writer;
        if (thread == null) {
            return;
        }
        thread.interrupt();
        try {
            thread.join(CLOSE_TIME_MAX);
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }
}
