package dev.onoma.plugins.reload;

import dev.onoma.api.Log;
import dev.onoma.api.ServerBlock;
import dev.onoma.api.ServerControl;
import dev.onoma.api.Time;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/// Looks at the Corefile in intervals. It outlives the reloads that it makes.
final class Watch implements AutoCloseable {
    private final Time time;
    private final Log log;
    private final ServerControl control;
    private final ReloadMetrics metrics;
    private Time.@Nullable Task task;
    private @Nullable Wanted last;

    /// What one server block wants, told apart from all others by being another object.
    static final class Wanted {
        private final Duration interval;

        Wanted(Duration interval) {
            this.interval = interval;
        }
    }

    Watch(ServerBlock block) {
        time = block.time();
        log = block.log("reload");
        control = block.service(ServerControl.class);
        metrics = ReloadMetrics.of(block.metrics());
    }

    /// A configuration that is being set up wants this interval. The last one of it counts.
    synchronized Wanted want(Duration interval) {
        var wanted = new Wanted(interval);
        last = wanted;
        return wanted;
    }

    /// The configuration of a wish runs.
    synchronized void serving(Wanted wanted) {
        if (wanted != last) {
            return;
        }
        var digest = control.configurationDigest();
        log.info("Running configuration SHA512 = " + digest);
        metrics.running(digest);
        cancel();
        task = time.every(wanted.interval, this::look);
    }

    // Not under the lock: a reload comes back to serving() and maybe to close().
    private void look() {
        var attempt = control.reloadIfChanged();
        if (attempt.hasFailed()) {
            metrics.failed().inc();
            log.error(
                    "Corefile changed but reload failed: starting with listener file descriptors: "
                            + attempt.failure());
        }
    }

    private void cancel() {
        var running = task;
        if (running != null) {
            running.cancel();
            task = null;
        }
    }

    /// Stops looking.
    @Override
    public synchronized void close() {
        cancel();
    }
}
