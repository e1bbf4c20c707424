package dev.onoma.zone;

import java.io.BufferedWriter;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import org.xbill.DNS.CDNSKEYRecord;
import org.xbill.DNS.CDSRecord;
import org.xbill.DNS.DClass;
import org.xbill.DNS.DNSSEC;
import org.xbill.DNS.DNSSEC.DNSSECException;
import org.xbill.DNS.DSRecord;
import org.xbill.DNS.NSECRecord;
import org.xbill.DNS.Name;
import org.xbill.DNS.RRset;
import org.xbill.DNS.Record;
import org.xbill.DNS.SOARecord;
import org.xbill.DNS.Type;

/// Signs a zone as a whole (RFC 4035, section 2): DNSKEY, CDS and CDNSKEY records of its keys at
/// the apex, an NSEC record for each name with authority and each cut, and signatures over what the
/// zone has authority for. What the zone had of these before is left out.
///
/// Written as a master file, name by name in canonical order, the SOA record and its signatures
/// first. May take long: a signature takes 50 to 1000 microseconds.
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
    private final SigningPlan plan;
    private final List<SigningKey> forParentSets;
    private final long serial;
    private final Instant inception;
    private final Instant expiration;
    private long ttlMax;

    /// @param plan which keys do what
    /// @param serial that the signed zone has
    /// @param inception of all signatures
    /// @param expiration of all signatures
    public ZoneSigner(
            ZoneData zone, SigningPlan plan, long serial, Instant inception, Instant expiration) {
        this.zone = zone;
        this.plan = plan;
        forParentSets = forParentSets(plan);
        this.serial = serial;
        this.inception = inception;
        this.expiration = expiration;
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

    /// Writes the signed zone.
    public void write(BufferedWriter out) throws IOException, DNSSECException {
        var nodes = CanonicalOrder.sorted(zone, zone.nodes());
        var owners = Arrays.stream(nodes).filter(this::hasAuthority).toArray();
        for (int i = 0; i < owners.length; i++) {
            var next = name(owners[(i + 1) % owners.length]);
            owner(out, owners[i], next);
        }
        for (int node : nodes) {
            if ((flags(node) & Node.OCCLUDED) != 0) {
                for (var set : sets(node).values()) {
                    lines(out, set);
                }
            }
        }
    }

    private int flags(int node) {
        return Node.flags(zone.arena.page(node), Arena.at(node));
    }

    private boolean hasAuthority(int node) {
        return (flags(node) & (Node.OCCLUDED | Node.EMPTY | Node.HASH)) == 0
                && (node == zone.top() || !sets(node).isEmpty());
    }

    private Name name(int node) {
        return ZoneBuilder.name(zone.arena.page(node), Arena.at(node));
    }

    private void owner(BufferedWriter out, int node, Name next)
            throws IOException, DNSSECException {
        var sets = sets(node);
        if (node == zone.top()) {
            apex(sets);
        }
        boolean cut = (flags(node) & Node.CUT) != 0;
        var types = new TreeSet<Integer>(List.of(Type.RRSIG, Type.NSEC));
        // Of a cut the parent has the delegation alone (RFC 4035, section 2.3).
        sets.keySet().stream()
                .filter(t -> !cut || t == Type.NS || t == Type.DS)
                .forEach(types::add);
        var nsec =
                new NSECRecord(
                        name(node),
                        DClass.IN,
                        zone.negativeTtl(),
                        next,
                        types.stream().mapToInt(t -> t).toArray());
        sets.put(Type.NSEC, List.of(nsec));
        for (var set : sets.values()) {
            lines(out, set);
            int type = set.getFirst().getType();
            if (!cut || type == Type.DS || type == Type.NSEC) {
                sign(out, set);
            }
        }
    }

    private void sign(BufferedWriter out, List<Record> set) throws IOException, DNSSECException {
        var signed = new RRset(set.toArray(Record[]::new));
        ttlMax = Math.max(ttlMax, signed.getTTL());
        for (var key : signers(set.getFirst().getType())) {
            lines(out, List.of(key.sign(signed, inception, expiration)));
        }
    }

    private List<SigningKey> signers(int type) {
        return switch (type) {
            case Type.DNSKEY -> plan.forKeys();
            case Type.CDS, Type.CDNSKEY -> forParentSets;
            default -> plan.forZone();
        };
    }

    private static void lines(BufferedWriter out, List<? extends Record> set) throws IOException {
        for (var r : set) {
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
                sets.put(type, records(owner, page, set));
            }
            set = Node.nextSet(page, set);
        }
        return sets;
    }

    private static List<Record> records(Name owner, byte[] page, int set) {
        var records = new ArrayList<Record>();
        int record = set + Node.SET;
        for (int i = Node.recordCount(page, set); i > 0; i--) {
            int length = Arena.u16(page, record);
            var data = Arrays.copyOfRange(page, record + 2, record + 2 + length);
            records.add(
                    Record.newRecord(
                            owner,
                            Node.setType(page, set),
                            DClass.IN,
                            Node.setTtl(page, set),
                            data));
            record += 2 + length;
        }
        return records;
    }

    private void apex(Map<Integer, List<Record>> sets) {
        var old = (SOARecord) sets.getOrDefault(Type.SOA, List.of()).getFirst();
        sets.put(
                Type.SOA,
                List.of(
                        new SOARecord(
                                old.getName(),
                                DClass.IN,
                                old.getTTL(),
                                old.getHost(),
                                old.getAdmin(),
                                serial,
                                old.getRefresh(),
                                old.getRetry(),
                                old.getExpire(),
                                old.getMinimum())));
        var published = new ArrayList<Record>();
        for (var key : plan.published()) {
            published.add(
                    Record.newRecord(
                            old.getName(),
                            Type.DNSKEY,
                            DClass.IN,
                            old.getTTL(),
                            key.rdataToWireCanonical()));
        }
        sets.put(Type.DNSKEY, published);
        forParent(sets, old);
    }

    // Without these the parent changes nothing (RFC 7344, section 4.1).
    private void forParent(Map<Integer, List<Record>> sets, SOARecord soa) {
        var digests = new ArrayList<Record>();
        var keys = new ArrayList<Record>();
        for (var key : plan.forParent()) {
            var ds =
                    new DSRecord(soa.getName(), DClass.IN, soa.getTTL(), DNSSEC.Digest.SHA256, key);
            digests.add(
                    new CDSRecord(
                            soa.getName(),
                            DClass.IN,
                            soa.getTTL(),
                            ds.getFootprint(),
                            ds.getAlgorithm(),
                            ds.getDigestID(),
                            ds.getDigest()));
            keys.add(
                    new CDNSKEYRecord(
                            soa.getName(),
                            DClass.IN,
                            soa.getTTL(),
                            key.getFlags(),
                            key.getProtocol(),
                            key.getAlgorithm(),
                            key.getKey()));
        }
        if (!keys.isEmpty()) {
            sets.put(Type.CDS, digests);
            sets.put(Type.CDNSKEY, keys);
        }
    }
}
