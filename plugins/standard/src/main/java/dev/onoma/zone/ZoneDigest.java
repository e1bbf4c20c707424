package dev.onoma.zone;

import dev.onoma.api.Directive;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import org.xbill.DNS.DClass;
import org.xbill.DNS.Name;
import org.xbill.DNS.RRSIGRecord;
import org.xbill.DNS.Record;
import org.xbill.DNS.Type;

/// The digest of a whole zone (ZONEMD, RFC 8976), of the scheme SIMPLE: all records in canonical
/// order and form. What was made or transferred as it was meant to be has the digest that stands at
/// its apex; whether that one is genuine says its signature.
public final class ZoneDigest {
    private static final int SIMPLE = 1;
    private static final int DIGEST_AT = 6; // behind serial, scheme and hash
    private static final int DIGEST_OCTETS_MIN = 12;

    private final Name apex;
    private final MessageDigest digest;

    /// What a digest is made with (RFC 8976, section 5.3).
    public enum Hash {
        /// The one that everybody has to know.
        SHA384(1, "SHA-384"),
        /// A longer one.
        SHA512(2, "SHA-512");

        private final int number;
        private final String algorithm;

        Hash(int number, String algorithm) {
            this.number = number;
            this.algorithm = algorithm;
        }

        /// The word in a Corefile.
        public String word() {
            return name().toLowerCase(Locale.ROOT);
        }

        static @Nullable Hash of(int number) {
            return Arrays.stream(values()).filter(h -> h.number == number).findFirst().orElse(null);
        }
    }

    /// Whether zones that come from elsewhere are checked.
    public enum Check {
        /// They are not.
        NONE,
        /// If they have a digest.
        IF_PRESENT,
        /// They are, and have to have one.
        REQUIRED;

        /// Reads `zonemd [required]`.
        public static Check of(Directive property) {
            var words = property.arguments("[required]");
            if (!words.hasNext()) {
                return IF_PRESENT;
            }
            words.oneOf("OPTION", "required");
            words.expectEnd();
            return REQUIRED;
        }

        /// Checks a zone.
        ///
        /// @throws ZoneException if it is not as it was made
        public void check(ZoneData zone, String from) throws ZoneException {
            var problem = this == NONE ? null : problem(zone, this == REQUIRED);
            if (problem != null) {
                throw new ZoneException(from, problem);
            }
        }
    }

    ZoneDigest(Name apex, Hash hash) {
        this.apex = apex;
        try {
            digest = MessageDigest.getInstance(hash.algorithm);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has " + hash.algorithm, e);
        }
    }

    /// The ZONEMD record of a zone, when all records were added.
    static Record record(Name apex, long ttl, long serial, Hash hash, byte[] digest) {
        var data = new byte[DIGEST_AT + digest.length];
        Arena.put32(data, 0, (int) serial);
        data[4] = SIMPLE;
        data[5] = (byte) hash.number;
        System.arraycopy(digest, 0, data, DIGEST_AT, digest.length);
        return Record.newRecord(apex, Type.ZONEMD, DClass.IN, ttl, data);
    }

    /// Adds all records of a name; names come in canonical order. Not counted are digests of the
    /// zone and their signatures (section 3.3.1).
    void add(List<Record> records) {
        records.stream()
                .filter(r -> !isDigest(r))
                .map(Canonical::of)
                .sorted()
                .forEach(c -> digest.update(c.record.toWireCanonical()));
    }

    private boolean isDigest(Record record) {
        int type = record instanceof RRSIGRecord s ? s.getTypeCovered() : record.getType();
        return type == Type.ZONEMD && record.getName().equals(apex);
    }

    /// A record, and what it is sorted by: type, and data in canonical form (RFC 4034, section
    /// 6.3).
    private record Canonical(Record record, byte[] data) implements Comparable<Canonical> {
        private static final Comparator<Canonical> ORDER =
                Comparator.comparingInt((Canonical c) -> c.record.getType())
                        .thenComparing(Canonical::data, Arrays::compareUnsigned);

        static Canonical of(Record record) {
            return new Canonical(record, record.rdataToWireCanonical());
        }

        @Override
        public int compareTo(Canonical other) {
            return ORDER.compare(this, other);
        }
    }

    byte[] octets() {
        return digest.digest();
    }

    /// Checks the digests of a zone (RFC 8976, section 4): one that is known and right is enough.
    ///
    /// @param isRequired whether a zone without one is wrong
    /// @return what is wrong, or null
    static @Nullable String problem(ZoneData zone, boolean isRequired) {
        var page = zone.arena.page(zone.top());
        int set = Node.find(page, Arena.at(zone.top()), Type.ZONEMD, false);
        if (set < 0) {
            return isRequired ? "there is no ZONEMD record" : null;
        }
        var apex = ZoneBuilder.name(page, Arena.at(zone.top()));
        var reasons = new ArrayList<String>();
        for (var record : NodeRecords.of(apex, page, set)) {
            var data = record.rdataToWireCanonical();
            int scheme = data[4] & 0xff;
            int number = data[5] & 0xff;
            var hash = Hash.of(number);
            if ((Arena.i32(data, 0) & 0xffff_ffffL) != zone.serial()) {
                reasons.add("the ZONEMD record is that of another serial");
            } else if (scheme != SIMPLE
                    || hash == null
                    || data.length - DIGEST_AT < DIGEST_OCTETS_MIN) {
                reasons.add("scheme %d with hash %d is not known".formatted(scheme, number));
            } else {
                var found = of(zone, apex, hash);
                if (Arrays.equals(found, 0, found.length, data, DIGEST_AT, data.length)) {
                    return null;
                }
                reasons.add(
                        "its %s digest is %s, not that of the ZONEMD record"
                                .formatted(hash.algorithm, HexFormat.of().formatHex(found)));
            }
        }
        return String.join("; ", reasons);
    }

    private static byte[] of(ZoneData zone, Name apex, Hash hash) {
        var digest = new ZoneDigest(apex, hash);
        for (int node : CanonicalOrder.sorted(zone, zone.nodes())) {
            digest.add(NodeRecords.all(zone, node));
        }
        return digest.octets();
    }
}
