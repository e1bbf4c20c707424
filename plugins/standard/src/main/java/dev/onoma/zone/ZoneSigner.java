package dev.onoma.zone;

import java.io.BufferedWriter;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.xbill.DNS.DClass;
import org.xbill.DNS.DNSSEC.DNSSECException;
import org.xbill.DNS.NSECRecord;
import org.xbill.DNS.Name;
import org.xbill.DNS.RRset;
import org.xbill.DNS.Record;
import org.xbill.DNS.SOARecord;
import org.xbill.DNS.Type;

/// Signs a zone as a whole (RFC 4035, section 2): DNSKEY, CDS and CDNSKEY records of its keys at
/// the apex, NSEC or NSEC3 records for the names with authority and the cuts, signatures over what
/// the zone has authority for, and a digest of all that (RFC 8976). What the zone had of these
/// before is left out.
///
/// Written as a master file, name by name in canonical order, the SOA record and its signatures
/// first, the digest last. Nothing of the signed zone is kept. May take long: a signature takes 50
/// to 1000 microseconds.
public final class ZoneSigner {
    private static final int[] REPLACED = {
        Type.DNSKEY,
        Type.CDS,
        Type.CDNSKEY,
        Type.NSEC,
        Type.NSEC3,
        Type.NSEC3PARAM,
        Type.ZONEMD // a digest of the zone as it was: who checks it would refuse the signed one
    };

    private final ZoneData zone;
    private final Name apex;
    private final Signing signing;
    private final List<SigningKey> forParentSets;
    private final Map<ZoneDigest.Hash, ZoneDigest> digests = new LinkedHashMap<>();
    private final int[] nodes;
    private final @Nullable Nsec3Chain chain;
    private long ttlMax;
    private int made;

    /// A zone, and how it is to be signed.
    ///
    /// @throws ZoneException if it cannot be
    public ZoneSigner(ZoneData zone, Signing signing) throws ZoneException {
        this.zone = zone;
        this.signing = signing;
        apex = name(zone.top());
        forParentSets = forParentSets(signing.keys());
        signing.digests().forEach(hash -> digests.put(hash, new ZoneDigest(apex, hash)));
        nodes = CanonicalOrder.sorted(zone, zone.nodes());
        chain = chain();
    }

    // Keys for keys (RFC 7344, section 4.1), and where an algorithm has none of them, as it signs
    // without being published, those that there are.
    private static List<SigningKey> forParentSets(SigningPlan plan) {
        var signers = new ArrayList<>(plan.forKeys());
        for (var key : plan.forZone()) {
            int algorithm = key.record().getAlgorithm();
            if (plan.forKeys().stream().noneMatch(k -> k.record().getAlgorithm() == algorithm)) {
                signers.add(key);
            }
        }
        return List.copyOf(signers);
    }

    /// The longest TTL of a set that is signed, in seconds; known when the zone is written.
    public long ttlMax() {
        return ttlMax;
    }

    /// The TTL of the DNSKEY records, in seconds: that of the SOA record.
    public int keyTtl() {
        return Node.setTtl(zone.arena.page(zone.top()), zone.soaSet());
    }

    /// Writes the signed zone. Once.
    public void write(BufferedWriter out) throws IOException, DNSSECException {
        var owners = Arrays.stream(nodes).filter(this::hasAuthority).toArray();
        int owner = 0;
        int hashed = 0;
        for (int node : nodes) {
            if (chain != null) {
                hashed = denials(out, chain, hashed, node);
            }
            if ((flags(node) & Node.OCCLUDED) != 0) {
                occluded(out, node);
            } else if (owner < owners.length && owners[owner] == node) {
                owner++;
                owner(out, node, chain == null ? name(owners[owner % owners.length]) : null);
            }
        }
        for (; chain != null && hashed < chain.size(); hashed++) {
            denial(out, chain, hashed);
        }
        digests(out);
    }

    // Those whose owners come before a name.
    private int denials(BufferedWriter out, Nsec3Chain denials, int from, int node)
            throws IOException, DNSSECException {
        int place = from;
        while (place < denials.size() && isBefore(denials, place, node)) {
            denial(out, denials, place++);
        }
        return place;
    }

    private @Nullable Nsec3Chain chain() throws ZoneException {
        var form = signing.nsec3();
        if (form == null) {
            return null;
        }
        for (var key : signing.keys().published()) {
            if (!Nsec3Chain.isFor(key.getAlgorithm())) {
                throw new ZoneException(
                        apex.toString(),
                        "keys of algorithm %d do not sign zones with NSEC3 (RFC 5155)"
                                .formatted(key.getAlgorithm()));
            }
        }
        var hashed = Arrays.stream(nodes).filter(n -> isHashed(n, form)).toArray();
        return new Nsec3Chain(zone, apex, form, zone.negativeTtl(), hashed);
    }

    private boolean isHashed(int node, Nsec3 form) {
        if ((flags(node) & (Node.OCCLUDED | Node.HASH)) != 0) {
            return false;
        }
        if (!hasAuthority(node)) {
            return Node.children(zone.arena.page(node), Arena.at(node)) > 0;
        }
        boolean insecure = isCut(node) && !sets(node).containsKey(Type.DS);
        return !(insecure && form.isOptOut());
    }

    private boolean isBefore(Nsec3Chain denials, int place, int node) {
        var owner = denials.owner(place).toWireCanonical();
        return CanonicalOrder.compare(owner, 0, zone.arena.page(node), Arena.at(node) + Node.NAME)
                < 0;
    }

    private int flags(int node) {
        return Node.flags(zone.arena.page(node), Arena.at(node));
    }

    private boolean isCut(int node) {
        return (flags(node) & Node.CUT) != 0;
    }

    private boolean hasAuthority(int node) {
        return (flags(node) & (Node.OCCLUDED | Node.EMPTY | Node.HASH)) == 0
                && (node == zone.top() || !sets(node).isEmpty());
    }

    private Name name(int node) {
        return ZoneBuilder.name(zone.arena.page(node), Arena.at(node));
    }

    private void owner(BufferedWriter out, int node, @Nullable Name next)
            throws IOException, DNSSECException {
        var sets = sets(node);
        if (node == zone.top()) {
            apex(sets);
        }
        if (next != null) {
            var types = types(node, sets);
            types.add(Type.NSEC);
            var nsec =
                    new NSECRecord(name(node), DClass.IN, zone.negativeTtl(), next, array(types));
            sets.put(Type.NSEC, List.of(nsec));
        }
        var written = new ArrayList<Record>();
        for (var set : sets.values()) {
            written.addAll(set);
            int type = set.getFirst().getType();
            if (!isCut(node) || type == Type.DS || type == Type.NSEC) {
                written.addAll(signatures(set));
            }
        }
        write(out, written);
    }

    private void occluded(BufferedWriter out, int node) throws IOException {
        var written = new ArrayList<Record>();
        sets(node).values().forEach(written::addAll);
        write(out, written);
    }

    private void denial(BufferedWriter out, Nsec3Chain denials, int place)
            throws IOException, DNSSECException {
        int node = denials.node(place);
        var sets = sets(node);
        if (node == zone.top()) {
            apex(sets);
        }
        var types = hasAuthority(node) ? types(node, sets) : new TreeSet<Integer>();
        List<Record> set = List.of(denials.record(place, array(types)));
        var written = new ArrayList<>(set);
        written.addAll(signatures(set));
        write(out, written);
    }

    // What is at a name, as denials list it. Of a cut the parent has the delegation alone (RFC
    // 4035, section 2.3), and with NSEC3 a signature only over DS records.
    private SortedSet<Integer> types(int node, Map<Integer, List<Record>> sets) {
        var types = new TreeSet<>(sets.keySet());
        if (isCut(node)) {
            types.retainAll(List.of(Type.NS, Type.DS));
        }
        if (node == zone.top() && !digests.isEmpty()) {
            types.add(Type.ZONEMD);
        }
        if (signing.nsec3() == null || !isCut(node) || types.contains(Type.DS)) {
            types.add(Type.RRSIG);
        }
        return types;
    }

    private static int[] array(SortedSet<Integer> types) {
        return types.stream().mapToInt(t -> t).toArray();
    }

    /// How many signatures were made, and not taken from the zone before.
    public int made() {
        return made;
    }

    private List<Record> signatures(List<Record> set) throws IOException, DNSSECException {
        var signed = new RRset(set.toArray(Record[]::new));
        ttlMax = Math.max(ttlMax, signed.getTTL());
        var signatures = new ArrayList<Record>();
        for (var key : signers(set.getFirst().getType())) {
            var earlier = signing.earlier();
            var known = earlier == null ? null : earlier.signature(set, key);
            made += known == null ? 1 : 0;
            signatures.add(
                    known == null
                            ? key.sign(signed, signing.inception(), signing.expiration())
                            : known);
        }
        return signatures;
    }

    private List<SigningKey> signers(int type) {
        return switch (type) {
            case Type.DNSKEY -> signing.keys().forKeys();
            case Type.CDS, Type.CDNSKEY -> forParentSets;
            default -> signing.keys().forZone();
        };
    }

    private void write(BufferedWriter out, List<Record> records) throws IOException {
        lines(out, records);
        digests.values().forEach(digest -> digest.add(records));
    }

    private void digests(BufferedWriter out) throws IOException, DNSSECException {
        if (digests.isEmpty()) {
            return;
        }
        var set = new ArrayList<Record>();
        digests.forEach((hash, digest) ->
                set.add(
                        ZoneDigest.record(
                                apex, keyTtl(), signing.serial(), hash, digest.octets())));
        var written = new ArrayList<>(set);
        written.addAll(signatures(set));
        lines(out, written);
    }

    private static void lines(BufferedWriter out, List<Record> records) throws IOException {
        for (var r : records) {
            out.write(r.toString());
            out.newLine();
        }
    }

    // The records of a name by type, SOA first, without those that are made anew.
    private Map<Integer, List<Record>> sets(int node) {
        var page = zone.arena.page(node);
        int at = Arena.at(node);
        var owner = name(node);
        var sets = new LinkedHashMap<Integer, List<Record>>();
        if (node == zone.top()) {
            sets.put(Type.SOA, List.of());
        }
        int set = Node.firstSet(page, at);
        for (int i = Node.setCount(page, at); i > 0; i--) {
            int type = Node.setType(page, set);
            if (!Node.isSignature(page, set) && Arrays.stream(REPLACED).noneMatch(t -> t == type)) {
                sets.put(type, NodeRecords.of(owner, page, set));
            }
            set = Node.nextSet(page, set);
        }
        return sets;
    }

    private void apex(Map<Integer, List<Record>> sets) {
        var soa = (SOARecord) sets.getOrDefault(Type.SOA, List.of()).getFirst();
        var made = new ApexRecords(soa);
        sets.put(Type.SOA, List.of(made.soa(signing.serial())));
        var keys = signing.keys();
        sets.put(Type.DNSKEY, made.keys(keys.published()));
        if (!keys.forParent().isEmpty()) {
            sets.put(Type.CDS, made.digestsOf(keys.forParent()));
            sets.put(Type.CDNSKEY, made.copiesOf(keys.forParent()));
        }
        if (chain != null) {
            sets.put(Type.NSEC3PARAM, List.of(chain.parameters()));
        }
    }
}
