package dev.onoma.plugins.dnssec;

import dev.onoma.api.NameKey;
import dev.onoma.api.WireSections;
import java.util.concurrent.atomic.AtomicReferenceArray;
import org.jspecify.annotations.Nullable;
import org.xbill.DNS.Rcode;

/// Signed forms of answers that plugins keep ready: zones and the cluster give the same octets, as
/// one object, to all who ask the same. A hit is a few comparisons, on the thread of the query,
/// without a lock. Four places for each answer; a later one takes one of them, so memory is
/// bounded, in number and in octets. What denies a name takes the last of the four or a free one:
/// there is no end of names that are not there. Outlives a reload.
final class SignedAnswers implements AutoCloseable {
    private static final int WAYS = 4;

    private final AtomicReferenceArray<@Nullable Signed> kept;
    private final long octetsMax;
    private long octets;
    private int hand;

    /// @param ring of whose keys the signatures are
    /// @param source what was signed
    /// @param untilNanos of the monotonic clock, until when the signatures are used
    record Signed(
            long ring,
            WireSections source,
            NameKey name,
            int type,
            int sourceRcode,
            WireSections sections,
            int rcode,
            long untilNanos) {
        long octets() {
            return 200L + name.length() + source.footprint() + sections.footprint();
        }
    }

    SignedAnswers(DnssecOptions options) {
        kept = new AtomicReferenceArray<>(Integer.highestOneBit(options.capacity() * 2 - 1));
        octetsMax = options.octets();
    }

    @Nullable Signed find(
            long ring, NameKey name, int type, int rcode, WireSections source, long nanos) {
        int first = first(name, type);
        for (int place = first; place < first + WAYS; place++) {
            var signed = kept.get(place);
            if (signed != null
                    && signed.source == source
                    && signed.type == type
                    && signed.sourceRcode == rcode
                    && signed.ring == ring
                    && signed.name.equals(name)) {
                return signed.untilNanos - nanos > 0 ? signed : null;
            }
        }
        return null;
    }

    private int first(NameKey name, int type) {
        return (int) (name.hash() >>> 7) + type * 31 & kept.length() - WAYS;
    }

    synchronized void keep(Signed made) {
        int first = first(made.name, made.type);
        boolean denial = made.sourceRcode == Rcode.NXDOMAIN;
        int chosen = first + (denial ? WAYS - 1 : (int) (made.name.hash() >>> 40 & WAYS - 1));
        for (int place = first; place < first + WAYS; place++) {
            var signed = kept.get(place);
            if (signed == null || signed.type == made.type && signed.name.equals(made.name)) {
                chosen = place;
                break;
            }
        }
        exchange(chosen, made);
        while (octets > octetsMax) {
            exchange(hand++ & kept.length() - 1, null);
        }
    }

    private void exchange(int place, @Nullable Signed made) {
        var before = kept.getAndSet(place, made);
        octets += (made == null ? 0 : made.octets()) - (before == null ? 0 : before.octets());
    }

    synchronized long octets() {
        return octets;
    }

    @Override
    public void close() {
        // Memory only.
    }
}
