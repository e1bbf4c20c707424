package dev.onoma.plugins.sign;

import dev.onoma.zone.KeyTimes;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.xbill.DNS.DNSKEYRecord;

/// Decides what each key does, so that whatever resolvers have in their caches, of the zone and of
/// its parent, validates at each moment (RFC 6781, section 4.1; RFC 7583).
///
/// The keys that are there and their times say what the operator wants, the memory says what
/// resolvers may have. What is wanted happens when it is safe, and as soon as it is:
///
/// - A DNSKEY record comes at once; the key signs the zone when no cache has the records without it
///   (pre-publication), and keys at once (double signature).
/// - Who is to cease goes on until others can take the place; its DNSKEY record stays until no
///   cache has its signatures.
/// - A key that the parent knows stays until the parent had the time to know another, and all
///   caches to forget this one: CDS and CDNSKEY records ask for that.
/// - A new algorithm signs before it is published, and one that leaves signs on after it is
///   withdrawn, because each algorithm that is published has to be on each set (RFC 4035, section
///   2.2; RFC 6781, section 4.1.4).
///
/// The first signing of a zone, of which nobody has anything, waits for nothing. A plan is made by
/// one planner, for one moment.
final class KeyPlanner {
    private final Instant now;
    private final Waits waits;
    private final boolean isFirst;
    private final boolean isUrgent;
    private final List<Candidate> all = new ArrayList<>();
    private final Map<Integer, List<Candidate>> algorithms = new TreeMap<>();
    private final List<String> warnings = new ArrayList<>();
    private final List<String> obstacles = new ArrayList<>();
    private @Nullable Instant next;

    /// A key, and what becomes of it.
    private static final class Candidate {
        final KeyMemory past;
        final @Nullable ZoneKey key;
        final boolean isNamed;
        final KeyTimes times;
        boolean published;
        boolean signsKeys;
        boolean signsZone;
        boolean requested;

        Candidate(KeyMemory past, @Nullable ZoneKey key, boolean isNamed) {
            this.past = past;
            this.key = key;
            this.isNamed = isNamed;
            times = key == null ? KeyTimes.ALWAYS : key.key().times();
        }

        boolean isKeySigning() {
            return (past.record().getFlags() & DNSKEYRecord.Flags.SEP_KEY) != 0;
        }

        boolean isSigning() {
            return past.signing() != null;
        }

        boolean isPublished() {
            return past.published() != null;
        }

        String name() {
            return "key " + ZoneKey.name(past.record());
        }
    }

    /// @param named the keys that are there
    /// @param lingering keys that are not named any more, and can still be read
    /// @param memories of the last signing; null if there was none
    /// @param isUrgent whether signatures end soon: then it is signed with what is there
    KeyPlanner(
            List<ZoneKey> named,
            List<ZoneKey> lingering,
            @Nullable List<KeyMemory> memories,
            Waits waits,
            Instant now,
            boolean isUrgent) {
        this.now = now;
        this.waits = waits;
        this.isUrgent = isUrgent;
        isFirst = memories == null;
        var pasts = new LinkedHashMap<DNSKEYRecord, KeyMemory>();
        if (memories != null) {
            memories.forEach(m -> pasts.put(m.record(), m));
        }
        named.forEach(k -> candidate(k.key().record(), k, true, pasts));
        lingering.forEach(k -> candidate(k.key().record(), k, false, pasts));
        List.copyOf(pasts.keySet()).forEach(record -> candidate(record, null, false, pasts));
        all.sort(
                Comparator.comparingInt((Candidate c) -> c.past.record().getAlgorithm())
                        .thenComparing(c -> !c.isKeySigning())
                        .thenComparingInt(c -> c.past.record().getFootprint()));
        all.forEach(c ->
                algorithms
                        .computeIfAbsent(c.past.record().getAlgorithm(), _ -> new ArrayList<>())
                        .add(c));
    }

    private void candidate(
            DNSKEYRecord record,
            @Nullable ZoneKey key,
            boolean isNamed,
            Map<DNSKEYRecord, KeyMemory> pasts) {
        var past = pasts.remove(record);
        all.add(new Candidate(past == null ? KeyMemory.nothing(record) : past, key, isNamed));
    }

    KeyPlan plan() {
        for (var of : algorithms.values()) {
            if (isFirst || of.stream().anyMatch(Candidate::isPublished)) {
                established(of);
            } else {
                unpublished(of);
            }
        }
        parent();
        algorithms.values().forEach(this::require);
        if (all.stream().noneMatch(c -> c.published)) {
            obstacles.add(nobody());
        } else if (all.stream().noneMatch(c -> c.published && c.isKeySigning())) {
            warnings.add(
                    "no key has the SEP flag: the DS record at the parent is that of a key for the zone");
        }
        all.forEach(c -> soon(c.isNamed ? c.times : null));
        var uses =
                all.stream()
                        .map(c ->
                                new KeyUse(
                                        c.past,
                                        c.key == null ? null : c.key.key(),
                                        c.key == null ? c.past.file() : c.key.file(),
                                        c.published,
                                        c.signsKeys,
                                        c.signsZone,
                                        c.requested))
                        .toList();
        return new KeyPlan(uses, List.copyOf(warnings), List.copyOf(obstacles), next);
    }

    private String nobody() {
        return all.isEmpty()
                ? "there is no key"
                : "no key is to be used now: "
                        + all.stream().map(this::absence).collect(Collectors.joining(", "));
    }

    private String absence(Candidate c) {
        var begin = c.times.publish() == null ? c.times.activate() : c.times.publish();
        var what =
                c.times.isLeaving(now)
                        ? "ended at %s"
                                .formatted(
                                        KeyTimes.isReached(c.times.inactive(), now)
                                                ? c.times.inactive()
                                                : c.times.delete())
                        : begin == null ? "never begins" : "begins at " + begin;
        return c.name() + " " + what;
    }

    // An algorithm that resolvers know.
    private void established(List<Candidate> of) {
        boolean isLeaving = of.stream().noneMatch(this::isWanted) && isReadyBeside(of);
        if (isLeaving && of.stream().allMatch(c -> !isAnchor(c, of) || hasLeft(c, of))) {
            // Signs until no cache has its DNSKEY records.
            of.forEach(c -> c.signsZone = c.isSigning());
            return;
        }
        zoneSigners(of).forEach(c -> c.signsZone = true);
        for (var c : of) {
            boolean anchors = isAnchor(c, of) && c.isPublished() && !hasLeft(c, of);
            c.published = isWanted(c) || c.signsZone || anchors || isInCaches(c);
            boolean signs = c.isNamed && c.times.isActive(now) || anchors && c.past.signsKeys();
            c.signsKeys = c.key != null && c.published && isAnchor(c, of) && signs;
        }
    }

    // An algorithm that comes, or one that has just left.
    private void unpublished(List<Candidate> of) {
        if (of.stream().noneMatch(this::isWanted)) {
            of.forEach(c ->
                    c.signsZone = c.isSigning() && !isReached(c.past.withdrawn(), waits.keys()));
            return;
        }
        var active = of.stream().filter(c -> isWanted(c) && c.times.isActive(now)).toList();
        var others = active.stream().filter(c -> !c.isKeySigning()).toList();
        var signers = others.isEmpty() ? active : others;
        signers.forEach(c -> c.signsZone = true);
        boolean everywhere =
                !signers.isEmpty()
                        && signers.stream()
                                .allMatch(
                                        c -> isUrgent || isReached(c.past.signing(), waits.sets()));
        if (everywhere) {
            of.stream().filter(this::isWanted).forEach(c -> c.published = true);
            of.stream()
                    .filter(c -> c.published && isAnchor(c, of) && c.times.isActive(now))
                    .forEach(c -> c.signsKeys = true);
        }
    }

    private List<Candidate> zoneSigners(List<Candidate> of) {
        var ready =
                of.stream()
                        .filter(c -> c.key != null && c.isNamed && c.times.isActive(now))
                        .filter(c -> c.isSigning() || isKnown(c))
                        .toList();
        var signing = of.stream().filter(c -> c.key != null && c.isSigning()).toList();
        boolean othersAreNamed = of.stream().anyMatch(c -> c.isNamed && !c.isKeySigning());
        var ways =
                List.of(
                        without(ready, Candidate::isKeySigning),
                        // Until a successor is known to all.
                        othersAreNamed
                                ? without(signing, Candidate::isKeySigning)
                                : List.<Candidate>of(),
                        without(ready, c -> !c.isKeySigning()),
                        signing);
        for (var way : ways) {
            if (!way.isEmpty()) {
                way.stream().filter(c -> !ready.contains(c)).forEach(this::warnOf);
                return way;
            }
        }
        return List.of();
    }

    private static List<Candidate> without(
            List<Candidate> candidates, Predicate<Candidate> excluded) {
        return candidates.stream().filter(excluded.negate()).toList();
    }

    private void warnOf(Candidate c) {
        warnings.add(
                "%s (%s) signs on: nothing that all resolvers know can take its place yet"
                        .formatted(c.name(), c.key == null ? "" : c.key.file()));
    }

    // Whether the operator wants its DNSKEY record.
    private boolean isWanted(Candidate c) {
        return c.isNamed && c.times.isPublished(now);
    }

    private boolean isKnown(Candidate c) {
        return isFirst || isUrgent || isReached(c.past.published(), waits.keys());
    }

    private boolean isInCaches(Candidate c) {
        var ceased = c.past.ceased();
        return c.isPublished()
                && (c.isSigning() || ceased != null && !isReached(ceased, waits.sets()));
    }

    /// Whether the parent has a DS record of it, or is to have one: keys for keys, or all where
    /// there are none.
    private static boolean isAnchor(Candidate c, List<Candidate> of) {
        return isAnchorByFlag(c, of) || c.past.requested() != null;
    }

    private static boolean isAnchorByFlag(Candidate c, List<Candidate> of) {
        return c.isKeySigning() || of.stream().noneMatch(Candidate::isKeySigning);
    }

    private boolean isWantedAsAnchor(Candidate c, List<Candidate> of) {
        return isWanted(c) && isAnchorByFlag(c, of) && !c.times.isLeaving(now);
    }

    // Whether the parent has its DS record, as far as can be known.
    private boolean isReady(Candidate c, List<Candidate> of) {
        return isWantedAsAnchor(c, of)
                && c.past.isRequested()
                && isReached(c.past.requested(), waits.parent());
    }

    private boolean isReadyBeside(List<Candidate> one) {
        return algorithms.values().stream()
                .filter(of -> of != one)
                .anyMatch(of -> of.stream().anyMatch(c -> isReady(c, of)));
    }

    // Whether a key that the parent knew is known to nobody any more.
    private boolean hasLeft(Candidate c, List<Candidate> of) {
        if (isWantedAsAnchor(c, of)) {
            return false;
        }
        boolean beside = of.stream().anyMatch(other -> other != c && isReady(other, of));
        if (c.key == null && (beside || isUrgent)) {
            return true; // Its own signature cannot be made, and the other one does.
        }
        return (beside || isReadyBeside(of)) && isReached(c.past.released(), waits.parent());
    }

    private void parent() {
        for (var of : algorithms.values()) {
            for (var c : of) {
                c.requested =
                        c.published
                                && isWantedAsAnchor(c, of)
                                && c.signsKeys
                                && c.times.isSynced(now)
                                && isKnown(c);
            }
        }
        if (all.stream().noneMatch(c -> c.requested)) {
            // An empty set would say nothing; the parent keeps what it has.
            all.forEach(c -> c.requested = c.published && c.past.isRequested());
        }
    }

    private void require(List<Candidate> of) {
        boolean published = of.stream().anyMatch(c -> c.published);
        var needed = new ArrayList<Candidate>();
        if (published && of.stream().noneMatch(c -> c.signsZone && c.key != null)
                || of.stream().anyMatch(c -> c.signsZone && c.key == null)) {
            of.stream().filter(Candidate::isSigning).forEach(needed::add);
            obstacles.add(missing(of, needed, "the zone"));
        }
        if (published && !isSignedAsParentKnows(of)) {
            of.stream().filter(c -> c.past.signsKeys()).forEach(needed::add);
            obstacles.add(missing(of, needed, "keys"));
        }
    }

    // Whether a key that the parent has a DS record of signs the keys.
    private boolean isSignedAsParentKnows(List<Candidate> of) {
        boolean staying =
                of.stream()
                        .filter(c -> isAnchor(c, of) && c.published && c.past.signsKeys())
                        .filter(c -> !hasLeft(c, of))
                        .anyMatch(c -> !c.signsKeys);
        return of.stream().anyMatch(c -> c.signsKeys) && (!staying || isUrgent);
    }

    private String missing(List<Candidate> of, List<Candidate> needed, String what) {
        var lost = needed.stream().filter(c -> c.key == null).findFirst().orElse(null);
        if (lost == null) {
            return "no key of algorithm %d can sign %s"
                    .formatted(of.getFirst().past.record().getAlgorithm(), what);
        }
        var file = lost.past.file();
        return "%s%s is gone, and nothing that all resolvers know signs %s in its place: put it back"
                .formatted(lost.name(), file == null ? "" : " (" + file + ")", what);
    }

    // Whether a time of the memory lies far enough back; if not, when it does.
    private boolean isReached(@Nullable Instant since, Duration wait) {
        if (since == null) {
            return false;
        }
        var then = since.plus(wait);
        if (now.isBefore(then)) {
            soon(then);
        }
        return !now.isBefore(then);
    }

    private void soon(@Nullable KeyTimes times) {
        if (times != null) {
            soon(times.publish());
            soon(times.activate());
            soon(times.inactive());
            soon(times.delete());
            soon(times.syncPublish());
            soon(times.syncDelete());
        }
    }

    private void soon(@Nullable Instant then) {
        if (then != null && then.isAfter(now) && (next == null || then.isBefore(next))) {
            next = then;
        }
    }
}
