package dev.onoma.plugins.sign;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import dev.onoma.api.FileStamp;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.xbill.DNS.CDSRecord;
import org.xbill.DNS.DNSKEYRecord;
import org.xbill.DNS.DNSSEC;
import org.xbill.DNS.DNSSEC.DNSSECException;
import org.xbill.DNS.Master;
import org.xbill.DNS.Name;
import org.xbill.DNS.RRSIGRecord;
import org.xbill.DNS.RRset;
import org.xbill.DNS.Record;
import org.xbill.DNS.Type;

/// All that resolvers anywhere may have in their caches of a zone and of its parent, and the
/// strictest of validators that looks at each mix of it.
///
/// The parent takes what CDS records ask for after some time, and its DS records live for a day.
/// Versions of the zone need up to an hour to all its servers. Validity is what RFC 4035, section
/// 2.2, asks of zones: each algorithm of the DS records signs the DNSKEY records with a key that a
/// DS record names; each algorithm of the DNSKEY records signs each set, with a key that is among
/// them.
final class Caches {
    private static final Duration PROPAGATION = Duration.ofHours(1);
    private static final Duration PARENT_TTL = Duration.ofDays(1);

    private final Path copy;
    private final Name zone;
    private final Duration parentLag;
    private final List<Version> versions = new ArrayList<>();
    private final List<Parent> parents = new ArrayList<>();
    private final Map<Set<String>, Instant> asked = new LinkedHashMap<>();
    private @Nullable FileStamp seen;
    private Instant looked = Instant.EPOCH;
    private int mixes;

    /// A version of the zone, and when it was replaced.
    private static final class Version {
        final Instant since;
        Instant until = Instant.MAX;
        final Set<String> cds = new TreeSet<>();
        long keyTtl;
        long setTtl;
        List<DNSKEYRecord> keys = List.of();
        // Of each DNSKEY record that signs the DNSKEY records.
        final Set<String> keySigners = new TreeSet<>();
        // Of each set the keys that sign it; the same for many.
        final Set<Set<String>> setSigners = new LinkedHashSet<>();

        Version(Instant since) {
            this.since = since;
        }
    }

    /// DS records, and when they were replaced.
    private record Parent(Set<String> ds, Instant until) {}

    Caches(Path copy, Name zone, Duration parentLag) {
        this.copy = copy;
        this.zone = zone;
        this.parentLag = parentLag;
    }

    private static String id(int algorithm, int tag) {
        return algorithm + "/" + tag;
    }

    private static String id(DNSKEYRecord key) {
        return id(key.getAlgorithm(), key.getFootprint());
    }

    /// The keys that have DNSKEY records now.
    Set<Integer> published() {
        return versions.getLast().keys.stream()
                .map(DNSKEYRecord::getFootprint)
                .collect(Collectors.toCollection(TreeSet::new));
    }

    /// The keys that sign what is no key, now.
    Set<String> signing() {
        return versions.getLast().setSigners.iterator().next();
    }

    /// The keys that the parent has DS records of, now.
    Set<String> parent() {
        return parents.getLast().ds;
    }

    /// How many mixes were looked at.
    int mixes() {
        return mixes;
    }

    /// Looks at the zone, and at every mix of what there was.
    void look(Instant now) throws IOException, DNSSECException {
        var stamp = FileStamp.of(copy);
        if (!stamp.equals(seen)) {
            seen = stamp;
            var version = read(now);
            if (!versions.isEmpty()) {
                versions.getLast().until = looked; // it was there then, for all that is known
            }
            versions.add(version);
        }
        askParent(now);
        validate(now);
        looked = now;
    }

    private void askParent(Instant now) {
        var wanted = versions.getLast().cds;
        if (parents.isEmpty()) {
            parents.add(new Parent(wanted, Instant.MAX));
        }
        var since = asked.computeIfAbsent(wanted, _ -> now);
        asked.keySet().retainAll(Set.of(wanted));
        if (!wanted.isEmpty()
                && !wanted.equals(parents.getLast().ds)
                && !now.isBefore(since.plus(parentLag))) {
            parents.set(parents.size() - 1, new Parent(parents.getLast().ds, now));
            parents.add(new Parent(wanted, Instant.MAX));
        }
    }

    private Version read(Instant now) throws IOException, DNSSECException {
        var sets = new LinkedHashMap<String, RRset>();
        try (var master = new Master(copy.toString(), zone)) {
            for (var r = master.nextRecord(); r != null; r = master.nextRecord()) {
                int type = r instanceof RRSIGRecord s ? s.getTypeCovered() : r.getType();
                var record = r;
                sets.computeIfAbsent(r.getName() + " " + type, _ -> new RRset()).addRR(record);
            }
        }
        var version = new Version(now);
        var apex = sets.getOrDefault(zone + " " + Type.DNSKEY, new RRset());
        version.keys = apex.rrs().stream().map(DNSKEYRecord.class::cast).toList();
        version.keyTtl = apex.getTTL();
        for (var set : sets.values()) {
            take(version, set, now);
        }
        return version;
    }

    private static void take(Version version, RRset set, Instant now) throws DNSSECException {
        var signers = new TreeSet<String>();
        for (var signature : set.sigs()) {
            for (var key : version.keys) {
                if (signature.getFootprint() == key.getFootprint()
                        && signature.getAlgorithm() == key.getAlgorithm()) {
                    DNSSEC.verify(set, signature, key, now);
                }
            }
            signers.add(id(signature.getAlgorithm(), signature.getFootprint()));
        }
        if (signers.isEmpty()) {
            return; // glue, and NS records of a cut
        }
        Record first = set.first();
        if (first.getType() == Type.DNSKEY) {
            version.keySigners.addAll(signers);
        } else {
            version.setSigners.add(signers);
            version.setTtl = Math.max(version.setTtl, set.getTTL());
        }
        if (first instanceof CDSRecord) {
            set.rrs()
                    .forEach(r -> {
                        if (r instanceof CDSRecord cds) {
                            version.cds.add(id(cds.getAlgorithm(), cds.getFootprint()));
                        }
                    });
        }
    }

    private void validate(Instant now) {
        var parentsNow =
                parents.stream()
                        .filter(p ->
                                p.until.equals(Instant.MAX)
                                        || now.isBefore(p.until.plus(PARENT_TTL)))
                        .toList();
        var keysNow = versions.stream().filter(v -> isCached(v, v.keyTtl, now)).toList();
        var setsNow = versions.stream().filter(v -> isCached(v, v.setTtl, now)).toList();
        for (var keys : keysNow) {
            for (var parent : parentsNow) {
                mixes++;
                validate(parent, keys, now);
            }
            for (var sets : setsNow) {
                mixes++;
                validate(keys, sets, now);
            }
        }
    }

    private static boolean isCached(Version version, long ttl, Instant now) {
        return version.until.equals(Instant.MAX)
                || now.isBefore(version.until.plusSeconds(ttl).plus(PROPAGATION));
    }

    private static void validate(Parent parent, Version keys, Instant now) {
        var present = keys.keys.stream().map(Caches::id).collect(Collectors.toSet());
        var algorithms = new HashMap<String, Boolean>();
        for (var ds : parent.ds) {
            boolean good = present.contains(ds) && keys.keySigners.contains(ds);
            algorithms.merge(ds.substring(0, ds.indexOf('/')), good, Boolean::logicalOr);
        }
        assertThat(algorithms)
                .as(
                        "%s: DS %s, DNSKEY %s of %s signed by %s",
                        now, parent.ds, present, keys.since, keys.keySigners)
                .doesNotContainValue(false)
                .isNotEmpty();
    }

    private static void validate(Version keys, Version sets, Instant now) {
        var present = keys.keys.stream().map(Caches::id).collect(Collectors.toSet());
        var wanted = keys.keys.stream().map(DNSKEYRecord::getAlgorithm).collect(Collectors.toSet());
        for (var signers : sets.setSigners) {
            for (int algorithm : wanted) {
                if (signers.stream()
                        .noneMatch(s -> present.contains(s) && s.startsWith(algorithm + "/"))) {
                    fail(
                            "%s: sets of %s signed by %s, DNSKEY %s of %s",
                            now, sets.since, signers, present, keys.since);
                }
            }
        }
    }
}
