package dev.onoma.zone;

import dev.onoma.api.FileErrors;
import dev.onoma.api.Log;
import dev.onoma.api.ServerBlock;
import dev.onoma.api.Time;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;
import org.xbill.DNS.Name;

/// Keeps a zone at what its file said when it could last be read.
///
/// The file, and those it includes, are looked at again and again, and read when one of them has
/// changed; the serial need not. What cannot be read as a zone changes nothing. All reading happens
/// on one thread at a time, which is never an event loop.
///
/// Outlives reloads of the Corefile that do not touch it.
public final class ZoneFile implements AutoCloseable {
    private final Path path;
    private final Duration reload;
    private final String plugin;
    private final ZoneDigest.Check digest;
    private final ServedZone zone;
    private final Log log;
    private final Time time;
    private final ZoneMetrics metrics;
    private boolean started;
    private FileStamps read = FileStamps.NONE;
    private Instant loaded = Instant.EPOCH;
    private Time.@Nullable Task watch;

    /// @param reload how often to look whether the file has changed; zero for never
    /// @param plugin whose name stands in the log
    public ZoneFile(Path path, Name apex, Duration reload, String plugin, ServerBlock block) {
        this(path, apex, reload, plugin, ZoneDigest.Check.NONE, block);
    }

    /// @param reload how often to look whether the file has changed; zero for never
    /// @param plugin whose name stands in the log
    /// @param digest whether the zone's digest is checked
    public ZoneFile(
            Path path,
            Name apex,
            Duration reload,
            String plugin,
            ZoneDigest.Check digest,
            ServerBlock block) {
        this.path = path;
        this.reload = reload;
        this.plugin = plugin;
        this.digest = digest;
        zone = new ServedZone(apex);
        log = block.log(plugin);
        time = block.time();
        metrics = new ZoneMetrics(block.metrics(), apex);
    }

    /// The zone. Any thread.
    public ServedZone zone() {
        return zone;
    }

    /// Reads the file and begins to watch it; does nothing the second time.
    ///
    /// @throws IOException if the file is no zone, or cannot be read and is not looked for again
    public synchronized void start() throws IOException {
        if (started) {
            return;
        }
        try {
            load();
        } catch (ZoneException e) {
            throw unservable(e);
        } catch (IOException e) {
            if (reload.isZero()) {
                throw new IOException("plugin/%s: %s".formatted(plugin, opening(e)), e);
            }
            log.warning("%s: trying again in %s".formatted(opening(e), reload));
        }
        started = true;
        if (!reload.isZero()) {
            watch = time.every(reload, this::look);
        }
    }

    /// Reads the file, and serves nothing of it.
    ///
    /// @throws IOException with everything that is wrong with it
    public void check() throws IOException {
        var builder = new ZoneBuilder(zone.apex());
        try {
            new ZoneReader(builder).read(path);
            var data = builder.build(path.toString());
            digest.check(data, path.toString());
            data.warnings().forEach(w -> log.warning(w.toString()));
        } catch (ZoneException e) {
            throw unservable(e);
        } catch (IOException e) {
            throw new IOException("plugin/%s: %s".formatted(plugin, opening(e)), e);
        }
    }

    private IOException unservable(ZoneException e) {
        return new IOException(
                "plugin/%s: zone %s cannot be served:\n%s"
                        .formatted(plugin, zone.apex(), e.getMessage()),
                e);
    }

    /// Exports once more what is served: the file of an earlier configuration, which ended just
    /// now, took the series of its zone away.
    public synchronized void serving() {
        var data = zone.data();
        if (data != null) {
            metrics.loaded(data, loaded);
        }
    }

    private String opening(IOException e) {
        return "Failed to open \"open %s: %s\"".formatted(path, FileErrors.reason(e));
    }

    @Override
    public synchronized void close() {
        var task = watch;
        if (task != null) {
            task.cancel();
        }
        metrics.forget();
    }

    private synchronized void look() {
        if (read.again(path).equals(read)) {
            return; // the same files would have the same faults
        }
        var before = zone.data();
        try {
            load();
        } catch (ZoneException e) {
            metrics.failed();
            log.error(
                    "Parsing zone \"%s\": the version served before stays:\n%s"
                            .formatted(zone.apex(), e.getMessage()));
            return;
        } catch (IOException e) {
            metrics.failed();
            log.error(
                    "Failed to open zone \"%s\" in \"%s\": %s"
                            .formatted(zone.apex(), path, FileErrors.reason(e)));
            return;
        }
        var now = zone.data();
        if (now == null) {
            return;
        }
        log.info(
                "Successfully reloaded zone \"%s\" in \"%s\" with %d SOA serial"
                        .formatted(zone.apex(), path, now.serial()));
        if (before != null && before.serial() == now.serial()) {
            log.warning(
                    "zone %s changed and its serial did not: secondaries will not notice"
                            .formatted(zone.apex()));
        }
    }

    private void load() throws IOException, ZoneException {
        // From before reading: what is written meanwhile is read at the next look.
        var before = read.again(path);
        var builder = new ZoneBuilder(zone.apex());
        var reader = new ZoneReader(builder);
        try {
            reader.read(path);
        } finally {
            read = before.extendedTo(reader.files());
        }
        var data = builder.build(path.toString());
        digest.check(data, path.toString());
        zone.serve(data);
        loaded = time.now();
        metrics.loaded(data, loaded);
        data.warnings().forEach(w -> log.warning(w.toString()));
    }
}
