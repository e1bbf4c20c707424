package dev.onoma.zone;

import dev.onoma.api.Ede;
import dev.onoma.api.Failure;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.xbill.DNS.Name;
import org.xbill.DNS.Rcode;

/// A zone and the version of it that is served now, if there is one. Any thread reads; whoever owns
/// the zone writes.
public final class ServedZone {
    // A journal longer than the zone saves nobody anything.
    private static final int JOURNAL_OCTETS_MIN = 64 << 10;
    private static final int JOURNAL_OCTETS_MAX = 8 << 20;
    private static final int JOURNAL_CHANGES_MAX = 500;

    private final Name apex;
    private volatile boolean keepsChanges;
    private volatile List<ZoneDelta> changes = List.of();
    private volatile @Nullable ZoneAnswers answers;
    private volatile Failure missing;
    private final List<Consumer<Name>> listeners = new CopyOnWriteArrayList<>();

    public ServedZone(Name apex) {
        this.apex = apex;
        missing = new Failure.NotSynced("zone " + apex);
    }

    /// The name of the zone.
    public Name apex() {
        return apex;
    }

    /// The answers of the version served now, or null if there is none.
    public @Nullable ZoneAnswers answers() {
        return answers;
    }

    /// The version served now, or null.
    public @Nullable ZoneData data() {
        var current = answers;
        return current == null ? null : current.zone();
    }

    /// Why there is no version.
    public Failure missing() {
        return missing;
    }

    /// Tells somebody of each version that is served from now on, on the thread of the owner.
    public void listen(Consumer<Name> listener) {
        listeners.add(listener);
    }

    /// Tells somebody no more.
    public void forget(Consumer<Name> listener) {
        listeners.remove(listener);
    }

    /// Remembers from now on what changes from version to version: somebody transfers the zone.
    public void keepChanges() {
        keepsChanges = true;
    }

    /// What changed up to the version served now, the oldest first.
    public List<ZoneDelta> changes() {
        return changes;
    }

    /// Serves a version that was kept together with what led to it.
    public void restore(ZoneData version, List<ZoneDelta> known) {
        answers = new ZoneAnswers(version);
        changes = List.copyOf(known.subList(Math.max(0, known.size() - 100), known.size()));
        listeners.forEach(l -> l.accept(apex));
    }

    /// Serves another version from now on.
    public void serve(ZoneData version) {
        serve(version, List.of());
    }

    /// Serves another version from now on.
    ///
    /// @param steps that led to it from the version served until now, the oldest first; none if
    ///   they are not known, and have to be found by comparing the two
    public void serve(ZoneData version, List<ZoneDelta> steps) {
        var before = data();
        if (keepsChanges) {
            changes = before == null ? List.of() : journal(before, version, steps);
        }
        answers = new ZoneAnswers(version);
        listeners.forEach(l -> l.accept(apex));
    }

    private static int journalOctetsMax(ZoneData version) {
        return Math.clamp(version.footprint(), JOURNAL_OCTETS_MIN, JOURNAL_OCTETS_MAX);
    }

    private List<ZoneDelta> journal(ZoneData before, ZoneData version, List<ZoneDelta> steps) {
        if (!IncomingTransfer.isNewer(version.serial(), before.serial())) {
            return List.of(); // what is not newer cannot be asked for (RFC 1982)
        }
        int most = journalOctetsMax(version);
        var latest = steps.isEmpty() ? compared(before, version, most) : steps;
        if (latest.isEmpty() || latest.getFirst().from() != before.serial()) {
            return List.of();
        }
        var all = new ArrayList<>(changes);
        if (!all.isEmpty() && all.getLast().to() != before.serial()) {
            all.clear();
        }
        all.addAll(latest);
        long octets = all.stream().mapToLong(ZoneDelta::sizeOctets).sum();
        while (octets > most || all.size() > JOURNAL_CHANGES_MAX) {
            octets -= all.removeFirst().sizeOctets();
        }
        return List.copyOf(all);
    }

    private static List<ZoneDelta> compared(ZoneData before, ZoneData version, int octetsMax) {
        var delta = ZoneDelta.between(before, version, octetsMax);
        return delta == null ? List.of() : List.of(delta);
    }

    /// Serves nothing from now on: the zone is not heard of any more (RFC 1035, section 3.3.13).
    public void expire() {
        missing =
                new Failure.Other(
                        Rcode.SERVFAIL, Ede.INVALID_DATA, "zone %s is expired".formatted(apex));
        answers = null;
    }
}
