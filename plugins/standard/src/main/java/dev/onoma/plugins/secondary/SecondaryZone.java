package dev.onoma.plugins.secondary;

import dev.onoma.api.Addresses;
import dev.onoma.api.FileErrors;
import dev.onoma.api.Log;
import dev.onoma.api.ServerBlock;
import dev.onoma.api.Time;
import dev.onoma.zone.IncomingTransfer;
import dev.onoma.zone.ServedZone;
import dev.onoma.zone.StoredZone;
import dev.onoma.zone.ZoneData;
import dev.onoma.zone.ZoneDelta;
import dev.onoma.zone.ZoneException;
import dev.onoma.zone.ZoneMetrics;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.NoSuchFileException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import org.xbill.DNS.Name;

/// Keeps a zone at what its primaries have (RFC 1034, section 4.3.5).
///
/// One check at a time, on a virtual thread: for a zone that is there, whether there is a newer
/// version, and then what is different; else the whole zone. The next follows after refresh or
/// retry of the SOA record, a little earlier at random so that zones do not come all at once, or at
/// a NOTIFY. What cannot be taken changes nothing. After `expire` without a word from any primary
/// the zone is not served; any word makes it served again.
final class SecondaryZone implements AutoCloseable {
    private static final Duration FIRST_RETRY_MIN = Duration.ofMillis(250);
    private static final Duration FIRST_RETRY_MAX = Duration.ofSeconds(10);
    private static final Duration PERIOD_MIN = Duration.ofSeconds(1);

    private final SecondaryOptions options;
    private final ServedZone zone;
    private final Time time;
    private final RandomGenerator random;
    private final Log log;
    private final ZoneMetrics metrics;
    private final SecondaryMetrics counters;
    private final @Nullable StoredZone stored;
    private @Nullable ZoneData held;
    private Instant sure = Instant.EPOCH;
    private Duration firstRetry = FIRST_RETRY_MIN;
    private final AtomicBoolean told = new AtomicBoolean();
    private volatile @Nullable InetAddress notifier;
    private boolean started;
    private boolean working;
    private boolean again;
    private boolean closed;
    private Time.@Nullable Task next;
    private Time.@Nullable Task expiry;
    private volatile @Nullable Conversation conversation;

    SecondaryZone(SecondaryOptions options, Name apex, ServerBlock block) {
        this.options = options;
        zone = new ServedZone(apex);
        time = block.time();
        random = block.random();
        log = block.log("secondary");
        metrics = new ZoneMetrics(block.metrics(), apex);
        counters = new SecondaryMetrics(block.metrics());
        var folder = options.directory();
        stored = folder == null ? null : StoredZone.in(folder, apex);
    }

    /// The zone. Any thread.
    ServedZone zone() {
        return zone;
    }

    /// Who is asked, and who may notify.
    SecondaryOptions options() {
        return options;
    }

    /// Takes what was kept, and begins to ask; does nothing the second time.
    synchronized void start() {
        if (started) {
            return;
        }
        started = true;
        var kept = stored;
        if (kept != null) {
            restore(kept);
        }
        next = time.after(Duration.ZERO, this::work);
    }

    private void restore(StoredZone kept) {
        try {
            var data = kept.read();
            options.digest().check(data, zone.apex().toString());
            sure = kept.sure();
            held = data;
            var left = left(data);
            if (left.isNegative()) {
                log.warning(
                        "the copy of zone %s in %s is expired".formatted(zone.apex(), kept.path()));
                expire();
                return;
            }
            serve(data, List.of());
            expiry = time.after(left, this::expired);
            log.info(
                    "zone %s is served from its copy in %s, serial %d, until a primary is heard"
                            .formatted(zone.apex(), kept.path(), data.serial()));
        } catch (NoSuchFileException _) {
            // The first start.
        } catch (IOException | ZoneException e) {
            log.warning(
                    "the copy of zone %s cannot be used, and is got anew: %s"
                            .formatted(zone.apex(), FileErrors.named(e)));
        }
    }

    private Duration left(ZoneData data) {
        return Duration.between(time.now(), sure).plusSeconds(data.expireSeconds());
    }

    private void serve(ZoneData data, List<ZoneDelta> steps) {
        zone.serve(data, steps);
        metrics.loaded(data, time.now());
    }

    /// Exports once more what is served, when the configuration before this one has ended.
    synchronized void serving() {
        var data = zone.data();
        if (data != null) {
            metrics.loaded(data, time.now());
        }
    }

    /// A primary says that there is a newer version. Event loops call this: it waits for nobody.
    void notified(InetAddress from) {
        notifier = from;
        if (told.compareAndSet(false, true)) {
            var _ = time.after(Duration.ZERO, this::hear);
        }
    }

    private synchronized void hear() {
        told.set(false);
        if (closed) {
            return;
        }
        if (working) {
            again = true;
            return;
        }
        cancel(next);
        next = time.after(Duration.ZERO, this::work);
    }

    private static void cancel(Time.@Nullable Task task) {
        if (task != null) {
            task.cancel();
        }
    }

    private void work() {
        synchronized (this) {
            if (closed || working) {
                return;
            }
            working = true;
        }
        boolean more = true;
        while (more) {
            var problem = check();
            more = settle(problem);
        }
    }

    // What comes after a check; whether that is another at once.
    private synchronized boolean settle(@Nullable String problem) {
        if (closed) {
            working = false;
            return false;
        }
        if (again && problem == null) {
            again = false;
            return true;
        }
        again = false;
        working = false;
        var data = held;
        Duration wait;
        if (data == null) {
            wait = firstRetry;
            firstRetry = min(firstRetry.multipliedBy(2), FIRST_RETRY_MAX);
            log.warning(
                    "All '%s' masters failed to transfer, retrying in %dms: %s"
                            .formatted(zone.apex(), wait.toMillis(), problem));
        } else {
            firstRetry = FIRST_RETRY_MIN;
            wait = jittered(problem == null ? data.refreshSeconds() : data.retrySeconds());
        }
        cancel(next);
        next = time.after(wait, this::work);
        return false;
    }

    private static Duration min(Duration a, Duration b) {
        return a.compareTo(b) < 0 ? a : b;
    }

    // Up to a tenth earlier.
    private Duration jittered(int seconds) {
        long millis = seconds * 1_000L;
        var wait = Duration.ofMillis(millis - random.nextLong(millis / 10 + 1));
        return wait.compareTo(PERIOD_MIN) < 0 ? PERIOD_MIN : wait;
    }

    // Asks primaries until one answers; what went wrong with the last one, or null.
    private @Nullable String check() {
        String problem = null;
        for (var primary : inOrder()) {
            try (var talk = new Conversation(options, primary, time, random)) {
                conversation = talk;
                if (isClosed()) {
                    return null;
                }
                check(talk, primary);
                return null;
            } catch (IOException | ZoneException e) {
                problem = String.valueOf(e.getMessage());
                log.warning(
                        "Failed to transfer `%s' from \"%s\": %s"
                                .formatted(zone.apex(), Addresses.text(primary), problem));
            } finally {
                conversation = null;
            }
        }
        counters.checked(zone.apex(), "failed");
        if (held != null) {
            metrics.failed();
        }
        return problem;
    }

    private synchronized boolean isClosed() {
        return closed;
    }

    // The one that says it has something new comes first.
    private synchronized List<InetSocketAddress> inOrder() {
        var first = notifier;
        notifier = null;
        var all = new ArrayList<>(options.primaries());
        if (first != null) {
            all.sort((a, b) ->
                    Boolean.compare(b.getAddress().equals(first), a.getAddress().equals(first)));
        }
        return all;
    }

    private void check(Conversation talk, InetSocketAddress primary)
            throws IOException, ZoneException {
        var base = held;
        if (base != null && !IncomingTransfer.isNewer(talk.serial(zone.apex()), base.serial())) {
            current(base);
            return;
        }
        var incoming = transfer(primary, base, talk);
        var data = incoming.result();
        if (data == null) {
            if (base == null) {
                throw new IOException("the primary has no zone to give");
            }
            current(base);
            return;
        }
        data.warnings().forEach(w -> log.warning(w.toString()));
        taken(data, incoming.steps());
        counters.checked(zone.apex(), incoming.isIncremental() ? "ixfr" : "axfr");
        log.info(
                "Transferred: %s from %s, %s, %d records, serial %d"
                        .formatted(
                                zone.apex(),
                                Addresses.text(primary),
                                incoming.isIncremental() ? "differences" : "the whole zone",
                                incoming.records(),
                                data.serial()));
    }

    // Differences first; whoever cannot give them, or gives wrong ones, is asked for all.
    private IncomingTransfer transfer(
            InetSocketAddress primary, @Nullable ZoneData base, Conversation talk)
            throws IOException, ZoneException {
        if (base == null) {
            return checked(talk.transfer(zone.apex(), null));
        }
        try {
            return checked(talk.transfer(zone.apex(), base));
        } catch (IOException | ZoneException e) {
            log.warning(
                    "differences of `%s' from \"%s\" are not taken, so the whole zone is asked for: %s"
                            .formatted(zone.apex(), Addresses.text(primary), e.getMessage()));
        }
        try (var anew = new Conversation(options, primary, time, random)) {
            conversation = anew;
            return checked(anew.transfer(zone.apex(), null));
        }
    }

    private IncomingTransfer checked(IncomingTransfer incoming) throws ZoneException {
        var data = incoming.result();
        if (data != null) {
            options.digest().check(data, zone.apex().toString());
        }
        return incoming;
    }

    private void taken(ZoneData data, List<ZoneDelta> steps) {
        synchronized (this) {
            if (closed) {
                return;
            }
            held = data;
            serve(data, steps);
            heard(data);
        }
        // A slow disk holds up nobody but this zone's next check.
        var kept = stored;
        if (kept != null) {
            try {
                kept.write(data, sure);
            } catch (IOException e) {
                log.error("zone %s cannot be kept: %s".formatted(zone.apex(), FileErrors.named(e)));
            }
        }
    }

    // A primary has nothing newer.
    private synchronized void current(ZoneData data) {
        if (closed) {
            return;
        }
        if (zone.data() == null) {
            serve(data, List.of()); // expired until now
        }
        heard(data);
        counters.checked(zone.apex(), "current");
        var kept = stored;
        if (kept != null) {
            try {
                kept.touch(sure);
            } catch (IOException e) {
                log.error("zone %s cannot be kept: %s".formatted(zone.apex(), FileErrors.named(e)));
            }
        }
    }

    private void heard(ZoneData data) {
        sure = time.now();
        counters.contact(zone.apex(), sure);
        cancel(expiry);
        expiry = time.after(Duration.ofSeconds(data.expireSeconds()), this::expired);
    }

    private synchronized void expired() {
        var data = held;
        if (closed || data == null || !left(data).isNegative() && !left(data).isZero()) {
            return;
        }
        log.error("Zone %s is expired: no primary was heard for too long".formatted(zone.apex()));
        expire();
    }

    private void expire() {
        zone.expire();
        counters.expired(zone.apex());
        metrics.forget();
    }

    /// Ends it, and takes away what was kept: the zone is a secondary of nobody any more.
    void forget() {
        close();
        var kept = stored;
        if (kept != null) {
            try {
                kept.delete();
            } catch (IOException e) {
                log.warning(
                        "%s cannot be deleted: %s".formatted(kept.path(), FileErrors.reason(e)));
            }
        }
    }

    @Override
    public synchronized void close() {
        closed = true;
        cancel(next);
        cancel(expiry);
        var talk = conversation;
        if (talk != null) {
            talk.close();
        }
        metrics.forget();
        counters.forget(zone.apex());
    }
}
