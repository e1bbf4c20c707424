package dev.onoma.plugins.dnssec;

import java.time.Instant;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.xbill.DNS.RRSIGRecord;

/// Signatures that were made. Those not used for the longest time go when there are too many, or
/// when they take too many octets. Any thread.
final class SignatureMemory {
    private static final long ENTRY_OCTETS = 200;

    private final int capacity;
    private final long octetsMax;
    private final Map<Key, Signed> kept = new LinkedHashMap<>(16, 0.75f, true);
    private long octets;

    /// What is signed, and by which keys.
    record Key(byte[] octets) {
        @Override
        public boolean equals(Object other) {
            return other instanceof Key key && Arrays.equals(octets, key.octets);
        }

        @Override
        public int hashCode() {
            return Arrays.hashCode(octets);
        }
    }

    /// @param until when they are used
    record Signed(List<RRSIGRecord> signatures, Instant until) {
        private long octets(Key key) {
            long all = ENTRY_OCTETS + key.octets.length;
            for (var s : signatures) {
                all += ENTRY_OCTETS + s.getSignature().length;
            }
            return all;
        }
    }

    SignatureMemory(int capacity, long octetsMax) {
        this.capacity = capacity;
        this.octetsMax = octetsMax;
    }

    synchronized @Nullable Signed find(Key key, Instant now) {
        var known = kept.get(key);
        return known == null || now.isAfter(known.until) ? null : known;
    }

    synchronized void keep(Key key, Signed made) {
        var before = kept.put(key, made);
        octets += made.octets(key) - (before == null ? 0 : before.octets(key));
        var eldest = kept.entrySet().iterator();
        while ((kept.size() > capacity || octets > octetsMax) && eldest.hasNext()) {
            var gone = eldest.next();
            octets -= gone.getValue().octets(gone.getKey());
            eldest.remove();
        }
    }

    synchronized int count() {
        return kept.size();
    }

    synchronized long octets() {
        return octets;
    }
}
