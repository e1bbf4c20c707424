package dev.onoma.plugins.kubernetes;

import java.io.IOException;
import java.nio.file.ClosedWatchServiceException;
import java.nio.file.Path;
import java.nio.file.StandardWatchEventKinds;
import java.nio.file.WatchService;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// A cluster written down as files: Kubernetes manifests in a directory, or in one file, followed
/// as they change.
///
/// One thread waits for the file system to say that something happened, and looks anyway every half
/// a second, because not every file system does; a change is seen within a second. Whatever
/// changed, all manifests are put together anew and the store takes what is different.
final class ManifestsSource implements ObjectSource {
    static final Duration POLL_EVERY = Duration.ofMillis(500);
    static final Duration SETTLE = Duration.ofMillis(100);

    /// Looking at very many files may not take more than a twentieth of the time.
    private static final int REST_PER_LOOK = 20;

    private final Path root;
    private final ManifestOptions options;
    private final Consumer<String> problems;
    private final Interner interner = new Interner();
    private final ManifestFiles files;

    private @Nullable ObjectSink sink; // set by start
    private volatile @Nullable Thread thread;
    private volatile boolean closed;

    /// @param problems hears of each mistake once, ready to be logged
    ManifestsSource(Path root, ManifestOptions options, Consumer<String> problems) {
        this.root = root;
        this.options = options;
        this.problems = problems;
        this.files = new ManifestFiles(root, interner, problems);
    }

    @Override
    public String name() {
        return "manifests " + root;
    }

    @Override
    public void start(ObjectSink sink) {
        this.sink = sink;
        thread = Thread.ofPlatform().daemon().name("onoma-manifests").start(this::follow);
    }

    @Override
    public void close() {
        closed = true;
        var running = thread;
        if (running != null) {
            running.interrupt();
        }
    }

    /// Looks at the files once and delivers what changed. Tests call this instead of [#start].
    ///
    /// @return whether to look again soon, because somebody may still be writing
    boolean poll(ObjectSink sink) {
        var look = files.look();
        if (look.changed()) {
            var objects = ManifestCluster.objects(files.manifests(), options, interner, problems);
            deliver(objects, sink);
        }
        return look.unsettled();
    }

    private static void deliver(List<KubernetesObject> objects, ObjectSink sink) {
        for (var kind : KubernetesObject.Kind.values()) {
            sink.beginReplace(kind);
        }
        objects.forEach(sink::put);
        for (var kind : KubernetesObject.Kind.values()) {
            sink.endReplace(kind);
        }
        sink.publish();
        sink.synced();
    }

    private void follow() {
        try (var watcher = files.directory().getFileSystem().newWatchService()) {
            boolean watched = watch(watcher);
            while (!closed) {
                var began = System.nanoTime();
                boolean unsettled = pollSafely();
                var took = Duration.ofNanos(System.nanoTime() - began);
                rest(watcher, unsettled, took);
                watched = watched || watch(watcher);
            }
        } catch (InterruptedException | ClosedWatchServiceException _) {
            // close() was called
        } catch (IOException e) {
            problems.accept("%s is not followed any more: %s".formatted(root, e));
        }
    }

    private void rest(WatchService watcher, boolean unsettled, Duration took)
            throws InterruptedException {
        if (unsettled) {
            Thread.sleep(SETTLE);
            return;
        }
        var most = took.multipliedBy(REST_PER_LOOK);
        var rest = most.compareTo(POLL_EVERY) > 0 ? most : POLL_EVERY;
        var key = watcher.poll(rest.toMillis(), TimeUnit.MILLISECONDS);
        if (key != null) {
            key.pollEvents(); // something changed; the look finds out what
            key.reset();
        }
    }

    /// A mistake of ours must not end the thread that would notice the next correction.
    private boolean pollSafely() {
        var to = sink;
        try {
            return to != null && poll(to);
        } catch (RuntimeException e) {
            problems.accept("%s could not be used: %s".formatted(root, e));
            return false;
        }
    }

    private boolean watch(WatchService watcher) {
        try {
            files.directory()
                    .register(
                            watcher,
                            StandardWatchEventKinds.ENTRY_CREATE,
                            StandardWatchEventKinds.ENTRY_MODIFY,
                            StandardWatchEventKinds.ENTRY_DELETE);
            return true;
        } catch (IOException _) {
            return false; // the directory is not there yet, or cannot be watched: polling goes on
        }
    }
}
