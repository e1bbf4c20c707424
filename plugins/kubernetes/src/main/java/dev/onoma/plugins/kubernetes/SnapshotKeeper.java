package dev.onoma.plugins.kubernetes;

import dev.onoma.api.Log;
import dev.onoma.api.Time;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.NoSuchFileException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/// Keeps the last known state of a cluster in a file, for a start without the API server.
///
/// Looks every [#WRITE_EVERY] and writes only what has changed, so that writing is bounded however
/// much happens; and once more in the end.
final class SnapshotKeeper implements AutoCloseable {
    static final Duration WRITE_EVERY = Duration.ofSeconds(30);

    /// How long a start waits for an API server that says nothing: long enough for a small cluster,
    /// and for the first answer to come within a second of the start of a process.
    static final Duration PATIENCE = Duration.ofMillis(250);

    private static final Duration AGE_EVERY = Duration.ofSeconds(1);

    private final SnapshotOptions options;
    private final String identity;
    private final List<ServiceStore> stores;
    private final Time time;
    private final Log log;
    private final SnapshotMetrics metrics;
    private final Lock writing = new ReentrantLock();
    private long written = -1;
    private boolean failing;
    private Time.@Nullable Task writes;
    private Time.@Nullable Task ages;

    /// @param identity of the source and of what is read from it
    SnapshotKeeper(
            SnapshotOptions options,
            String identity,
            List<ServiceStore> stores,
            Time time,
            Log log,
            SnapshotMetrics metrics) {
        this.options = options;
        this.identity = identity;
        this.stores = List.copyOf(stores);
        this.time = time;
        this.log = log;
        this.metrics = metrics;
    }

    /// Fills the stores, which are empty, from the file if that can be, and follows them.
    void start() {
        try {
            var at =
                    SnapshotReader.read(
                            options.file(), identity, time.now(), options.ageMax(), stores);
            metrics.read("used");
            log.info(
                    "read %s, written %s; served until the Kubernetes API has been read"
                            .formatted(options.file(), at));
            ages = time.every(AGE_EVERY, this::tellAge);
            tellAge();
        } catch (NoSuchFileException _) {
            metrics.read("absent");
            log.info(options.file() + " does not exist yet; it will be written");
        } catch (IOException e) {
            metrics.read("refused");
            log.warning("%s is not used: %s".formatted(options.file(), reason(e)));
        }
        writes = time.every(WRITE_EVERY, this::write);
    }

    private void tellAge() {
        var at = stores.getFirst().restoredAt();
        var running = ages;
        if (at == null && running != null) {
            running.cancel();
        }
        metrics.age(at == null ? Duration.ZERO : Duration.between(at, time.now()));
    }

    /// Writes what has changed since the last time, if it comes from the API server.
    void write() {
        writing.lock();
        try {
            long generation = stores.stream().mapToLong(ServiceStore::generation).sum();
            if (generation == written || !stores.stream().allMatch(ServiceStore::isFresh)) {
                return;
            }
            var now = time.now();
            metrics.written(now, SnapshotWriter.write(options.file(), identity, now, stores));
            written = generation;
            failing = false;
        } catch (IOException | UncheckedIOException e) {
            metrics.notWritten();
            if (!failing) {
                failing = true; // said once, until it can be written again
                log.warning(
                        "%s cannot be written: %s; names are served all the same, but not after a start without the Kubernetes API"
                                .formatted(options.file(), reason(e)));
            }
        } finally {
            writing.unlock();
        }
    }

    /// Exceptions of files often have nothing but the name for a message.
    private static String reason(Exception e) {
        return e instanceof java.nio.file.FileSystemException || e.getMessage() == null
                ? e.toString()
                : e.getMessage();
    }

    @Override
    public void close() {
        var tasks = new Time.@Nullable Task[] {writes, ages};
        for (var task : tasks) {
            if (task != null) {
                task.cancel();
            }
        }
        if (writes != null) {
            write();
        }
    }
}
