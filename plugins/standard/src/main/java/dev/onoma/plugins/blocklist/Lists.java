package dev.onoma.plugins.blocklist;

import dev.onoma.api.FileErrors;
import dev.onoma.api.FileStamp;
import dev.onoma.api.Log;
import dev.onoma.api.ServerBlock;
import dev.onoma.api.Time;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Keeps what the files said when they could last be read, all of them.
///
/// They are looked at again and again, and all read when one has changed: a new table is built
/// beside the old one and takes its place when it is whole. What cannot be read changes nothing.
/// Outlives reloads of the Corefile that do not touch it.
final class Lists implements AutoCloseable {
    private final BlocklistOptions options;
    private final BlocklistMetrics metrics;
    private final Log log;
    private final Time time;
    private volatile ListReader.Content content =
            new ListReader.Content(new NameTable(), Map.of(), 0);
    private List<String> stamps = List.of();
    private String complaint = "";
    private Time.@Nullable Task watch;
    private boolean started;

    Lists(BlocklistOptions options, ServerBlock block) {
        this.options = options;
        metrics = new BlocklistMetrics(block.metrics());
        log = block.log("blocklist");
        time = block.time();
    }

    /// What is listed. Any thread.
    ListReader.Content content() {
        return content;
    }

    /// Reads for the first time, and watches from then on.
    synchronized void start() {
        if (started) {
            return;
        }
        started = true;
        look();
        if (options.reload().isPositive()) {
            watch = time.every(options.reload(), this::look);
        }
    }

    private synchronized void look() {
        var now = options.files().stream().map(f -> stamp(f.path())).toList();
        if (now.equals(stamps)) {
            return;
        }
        try {
            var read = ListReader.read(options);
            stamps = now;
            content = read;
            complaint = "";
            metrics.names().set(read.table().names());
            metrics.readAt().set((double) time.now().getEpochSecond());
            log.info(
                    "%d names, %d lines skipped, %d KiB"
                            .formatted(
                                    read.table().names(),
                                    read.skipped(),
                                    read.table().footprint() >> 10));
        } catch (IOException | RuntimeException e) {
            metrics.failures().inc();
            complain("lists stay as they are: " + FileErrors.named(e));
        }
    }

    private void complain(String text) {
        if (!text.equals(complaint)) {
            log.warning(text);
            complaint = text;
        }
    }

    private static String stamp(Path file) {
        try {
            return FileStamp.of(file).toString();
        } catch (IOException e) {
            return "unreadable: " + e.getClass().getSimpleName();
        }
    }

    @Override
    public synchronized void close() {
        var running = watch;
        if (running != null) {
            running.cancel();
        }
    }
}
