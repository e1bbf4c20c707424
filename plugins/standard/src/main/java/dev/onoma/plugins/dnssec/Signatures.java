package dev.onoma.plugins.dnssec;

import dev.onoma.api.Time;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.xbill.DNS.DNSSEC.DNSSECException;
import org.xbill.DNS.RRSIGRecord;
import org.xbill.DNS.RRset;
import org.xbill.DNS.Record;
import org.xbill.DNS.Type;

/// Signatures over sets of records, kept until two days before they expire, also over a reload.
///
/// A signature holds for every TTL up to its field "original TTL" (RFC 4034, section 3.1.4), which
/// is an hour, a day, a week or the most: what a source counts down is not signed each second anew.
///
/// Signing takes from fifty microseconds to some milliseconds of a processor, and anybody may ask
/// for names that were never asked for before. So there is a [SigningBudget]; half of the
/// processors sign at a time, so that the threads of virtual threads have something left for
/// others; one set is signed once, however many wait for it; and what denies names, of which there
/// is no end, is kept apart in a quarter of the memory, so that it drives nothing else out.
///
/// Any thread that may wait.
final class Signatures implements AutoCloseable {
    static final Duration BEFORE = Duration.ofHours(3);
    static final Duration VALID = Duration.ofDays(8);
    static final Duration SPARE = Duration.ofDays(2);

    private static final long[] ORIGINAL_TTLS = {3_600, 86_400, 604_800, Integer.MAX_VALUE};
    private static final int DENIALS_PART = 4;
    private static final int WAIT_SECONDS_MAX = 1;

    private final Time time;
    private final SigningBudget budget;
    private final Semaphore signing =
            new Semaphore(Math.max(1, Runtime.getRuntime().availableProcessors() / 2), true);
    private final SignatureMemory denials;
    private final SignatureMemory others;
    private final ConcurrentHashMap<SignatureMemory.Key, CompletableFuture<SignatureMemory.Signed>>
            underWay = new ConcurrentHashMap<>();

    Signatures(DnssecOptions options, Time time) {
        this.time = time;
        budget = new SigningBudget(options.perSecond(), time.nanos());
        denials =
                new SignatureMemory(
                        options.capacity() / DENIALS_PART, options.octets() / DENIALS_PART);
        others =
                new SignatureMemory(
                        options.capacity() - options.capacity() / DENIALS_PART,
                        options.octets() - options.octets() / DENIALS_PART);
    }

    /// A set whose signatures are asked for.
    ///
    /// @param key what is signed, and with what
    /// @param memory where they are kept
    private record Wanted(
            SignatureMemory.Key key,
            SignatureMemory memory,
            KeyRing ring,
            int zone,
            List<Record> set,
            Instant now) {
        SignatureMemory.@Nullable Signed known() {
            return memory.find(key, now);
        }
    }

    /// The signatures of all keys of a zone over a set, with the TTL of the set.
    ///
    /// @param set of one name and type, in the zone
    /// @throws TooManySignatures if it is not signed yet, and may not be now
    List<RRSIGRecord> of(KeyRing ring, int zone, List<Record> set, Instant now)
            throws DNSSECException, InterruptedException, TooManySignatures {
        var memory = set.getFirst().getType() == Type.NSEC ? denials : others;
        var wanted = new Wanted(key(ring, zone, set), memory, ring, zone, set, now);
        var known = wanted.known();
        var signed = known == null ? awaited(wanted) : known;
        long ttl = set.getFirst().getTTL();
        return signed.signatures().stream().map(s -> withTtl(s, ttl)).toList();
    }

    // Who comes first signs, the others wait for that.
    private SignatureMemory.Signed awaited(Wanted wanted)
            throws DNSSECException, InterruptedException, TooManySignatures {
        var mine = new CompletableFuture<SignatureMemory.Signed>();
        var first = underWay.putIfAbsent(wanted.key, mine);
        if (first != null) {
            return result(first);
        }
        try {
            // Somebody may have been first, and be ready, since it was looked for.
            var known = wanted.known();
            var made = known != null ? known : made(wanted);
            mine.complete(made);
            return made;
        } catch (DNSSECException | TooManySignatures e) {
            mine.completeExceptionally(e);
            throw e;
        } finally {
            mine.cancel(false); // after a mistake of ours, so that nobody waits for ever
            underWay.remove(wanted.key, mine);
        }
    }

    private static SignatureMemory.Signed result(CompletableFuture<SignatureMemory.Signed> first)
            throws DNSSECException, InterruptedException, TooManySignatures {
        try {
            return first.get();
        } catch (ExecutionException e) {
            switch (e.getCause()) {
                case TooManySignatures many -> throw many;
                case DNSSECException other -> throw other;
                case null, default -> throw new IllegalStateException(e);
            }
        }
    }

    private SignatureMemory.Signed made(Wanted wanted)
            throws DNSSECException, InterruptedException, TooManySignatures {
        if (!budget.take(wanted.memory == denials, time.nanos())
                || !signing.tryAcquire(WAIT_SECONDS_MAX, TimeUnit.SECONDS)) {
            throw new TooManySignatures();
        }
        try {
            var signed = sign(wanted.ring, wanted.zone, wanted.set, wanted.now);
            wanted.memory.keep(wanted.key, signed);
            return signed;
        } finally {
            signing.release();
        }
    }

    /// Whether a name that was not denied before cannot be denied now.
    boolean isUsedUpForDenials() {
        return budget.isUsedUpForDenials(time.nanos());
    }

    int count() {
        return denials.count() + others.count();
    }

    long octets() {
        return denials.octets() + others.octets();
    }

    @Override
    public void close() {
        // Memory only.
    }

    private static SignatureMemory.Signed sign(
            KeyRing ring, int zone, List<Record> set, Instant now) throws DNSSECException {
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
        for (var key : ring.signers(zone, set.getFirst().getType() == Type.DNSKEY)) {
            made.add(key.sign(signed, inception, expiration));
        }
        return new SignatureMemory.Signed(List.copyOf(made), expiration.minus(SPARE));
    }

    private static long originalTtl(long ttl) {
        return Arrays.stream(ORIGINAL_TTLS).filter(o -> o >= ttl).findFirst().orElse(ttl);
    }

    // What is signed, but for the TTL, and with what.
    private static SignatureMemory.Key key(KeyRing ring, int zone, List<Record> set) {
        var first = set.getFirst();
        var out = new ByteArrayOutputStream();
        out.writeBytes(first.getName().toWireCanonical());
        out.writeBytes(
                ByteBuffer.allocate(20)
                        .putLong(ring.fingerprint())
                        .putInt(zone)
                        .putInt(first.getType())
                        .putInt((int) originalTtl(first.getTTL()))
                        .array());
        set.stream()
                .map(Record::rdataToWireCanonical)
                .sorted(Arrays::compareUnsigned)
                .forEach(data -> {
                    out.write(data.length >> 8);
                    out.write(data.length);
                    out.writeBytes(data);
                });
        return new SignatureMemory.Key(out.toByteArray());
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
