package dev.onoma.plugins.hosts;

import dev.onoma.api.Directive;
import dev.onoma.api.FileErrors;
import dev.onoma.api.FileStamp;
import dev.onoma.api.Log;
import dev.onoma.api.ServerBlock;
import dev.onoma.api.Time;
import dev.onoma.api.ZoneSet;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/// Keeps what a hosts file said when it could last be read.
///
/// The file is looked at again and again, and read when its date, its size or the file itself (as
/// Kubernetes exchanges mounted files) has changed. What is written while we read, what was cut to
/// nothing a moment ago, and what does not fit the memory, changes nothing. All reading happens on
/// one thread at a time, which is never an event loop.
///
/// Outlives reloads of the Corefile that do not touch it.
final class HostsFile implements AutoCloseable {
    private static final int PROBLEMS_SHOWN_MAX = 10;

    private final HostsOptions options;
    private final HostsTable inline;
    private final Log log;
    private final Time time;
    private final HostsMetrics metrics;
    private volatile HostsAnswers answers;
    private boolean started;
    private @Nullable FileStamp read;
    private @Nullable FileStamp emptied;
    private Time.@Nullable Task watch;

    HostsFile(HostsOptions options, HostsTable inline, ServerBlock block) {
        this.options = options;
        this.inline = inline;
        this.log = block.log("hosts");
        this.time = block.time();
        this.metrics = new HostsMetrics(block.metrics(), options.file().toString());
        this.answers = answers(new HostsTable(options.reverse()));
    }

    private HostsAnswers answers(HostsTable file) {
        return new HostsAnswers(file, inline, options.ttl());
    }

    /// Says at once what is wrong with a file, without reading it.
    static void check(Path file, Directive hosts) {
        try {
            if (FileStamp.of(file).size() >= 0 && Files.isDirectory(file)) {
                hosts.warnAt(1, "Hosts file \"%s\" is a directory".formatted(file));
            }
        } catch (NoSuchFileException _) {
            hosts.warnAt(
                    1, "File does not exist: %s; it will be read when it does".formatted(file));
        } catch (IOException e) {
            throw hosts.wrongAt(
                    1,
                    "unable to access hosts file '%s': %s".formatted(file, FileErrors.reason(e)));
        }
    }

    /// The last good answers. Any thread.
    HostsAnswers answers() {
        return answers;
    }

    /// Reads the file and begins to watch it; does nothing the second time.
    synchronized void start() {
        if (started) {
            return;
        }
        started = true;
        look();
        if (!options.reload().isZero()) {
            watch = time.every(options.reload(), this::look);
        }
    }

    @Override
    public synchronized void close() {
        var task = watch;
        if (task != null) {
            task.cancel();
        }
    }

    private synchronized void look() {
        try {
            var found = FileStamp.of(options.file());
            if (!found.equals(read) && !isBeingWritten(found)) {
                read(found);
            }
        } catch (IOException _) {
            // It was said at the start, or is not there for a moment: the old entries stay.
        }
    }

    // Who writes a file in place cuts it to nothing first.
    private boolean isBeingWritten(FileStamp found) {
        boolean first = found.size() == 0 && answers.file().entries() > 0 && !found.equals(emptied);
        emptied = found.size() == 0 ? found : null;
        return first;
    }

    private void read(FileStamp found) {
        if (Files.isDirectory(options.file())) {
            return;
        }
        try {
            var table = load();
            var after = FileStamp.of(options.file());
            if (!after.equals(found) && read != null) {
                return; // written while we read: the next look will see all of it
            }
            read = after.equals(found) ? found : null;
            answers = answers(table);
            metrics.read(answers.entries(), found.modified());
            log.debug("Parsed hosts file into %d entries".formatted(table.entries()));
        } catch (IOException e) {
            read = found; // the same file would have the same fault
            log.warning(
                    "%s: %s; the entries read before stay"
                            .formatted(options.file(), FileErrors.reason(e)));
        }
    }

    private HostsTable load() throws IOException {
        var table = new HostsTable(options.reverse());
        int[] problems = {0};
        var reader =
                new HostsReader(
                        table,
                        new ZoneSet(options.zones()),
                        (line, message) -> {
                            if (problems[0]++ < PROBLEMS_SHOWN_MAX) {
                                log.warning("%s:%d: %s".formatted(options.file(), line, message));
                            }
                        });
        try (var in = Files.newInputStream(options.file())) {
            reader.read(in, octetsMax());
        }
        table.trim();
        if (problems[0] > PROBLEMS_SHOWN_MAX) {
            log.warning(
                    "%s: %d more lines have something that is ignored"
                            .formatted(options.file(), problems[0] - PROBLEMS_SHOWN_MAX));
        }
        return table;
    }

    // Seven tenths of the heap for the table in use and the one that is read.
    private long octetsMax() {
        return Runtime.getRuntime().maxMemory() / 10 * 7 - answers.file().footprint();
    }
}
