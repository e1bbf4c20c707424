package dev.onoma.plugins.dynupdate;

import dev.onoma.api.FileErrors;
import dev.onoma.api.Log;
import dev.onoma.api.ServerBlock;
import dev.onoma.api.Time;
import dev.onoma.zone.DeltaJournal;
import dev.onoma.zone.ServedZone;
import dev.onoma.zone.Update;
import dev.onoma.zone.ZoneBuilder;
import dev.onoma.zone.ZoneData;
import dev.onoma.zone.ZoneDelta;
import dev.onoma.zone.ZoneEdit;
import dev.onoma.zone.ZoneException;
import dev.onoma.zone.ZoneMetrics;
import dev.onoma.zone.ZoneReader;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.xbill.DNS.Rcode;

/// A zone that is changed: updates that come while others are made wait, and then go together.
///
/// Each is a version of its own, made whole or not at all. Of those that go together the changes
/// are written one behind the other, made safe at once, then the last version is served, and then
/// everybody is told. What cannot be written is as if it had never come.
///
/// Outlives reloads of the Corefile that do not touch it. Works on one virtual thread at a time.
final class DynamicZone implements AutoCloseable {
    private static final int WAITING_MAX = 1_000;
    private static final int TOGETHER_MAX = 100;
    private static final int DELTA_OCTETS_MAX = 32 << 20;

    private final DynUpdateOptions options;
    private final ServedZone zone;
    private final Log log;
    private final Time time;
    private final ZoneMetrics metrics;
    private final ArrayDeque<Waiting> waiting = new ArrayDeque<>();
    private @Nullable DeltaJournal journal;
    private boolean started;
    private boolean working;
    private boolean closed;

    private record Waiting(Update update, CompletableFuture<Integer> rcode) {}

    DynamicZone(DynUpdateOptions options, ServerBlock block) {
        this.options = options;
        zone = new ServedZone(options.zone());
        zone.keepChanges();
        log = block.log("dynupdate");
        time = block.time();
        metrics = new ZoneMetrics(block.metrics(), options.zone());
    }

    /// The zone. Any thread.
    ServedZone zone() {
        return zone;
    }

    /// Reads the zone; does nothing the second time.
    ///
    /// @throws IOException if it cannot be served
    synchronized void start() throws IOException {
        if (started) {
            return;
        }
        try {
            var database = options.database();
            if (database == null) {
                zone.serve(limited(seed()));
            } else {
                open(DeltaJournal.open(database, options.zone()));
            }
        } catch (ZoneException e) {
            throw new IOException(
                    "plugin/dynupdate: zone %s cannot be served:\n%s"
                            .formatted(options.zone(), e.getMessage()),
                    e);
        }
        started = true;
        serving();
    }

    private void open(DeltaJournal opened) throws IOException, ZoneException {
        journal = opened;
        if (!opened.isThere()) {
            var data = limited(seed());
            opened.create(data);
            zone.serve(data);
            return;
        }
        var restored = opened.read();
        zone.restore(limited(restored.zone()), restored.changes());
        log.info(
                "zone %s is read from %s, serial %d"
                        .formatted(options.zone(), options.database(), restored.zone().serial()));
    }

    private ZoneData seed() throws IOException, ZoneException {
        var builder = new ZoneBuilder(options.zone());
        new ZoneReader(builder).read(options.seed());
        var data = builder.build(options.seed().toString());
        if (data.isSigned()) {
            throw new ZoneException(
                    options.seed().toString(),
                    "the zone is signed, and nobody would sign what is changed");
        }
        return data;
    }

    private ZoneData limited(ZoneData data) throws ZoneException {
        if (isTooLarge(data)) {
            throw new ZoneException(
                    options.seed().toString(),
                    "the zone has %d records; max_records and max_bytes allow no more than %d, and %d octets"
                            .formatted(data.records(), options.recordsMax(), options.octetsMax()));
        }
        return data;
    }

    private boolean isTooLarge(ZoneData data) {
        return data.records() > options.recordsMax()
                || data.footprint() - data.gone() > options.octetsMax();
    }

    /// Exports what is served, also when the configuration before this one has ended.
    synchronized void serving() {
        var data = zone.data();
        if (data != null) {
            metrics.loaded(data, time.now());
        }
    }

    /// Makes an update when those before it are made. Event loops call this: it waits for nobody.
    ///
    /// @return the response code for whoever wants it
    CompletableFuture<Integer> update(Update update) {
        var rcode = new CompletableFuture<Integer>();
        synchronized (waiting) {
            if (waiting.size() >= WAITING_MAX) {
                rcode.complete(Rcode.REFUSED);
                return rcode;
            }
            waiting.add(new Waiting(update, rcode));
            if (!working) {
                working = true;
                Thread.startVirtualThread(this::work);
            }
        }
        return rcode;
    }

    private void work() {
        for (var group = group(); !group.isEmpty(); group = group()) {
            make(group);
        }
    }

    private List<Waiting> group() {
        var group = new ArrayList<Waiting>();
        synchronized (waiting) {
            while (!waiting.isEmpty() && group.size() < TOGETHER_MAX) {
                group.add(waiting.remove());
            }
            working = !group.isEmpty();
        }
        return group;
    }

    private void make(List<Waiting> group) {
        int[] rcodes = new int[group.size()];
        try {
            makeAll(group, rcodes);
        } catch (IOException | RuntimeException e) {
            log.error(
                    "updates of %s cannot be kept: %s"
                            .formatted(options.zone(), FileErrors.named(e)));
            metrics.failed();
            java.util.Arrays.fill(rcodes, Rcode.SERVFAIL);
        }
        for (int i = 0; i < rcodes.length; i++) {
            group.get(i).rcode().complete(rcodes[i]);
        }
    }

    private synchronized void makeAll(List<Waiting> group, int[] rcodes) throws IOException {
        var before = zone.data();
        if (closed || before == null) {
            java.util.Arrays.fill(rcodes, Rcode.SERVFAIL);
            return;
        }
        var kept = journal;
        long position = kept == null ? 0 : kept.position();
        var steps = new ArrayList<ZoneDelta>();
        var current = before;
        try {
            for (int i = 0; i < rcodes.length; i++) {
                var made = new Made(current);
                rcodes[i] = made.make(group.get(i).update());
                var next = made.next;
                if (next != null) {
                    var step = made.step(next);
                    if (kept != null) {
                        kept.add(step);
                    }
                    steps.add(step);
                    current = next;
                }
            }
            if (kept != null && !steps.isEmpty()) {
                kept.sync();
            }
        } catch (IOException | RuntimeException e) {
            if (kept != null) {
                kept.cut(position);
            }
            throw e;
        }
        if (!steps.isEmpty()) {
            zone.serve(current, steps);
            metrics.loaded(current, time.now());
            tidy(kept, current);
        }
    }

    private void tidy(@Nullable DeltaJournal kept, ZoneData data) {
        if (kept == null) {
            return;
        }
        try {
            kept.tidy(data);
        } catch (IOException e) {
            // The changes are safe where they are.
            log.error(
                    "zone %s cannot be stored anew: %s"
                            .formatted(options.zone(), FileErrors.named(e)));
        }
    }

    /// One update, and the version that it makes.
    private final class Made {
        private final ZoneEdit edit;
        private @Nullable ZoneData next;

        Made(ZoneData base) {
            edit = new ZoneEdit(base);
        }

        ZoneDelta step(ZoneData made) throws IOException {
            var delta = edit.delta(made, DELTA_OCTETS_MAX);
            if (delta == null) {
                throw new IOException("an update changes too much");
            }
            return delta;
        }

        int make(Update update) {
            int rcode = update.check(edit);
            if (rcode != Rcode.NOERROR) {
                return rcode;
            }
            update.apply(edit);
            if (!edit.isChanged()) {
                return Rcode.NOERROR;
            }
            edit.nextSerial();
            try {
                var made = edit.build("an update");
                if (isTooLarge(made)) {
                    return Rcode.REFUSED;
                }
                next = made;
                return Rcode.NOERROR;
            } catch (ZoneException e) {
                log.warning("an update is refused: " + e.getMessage());
                return Rcode.REFUSED;
            }
        }
    }

    @Override
    public synchronized void close() throws IOException {
        closed = true;
        metrics.forget();
        var kept = journal;
        if (kept != null) {
            kept.close();
        }
    }
}
