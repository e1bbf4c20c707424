package dev.onoma.zone;

import java.util.Arrays;
import java.util.Locale;
import org.xbill.DNS.DClass;
import org.xbill.DNS.DNSSEC;
import org.xbill.DNS.NSEC3PARAMRecord;
import org.xbill.DNS.NSEC3Record;
import org.xbill.DNS.Name;
import org.xbill.DNS.TextParseException;
import org.xbill.DNS.utils.base32;

/// The NSEC3 records of a zone that is being signed: one for each name with authority, each cut and
/// each empty non-terminal, in the order of their hashes (RFC 5155, section 7.1).
final class Nsec3Chain {
    private static final int SHA1 = NSEC3Record.SHA1_DIGEST_ID;
    private static final base32 LABEL = new base32(base32.Alphabet.BASE32HEX, false, true);

    private final Name apex;
    private final Nsec3 form;
    private final long ttl;
    private final Hashed[] sorted;

    /// A name and its hash.
    private record Hashed(byte[] hash, int node) {}

    /// @param ttl of the records, in seconds
    /// @param nodes the names that have a record, in any order
    /// @throws ZoneException if two names have one hash, which another salt mends
    Nsec3Chain(ZoneData zone, Name apex, Nsec3 form, long ttl, int[] nodes) throws ZoneException {
        this.apex = apex;
        this.form = form;
        this.ttl = ttl;
        sorted = new Hashed[nodes.length];
        for (int i = 0; i < nodes.length; i++) {
            sorted[i] = new Hashed(hash(zone, nodes[i]), nodes[i]);
        }
        Arrays.sort(sorted, (a, b) -> Arrays.compareUnsigned(a.hash, b.hash));
        for (int i = 1; i < sorted.length; i++) {
            if (Arrays.equals(sorted[i].hash, sorted[i - 1].hash)) {
                throw new ZoneException(
                        apex.toString(), "two names have one hash; change the salt");
            }
        }
    }

    private byte[] hash(ZoneData zone, int node) {
        var page = zone.arena.page(node);
        int at = Arena.at(node);
        int from = at + Node.NAME;
        return form.hash(Arrays.copyOfRange(page, from, from + Node.nameLength(page, at)));
    }

    int size() {
        return sorted.length;
    }

    /// The name that a record is about.
    int node(int place) {
        return sorted[place].node;
    }

    /// The name of a record.
    Name owner(int place) {
        try {
            var label = LABEL.toString(sorted[place].hash).toLowerCase(Locale.ROOT);
            return Name.fromString(label, apex);
        } catch (TextParseException e) {
            throw new IllegalStateException(
                    "a hash does not fit before %s, which is too long".formatted(apex), e);
        }
    }

    /// A record.
    ///
    /// @param types of the name that it is about
    NSEC3Record record(int place, int[] types) {
        return new NSEC3Record(
                owner(place),
                DClass.IN,
                ttl,
                SHA1,
                form.isOptOut() ? NSEC3Record.Flags.OPT_OUT : 0,
                form.iterations(),
                form.salt(),
                sorted[(place + 1) % sorted.length].hash,
                types);
    }

    /// What tells other servers how names are hashed (RFC 5155, section 4); nobody caches it.
    NSEC3PARAMRecord parameters() {
        return new NSEC3PARAMRecord(apex, DClass.IN, 0, SHA1, 0, form.iterations(), form.salt());
    }

    /// Whether keys of an algorithm may sign such a zone (RFC 5155, section 2).
    static boolean isFor(int algorithm) {
        return algorithm > DNSSEC.Algorithm.RSASHA1;
    }
}
