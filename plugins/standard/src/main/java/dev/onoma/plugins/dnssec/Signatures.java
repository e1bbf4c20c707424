package dev.onoma.plugins.dnssec;

import java.io.ByteArrayOutputStream;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.xbill.DNS.DNSSEC.DNSSECException;
import org.xbill.DNS.RRSIGRecord;
import org.xbill.DNS.RRset;
import org.xbill.DNS.Record;
import org.xbill.DNS.Type;

/// Signatures over sets of records, kept until two days before they expire; those not used for the
/// longest time go when there are too many, or when they take too many octets.
///
/// A signature holds for every TTL up to its field "original TTL" (RFC 4034, section 3.1.4), which
/// is an hour, a day, a week or the most: what a source counts down is not signed each second anew.
/// Any thread that may wait: signing takes up to a millisecond, and at most as many threads sign at
/// a time as there are processors.
final class Signatures {
    static final Duration BEFORE = Duration.ofHours(3);
    static final Duration VALID = Duration.ofDays(8);
    static final Duration SPARE = Duration.ofDays(2);

    private static final long[] ORIGINAL_TTLS = {3_600, 86_400, 604_800, Integer.MAX_VALUE};
    private static final int ENTRY_OCTETS = 200;

    private final KeyRing ring;
    private final int capacity;
    private final long octetsMax;
    private final java.util.concurrent.Semaphore signing =
            new java.util.concurrent.Semaphore(Runtime.getRuntime().availableProcessors());
    private final Map<Key, Kept> kept = new LinkedHashMap<>(16, 0.75f, true);
    private long octets;

    private record Key(byte[] octets) {
        @Override
        public boolean equals(Object other) {
            return other instanceof Key key && Arrays.equals(octets, key.octets);
        }

        @Override
        public int hashCode() {
            return Arrays.hashCode(octets);
        }
    }

    private record Kept(List<RRSIGRecord> signatures, Instant until, long octets) {}

    Signatures(KeyRing ring, DnssecOptions options) {
        this.ring = ring;
        capacity = options.capacity();
        octetsMax = options.octets();
    }

    /// The signatures of all keys of a zone over a set, with the TTL of the set.
    ///
    /// @param set of one name and type, in the zone
    List<RRSIGRecord> of(int zone, List<Record> set, Instant now)
            throws DNSSECException, InterruptedException {
        var key = key(zone, set);
        var known = find(key, now);
        if (known == null) {
            signing.acquire();
            try {
                known = sign(zone, set, now);
            } finally {
                signing.release();
            }
            keep(key, known);
        }
        long ttl = set.getFirst().getTTL();
        return known.signatures.stream().map(s -> withTtl(s, ttl)).toList();
    }

    private synchronized @org.jspecify.annotations.Nullable Kept find(Key key, Instant now) {
        var known = kept.get(key);
        return known == null || now.isAfter(known.until) ? null : known;
    }

    private synchronized void keep(Key key, Kept made) {
        var before = kept.put(key, made);
        octets += made.octets - (before == null ? 0 : before.octets);
        var eldest = kept.values().iterator();
        while ((kept.size() > capacity || octets > octetsMax) && eldest.hasNext()) {
            octets -= eldest.next().octets;
            eldest.remove();
        }
    }

    synchronized int count() {
        return kept.size();
    }

    synchronized long octets() {
        return octets;
    }

    private Kept sign(int zone, List<Record> set, Instant now) throws DNSSECException {
        long original = originalTtl(set.getFirst().getTTL());
        var signed = new RRset();
        for (var r : set) {
            signed.addRR(
                    Record.newRecord(
                            r.getName(),
                            r.getType(),
                            r.getDClass(),
                            original,
                            r.rdataToWireCanonical()));
        }
        var inception = now.minus(BEFORE);
        var expiration = now.plus(VALID);
        var made = new ArrayList<RRSIGRecord>();
        long size = ENTRY_OCTETS;
        for (var key : ring.signers(zone, set.getFirst().getType() == Type.DNSKEY)) {
            var signature = key.sign(signed, inception, expiration);
            made.add(signature);
            size += ENTRY_OCTETS + signature.getSignature().length;
        }
        for (var r : set) {
            size += r.rdataToWireCanonical().length;
        }
        return new Kept(List.copyOf(made), expiration.minus(SPARE), size);
    }

    private static long originalTtl(long ttl) {
        return Arrays.stream(ORIGINAL_TTLS).filter(o -> o >= ttl).findFirst().orElse(ttl);
    }

    // What is signed, but for the TTL.
    private static Key key(int zone, List<Record> set) {
        var first = set.getFirst();
        var out = new ByteArrayOutputStream();
        out.writeBytes(first.getName().toWireCanonical());
        out.write(zone >> 8);
        out.write(zone);
        out.write(first.getType() >> 8);
        out.write(first.getType());
        out.write((int) (originalTtl(first.getTTL()) >> 8));
        set.stream()
                .map(Record::rdataToWireCanonical)
                .sorted(Arrays::compareUnsigned)
                .forEach(data -> {
                    out.write(data.length >> 8);
                    out.write(data.length);
                    out.writeBytes(data);
                });
        return new Key(out.toByteArray());
    }

    private static RRSIGRecord withTtl(RRSIGRecord s, long ttl) {
        return new RRSIGRecord(
                s.getName(),
                s.getDClass(),
                ttl,
                s.getTypeCovered(),
                s.getAlgorithm(),
                s.getOrigTTL(),
                s.getExpire(),
                s.getTimeSigned(),
                s.getFootprint(),
                s.getSigner(),
                s.getSignature());
    }
}
