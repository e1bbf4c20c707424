package dev.onoma.plugins.kubernetes;

import java.time.Duration;

/// A store and the source that keeps it filled: the part of the plugin that survives a reload.
final class WatchedCluster implements AutoCloseable {
    private static final Duration LOOK_EVERY = Duration.ofMillis(5);

    private final ServiceStore store;
    private final ObjectSource source;
    private boolean started;

    WatchedCluster(ServiceStore store, ObjectSource source) {
        this.store = store;
        this.source = source;
    }

    ServiceStore store() {
        return store;
    }

    String name() {
        return source.name();
    }

    /// Begins to read, unless that has happened already, and waits for the first complete list.
    ///
    /// @return whether it was complete in time
    synchronized boolean start(Duration timeout) throws InterruptedException {
        if (!started) {
            started = true;
            source.start(store);
        }
        long began = System.nanoTime();
        while (!store.isSynced() && System.nanoTime() - began < timeout.toNanos()) {
            Thread.sleep(LOOK_EVERY);
        }
        return store.isSynced();
    }

    @Override
    public void close() {
        source.close();
    }
}
