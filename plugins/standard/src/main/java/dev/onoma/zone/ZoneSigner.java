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
    private final List<SigningKey> keys;
    private final long serial;
    private final Instant inception;
    private final Instant expiration;

    /// @param keys of the zone
    /// @param serial that the signed zone has
    /// @param inception of all signatures
    /// @param expiration of all signatures
    public ZoneSigner(
            ZoneData zone,
            List<SigningKey> keys,
            long serial,
            Instant inception,
            Instant expiration) {
        this.zone = zone;
        this.keys = keys;
        this.serial = serial;
        this.inception = inception;
        this.expiration = expiration;
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
        int type = set.getFirst().getType();
        boolean forKeys = type == Type.DNSKEY || type == Type.CDS || type == Type.CDNSKEY;
        var signed = new RRset(set.toArray(Record[]::new));
        for (var key : SigningKey.signers(keys, forKeys)) {
            lines(out, List.of(key.sign(signed, inception, expiration)));
        }
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
        var parents = new ArrayList<Record>();
        var parentKeys = new ArrayList<Record>();
        boolean all = keys.stream().noneMatch(SigningKey::isKeySigning);
        for (var key : keys) {
            var k = key.record();
            published.add(
                    Record.newRecord(
                            old.getName(),
                            Type.DNSKEY,
                            DClass.IN,
                            old.getTTL(),
                            k.rdataToWireCanonical()));
            if (all || key.isKeySigning()) {
                var ds =
                        new DSRecord(
                                old.getName(), DClass.IN, old.getTTL(), DNSSEC.Digest.SHA256, k);
                parents.add(
                        new CDSRecord(
                                old.getName(),
                                DClass.IN,
                                old.getTTL(),
                                ds.getFootprint(),
                                ds.getAlgorithm(),
                                ds.getDigestID(),
                                ds.getDigest()));
                parentKeys.add(
                        new CDNSKEYRecord(
                                old.getName(),
                                DClass.IN,
                                old.getTTL(),
                                k.getFlags(),
                                k.getProtocol(),
                                k.getAlgorithm(),
                                k.getKey()));
            }
        }
        sets.put(Type.DNSKEY, published);
        sets.put(Type.CDS, parents);
        sets.put(Type.CDNSKEY, parentKeys);
    }
}
