package dev.onoma.plugins.dnstap;

import dev.onoma.api.Log;
import dev.onoma.api.Time;
import java.io.IOException;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/// Connects to a socket, again and again, and writes what waits. On a thread of its own, which
/// blocks.
final class Sender implements Sink {
    private static final Duration PAUSE_MIN = Duration.ofMillis(500);
    private static final Duration PAUSE_MAX = Duration.ofSeconds(10);
    private static final Duration END_MAX = Duration.ofSeconds(1);

    private final DnstapOptions options;
    private final FrameQueue queue;
    private final Time time;
    private final Log log;
    private volatile @Nullable Thread thread;
    private volatile @Nullable Connection connection;
    private boolean complained;

    Sender(DnstapOptions options, DnstapMetrics metrics, Time time, Log log) {
        this.options = options;
        this.time = time;
        this.log = log;
        queue = new FrameQueue(options.queueMessages(), metrics, time, log);
    }

    @Override
    public synchronized void begin() {
        if (thread == null) {
            thread = Thread.ofPlatform().daemon().name("onoma-dnstap").start(this::run);
        }
    }

    @Override
    public void offer(byte[] frame) {
        queue.offer(frame);
    }

    private void run() {
        var pause = PAUSE_MIN;
        while (!queue.isEnding()) {
            try {
                if (serve()) {
                    pause = PAUSE_MIN;
                }
                Thread.sleep(pause);
            } catch (InterruptedException _) {
                return; // that is how close() ends a pause
            }
            pause =
                    pause.multipliedBy(2).compareTo(PAUSE_MAX) > 0
                            ? PAUSE_MAX
                            : pause.multipliedBy(2);
        }
    }

    /// @return whether there was a connection
    private boolean serve() throws InterruptedException {
        boolean begun = false;
        try (var open = Connection.open(options)) {
            connection = open;
            var watch = time.after(Connection.PATIENCE, () -> abort(open));
            var frames = new Frames(open.in(), open.out());
            frames.begin(() -> {});
            watch.cancel();
            begun = true;
            complained = false;
            queue.writeTo(frames);
            frames.end();
        } catch (IOException e) {
            complain(e, begun);
        } finally {
            connection = null;
        }
        return begun;
    }

    // Once for each time that it is gone.
    private void complain(IOException e, boolean begun) {
        if (!complained && !queue.isEnding()) {
            complained = true;
            log.error(
                    "%s dnstap endpoint: %s: %s; it is tried again"
                            .formatted(
                                    begun ? "Lost connection to" : "No connection to",
                                    options.socket(),
                                    e.getMessage()));
        }
    }

    private static void abort(Connection open) {
        try {
            open.close();
        } catch (IOException _) {
            // It is closed anyway, and whoever reads from it hears of that.
        }
    }

    @Override
    public void close() {
        queue.end();
        var running = thread;
        if (running == null) {
            return;
        }
        try {
            if (connection == null) {
                running.interrupt();
            } else {
                running.join(END_MAX);
            }
            var open = connection;
            if (open != null) {
                abort(open);
            }
            running.interrupt();
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }
}
