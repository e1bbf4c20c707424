package dev.onoma.plugins.kubernetes;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/// A store and the source that keeps it filled: the part of the plugin that survives a reload.
final class WatchedCluster implements AutoCloseable {
    private static final Duration LOOK_EVERY = Duration.ofMillis(5);

    private final ServiceStore store;
    private final ServiceStore imports;
    private final ObjectSource source;
    private final @Nullable SnapshotKeeper snapshot;
    private boolean started;

    /// @param imports services of other clusters; empty unless they are asked for
    /// @param snapshot keeps the stores in a file, if that is asked for
    WatchedCluster(
            ServiceStore store,
            ServiceStore imports,
            ObjectSource source,
            @Nullable SnapshotKeeper snapshot) {
        this.store = store;
        this.imports = imports;
        this.source = source;
        this.snapshot = snapshot;
    }

    ServiceStore store() {
        return store;
    }

    ServiceStore imports() {
        return imports;
    }

    String name() {
        return source.name();
    }

    /// What is not here yet and why; empty if there is nothing to say.
    String waitsFor() {
        return source.waitsFor();
    }

    /// Begins to read, unless that has happened already.
    ///
    /// @return whether everything is known, from before
    synchronized boolean start() {
        if (!started) {
            started = true;
            if (snapshot != null) {
                snapshot.start();
            }
            source.start(store);
        }
        return store.isFresh();
    }

    /// Waits for the first complete list, unless there is trouble with it: others should not wait
    /// then for what they do not need. Nor for long if there is an older state to serve.
    ///
    /// @return whether it was complete in time
    boolean await(Duration timeout) throws InterruptedException {
        boolean patient = !store.isSynced() || timeout.compareTo(SnapshotKeeper.PATIENCE) < 0;
        var most = patient ? timeout : SnapshotKeeper.PATIENCE;
        long began = System.nanoTime();
        while (!store.isFresh()
                && !source.isFailing()
                && System.nanoTime() - began < most.toNanos()) {
            Thread.sleep(LOOK_EVERY);
        }
        return store.isFresh();
    }

    @Override
    public void close() {
        source.close();
        if (snapshot != null) {
            snapshot.close();
        }
    }
}
