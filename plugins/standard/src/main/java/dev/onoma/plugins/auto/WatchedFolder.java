package dev.onoma.plugins.auto;

import dev.onoma.api.FileErrors;
import dev.onoma.api.Log;
import dev.onoma.api.ServerBlock;
import dev.onoma.api.Time;
import dev.onoma.zone.ZoneFile;
import dev.onoma.zone.ZoneTable;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.xbill.DNS.Name;

/// Keeps zones at what the files of a folder say: a file that comes is a zone that comes, a file
/// that goes is a zone that goes, and a file that cannot be read as a zone changes nothing.
///
/// Outlives reloads of the Corefile that do not touch it. Works on one thread at a time, which is
/// never an event loop.
final class WatchedFolder implements AutoCloseable {
    private final ZoneFolder folder;
    private final Duration reload;
    private final ServerBlock block;
    private final Log log;
    private final ZoneTable table = new ZoneTable();
    private Map<Name, Zone> zones = new LinkedHashMap<>();
    private boolean started;
    private Time.@Nullable Task watch;

    private record Zone(Path path, ZoneFile file) {}

    WatchedFolder(ZoneFolder folder, Duration reload, ServerBlock block) {
        this.folder = folder;
        this.reload = reload;
        this.block = block;
        log = folder.log();
    }

    /// The zones. Any thread.
    ZoneTable table() {
        return table;
    }

    /// Looks, and goes on looking; does nothing the second time.
    synchronized void start() {
        if (started) {
            return;
        }
        started = true;
        if (!Files.exists(folder.directory())) {
            log.warning("Directory does not exist: " + folder.directory());
        }
        look();
        if (!reload.isZero()) {
            watch = block.time().every(reload, this::look);
        }
    }

    /// Reads all files, and serves nothing of them.
    ///
    /// @throws IOException with everything that is wrong with them
    void check() throws IOException {
        if (!Files.exists(folder.directory())) {
            return; // a start warns of it, and waits
        }
        var mistakes = new ArrayList<String>();
        folder.look()
                .forEach((origin, path) -> {
                    try (var file = new ZoneFile(path, origin, reload, "auto", block)) {
                        file.check();
                    } catch (IOException e) {
                        mistakes.add(String.valueOf(e.getMessage()));
                    }
                });
        if (!mistakes.isEmpty()) {
            throw new IOException(String.join("\n", mistakes));
        }
    }

    /// Exports once more what is served, when the configuration before this one has ended.
    synchronized void serving() {
        zones.values().forEach(zone -> zone.file().serving());
    }

    private synchronized void look() {
        Map<Name, Path> found;
        try {
            found = folder.look();
        } catch (IOException e) {
            // Whoever takes a folder away for a moment does not want its zones to go.
            log.warning("error reading %s: %s".formatted(folder.directory(), FileErrors.reason(e)));
            return;
        }
        var next = new LinkedHashMap<Name, Zone>();
        found.forEach((origin, path) -> {
            var zone = zone(origin, path);
            if (zone != null) {
                next.put(origin, zone);
            }
        });
        var before = zones;
        zones = next;
        table.replace(next.values().stream().map(zone -> zone.file().zone()).toList());
        before.forEach((origin, zone) -> {
            var now = next.get(origin);
            if (now == null) {
                log.info("Deleting zone `%s'".formatted(origin));
            }
            if (now == null || now.file() != zone.file()) {
                zone.file().close();
            }
        });
        next.values().forEach(zone -> zone.file().serving());
    }

    // What serves a zone from now on; null if there is nothing yet.
    private @Nullable Zone zone(Name origin, Path path) {
        var known = zones.get(origin);
        if (known != null && known.path().equals(path)) {
            return known;
        }
        var file = new ZoneFile(path, origin, reload, "auto", block);
        try {
            file.start();
        } catch (IOException e) {
            log.warning("Parse zone `%s': %s".formatted(origin, e.getMessage()));
            file.close();
            return known;
        }
        if (file.zone().data() == null) {
            file.close(); // the log says why
            return known;
        }
        if (known == null) {
            log.info("Inserting zone `%s' from: %s".formatted(origin, path));
        }
        return new Zone(path, file);
    }

    @Override
    public synchronized void close() {
        var task = watch;
        if (task != null) {
            task.cancel();
        }
        zones.values().forEach(zone -> zone.file().close());
    }
}
