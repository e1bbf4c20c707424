package dev.onoma.plugins.kubernetes;

import java.time.Duration;

/// A store and the source that keeps it filled: the part of the plugin that survives a reload.
final class WatchedCluster implements AutoCloseable {
    private static final Duration LOOK_EVERY = Duration.ofMillis(5);

    private final ServiceStore store;
    private final ServiceStore imports;
    private final ObjectSource source;
    private boolean started;

    /// @param imports services of other clusters; empty unless they are asked for
    WatchedCluster(ServiceStore store, ServiceStore imports, ObjectSource source) {
        this.store = store;
        this.imports = imports;
        this.source = source;
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

    /// Begins to read, unless that has happened already.
    ///
    /// @return whether everything is known, from before
    synchronized boolean start() {
        if (!started) {
            started = true;
            source.start(store);
        }
        return store.isSynced();
    }

    /// Waits for the first complete list, unless there is trouble with it: others should not wait
    /// then for what they do not need.
    ///
    /// @return whether it was complete in time
    boolean await(Duration timeout) throws InterruptedException {
        long began = System.nanoTime();
        while (!store.isSynced()
                && !source.isFailing()
                && System.nanoTime() - began < timeout.toNanos()) {
            Thread.sleep(LOOK_EVERY);
        }
        return store.isSynced();
    }

    @Override
    public void close() {
        source.close();
    }
}
