package dev.onoma.zone;

import dev.onoma.api.NameKey;
import dev.onoma.api.Names;
import dev.onoma.api.WireBuilder;
import dev.onoma.api.WireSections;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.xbill.DNS.Name;
import org.xbill.DNS.Rcode;
import org.xbill.DNS.Section;
import org.xbill.DNS.Type;

/// Puts one answer together, as RFC 1034, section 4.3.2, has it: aliases are followed as long as
/// they stay in the zone; then comes the authority section, then addresses of the hosts named.
final class AnswerBuilder {
    /// How many aliases are followed.
    static final int ALIASES_MAX = 16;

    /// Up to this size an answer gets the name servers of the zone, which nobody needs.
    private static final int EXTRAS_OCTETS_MAX = 1_150;

    private final ZoneData zone;
    private final NameKey question;
    private final int type;
    private final boolean signed;
    private final Proofs proofs;
    private final WireBuilder out;
    private final List<NameKey> aliases = new ArrayList<>(0);
    private final List<Integer> redirects = new ArrayList<>(0);
    private final List<NameKey> shown = new ArrayList<>(0);
    // Sets whose hosts get their addresses.
    private int[] hostBlocks = new int[4];
    private int[] hostSets = new int[4];
    private int hosts;

    // How the answer ends.
    private int rcode = Rcode.NOERROR;
    private boolean authoritative = true;
    private boolean absent;
    private @Nullable Name outside;
    private @Nullable Name wildcard;

    // The name that is looked at.
    private NameKey name;
    private byte @Nullable [] owner; // null for the question
    private int ownerAt;

    /// @param sharedLabels of the question, which all questions have that get this answer
    AnswerBuilder(ZoneData zone, NameKey question, int type, boolean signed, int sharedLabels) {
        this.zone = zone;
        this.question = question;
        this.type = type;
        this.signed = signed;
        this.proofs = new Proofs(zone);
        this.name = question;
        this.out = WireSections.builder(question, sharedLabels);
    }

    /// Whether a block has records for a question, aliases included.
    static boolean hasAnswer(byte[] page, int at, int type) {
        return switch (type) {
            case Type.ANY, Type.RRSIG -> Node.setCount(page, at) > 0;
            default -> Node.has(page, at, type) || Node.has(page, at, Type.CNAME);
        };
    }

    ZoneAnswer answer(long located, long key, int block) {
        step(located);
        return new ZoneAnswer(
                key, block, rcode, authoritative, absent, out.build(), outside, wildcard);
    }

    private void step(long located) {
        long place = located;
        while (true) {
            int block = ZoneData.block(place);
            switch (ZoneData.kind(place)) {
                case ZoneData.EXACT -> {
                    if (!records(block)) {
                        return;
                    }
                }
                case ZoneData.WILDCARD -> {
                    noteWildcard(block);
                    if (signed) {
                        boolean answers = hasAnswer(zone.arena.page(block), Arena.at(block), type);
                        proofs.noCloserName(name, ZoneData.label(place), !answers);
                    }
                    if (!records(block)) {
                        return;
                    }
                }
                case ZoneData.REFERRAL -> {
                    referral(block);
                    return;
                }
                case ZoneData.REDIRECT -> {
                    if (!redirect(block, ZoneData.label(place))) {
                        return;
                    }
                }
                case ZoneData.ABSENT -> {
                    absentName(ZoneData.label(place));
                    return;
                }
                default -> {
                    outside = owner == null ? name.name() : Names.ofWire(owner, ownerAt);
                    positive();
                    return;
                }
            }
            place = zone.locate(name, type);
        }
    }

    private void noteWildcard(int block) {
        if (name == question) {
            wildcard = ZoneBuilder.name(zone.arena.page(block), Arena.at(block));
        }
    }

    // Answers from a block, which may be that of a wildcard. True if an alias goes on.
    private boolean records(int block) {
        var page = zone.arena.page(block);
        int at = Arena.at(block);
        if (type == Type.ANY || type == Type.RRSIG) {
            return several(block, page, at);
        }
        int set = Node.find(page, at, type, false);
        if (set >= 0) {
            set(Section.ANSWER, owner, ownerAt, page, set, Node.setTtl(page, set));
            signature(Section.ANSWER, owner, ownerAt, block, type, Node.setTtl(page, set));
            namesHosts(block, set);
            positive();
            return false;
        }
        int alias = Node.find(page, at, Type.CNAME, false);
        if (alias < 0) {
            noData(block);
            return false;
        }
        set(Section.ANSWER, owner, ownerAt, page, alias, Node.setTtl(page, alias));
        signature(Section.ANSWER, owner, ownerAt, block, Type.CNAME, Node.setTtl(page, alias));
        return follow(page, alias + Node.SET + 2);
    }

    // ANY gets one set of those there are (RFC 8482, section 4.1); RRSIG gets all signatures.
    private boolean several(int block, byte[] page, int at) {
        int set = Node.firstSet(page, at);
        boolean any = false;
        for (int i = Node.setCount(page, at); i > 0; i--) {
            boolean signature = Node.isSignature(page, set);
            if (signature == (type == Type.RRSIG) && !(any && type == Type.ANY)) {
                set(Section.ANSWER, owner, ownerAt, page, set, Node.setTtl(page, set));
                if (!signature) {
                    int covered = Node.setType(page, set);
                    int ttl = Node.setTtl(page, set);
                    signature(Section.ANSWER, owner, ownerAt, block, covered, ttl);
                }
                any = true;
            }
            set = Node.nextSet(page, set);
        }
        if (any) {
            positive();
        } else {
            noData(block);
        }
        return false;
    }

    // Goes on with the name at an offset; false where the chain ends.
    private boolean follow(byte[] from, int at) {
        var before = name == question ? question.copy() : name;
        aliases.add(before);
        var next = new NameKey();
        next.read(from, at, from.length);
        if (aliases.contains(next) || aliases.size() > ALIASES_MAX) {
            positive();
            return false;
        }
        name = next;
        owner = from;
        ownerAt = at;
        return true;
    }

    // A CNAME is made of the DNAME, with its TTL (RFC 6672, section 3.1).
    private boolean redirect(int block, int label) {
        var page = zone.arena.page(block);
        int at = Arena.at(block);
        int set = Node.find(page, at, Type.DNAME, false);
        int ttl = Node.setTtl(page, set);
        if (!redirects.contains(block)) {
            redirects.add(block); // whoever meets it again has it already
            set(Section.ANSWER, page, at + Node.NAME, page, set, ttl);
            signature(Section.ANSWER, page, at + Node.NAME, block, Type.DNAME, ttl);
        }
        int target = set + Node.SET + 2;
        int targetOctets = Arena.u16(page, target - 2);
        int prefix = name.labelOffset(label);
        if (prefix + targetOctets > NameKey.OCTETS_MAX) {
            rcode = Rcode.YXDOMAIN;
            return false;
        }
        var made = new byte[prefix + targetOctets];
        prefix(made, prefix);
        System.arraycopy(page, target, made, prefix, targetOctets);
        out.add(Section.ANSWER, owner, ownerAt, Type.CNAME, ttl, made, 0, made.length);
        if (type == Type.CNAME || type == Type.ANY) {
            positive();
            return false;
        }
        return follow(made, 0);
    }

    // As it was spelled, unless it is the question's.
    private void prefix(byte[] target, int octets) {
        var spelled = owner;
        if (spelled == null) {
            name.copyTo(0, target, 0, octets);
        } else {
            System.arraycopy(spelled, ownerAt, target, 0, octets);
        }
    }

    private void positive() {
        int top = zone.top();
        boolean servers = type == Type.NS && question.labels() == zone.apexKey().labels();
        if (outside == null && !servers && type != Type.DNSKEY && type != Type.DS) {
            var page = zone.arena.page(top);
            int set = Node.find(page, Arena.at(top), Type.NS, false);
            if (set >= 0 && out.sizeOctets() + size(page, set) <= EXTRAS_OCTETS_MAX) {
                int ttl = Node.setTtl(page, set);
                set(Section.AUTHORITY, page, Arena.at(top) + Node.NAME, page, set, ttl);
                signature(Section.AUTHORITY, page, Arena.at(top) + Node.NAME, top, Type.NS, ttl);
            }
        }
        proofs();
        addresses();
    }

    private int size(byte[] page, int set) {
        int octets = Node.nextSet(page, set) - set + 12 * Node.recordCount(page, set);
        return signed ? octets + 150 : octets;
    }

    private void noData(int block) {
        var page = zone.arena.page(block);
        int at = Arena.at(block);
        absent = name == question && (Node.flags(page, at) & Node.EMPTY) != 0;
        soa();
        if (signed) {
            boolean expanded = (Node.flags(page, at) & Node.WILDCARD) != 0;
            proofs.noData(block, expanded ? null : name);
        }
        proofs();
        addresses();
    }

    private void absentName(int label) {
        rcode = Rcode.NXDOMAIN;
        absent = name == question;
        soa();
        if (signed) {
            proofs.noCloserName(name, label, true);
            proofs.noWildcard(name, label);
        }
        proofs();
        addresses();
    }

    private void soa() {
        int top = zone.top();
        var page = zone.arena.page(top);
        int ttl = zone.negativeTtl();
        set(Section.AUTHORITY, page, Arena.at(top) + Node.NAME, page, zone.soaSet(), ttl);
        signature(Section.AUTHORITY, page, Arena.at(top) + Node.NAME, top, Type.SOA, ttl);
    }

    // AA only if there is an alias in front of the referral.
    private void referral(int cut) {
        authoritative = name != question;
        var page = zone.arena.page(cut);
        int at = Arena.at(cut);
        int servers = Node.find(page, at, Type.NS, false);
        int ttl = Node.setTtl(page, servers);
        set(Section.AUTHORITY, page, at + Node.NAME, page, servers, ttl);
        if (signed) {
            int ds = Node.find(page, at, Type.DS, false);
            if (ds >= 0) {
                int dsTtl = Node.setTtl(page, ds);
                set(Section.AUTHORITY, page, at + Node.NAME, page, ds, dsTtl);
                signature(Section.AUTHORITY, page, at + Node.NAME, cut, Type.DS, dsTtl);
            } else {
                var owned = new NameKey();
                owned.read(page, at + Node.NAME, page.length);
                proofs.noData(cut, owned);
            }
            proofs();
        }
        glue(cut, page, servers);
        addresses();
    }

    // Hosts below the cut first: without them the delegation does not work (RFC 9471).
    private void glue(int cut, byte[] page, int servers) {
        var below = new NameKey();
        below.read(page, Arena.at(cut) + Node.NAME, page.length);
        for (int pass = 0; pass < 2; pass++) {
            int record = servers + Node.SET;
            for (int i = Node.recordCount(page, servers); i > 0; i--) {
                var host = new NameKey();
                host.read(page, record + 2, page.length);
                if (host.isUnder(below) == (pass == 0)) {
                    host(host, page, record + 2, true);
                }
                record += 2 + Arena.u16(page, record);
            }
        }
    }

    private void proofs() {
        for (int i = 0; i < proofs.count(); i++) {
            int block = proofs.block(i);
            var page = zone.arena.page(block);
            int at = Arena.at(block);
            int kind = zone.hashes() == null ? Type.NSEC : Type.NSEC3;
            int set = Node.find(page, at, kind, false);
            // RFC 9077: no longer than other denials.
            int ttl = Math.min(Node.setTtl(page, set), zone.negativeTtl());
            set(Section.AUTHORITY, page, at + Node.NAME, page, set, ttl);
            signature(Section.AUTHORITY, page, at + Node.NAME, block, kind, ttl);
        }
    }

    private void namesHosts(int block, int set) {
        switch (type) {
            case Type.SRV, Type.MX, Type.SVCB, Type.HTTPS, Type.NS -> {
                if (hosts == hostSets.length) {
                    hostSets = Arrays.copyOf(hostSets, hosts * 2);
                    hostBlocks = Arrays.copyOf(hostBlocks, hosts * 2);
                }
                hostBlocks[hosts] = block;
                hostSets[hosts++] = set;
            }
            default -> {
                // Others name no hosts.
            }
        }
    }

    private void addresses() {
        for (int i = 0; i < hosts; i++) {
            var page = zone.arena.page(hostBlocks[i]);
            int set = hostSets[i];
            int before =
                    switch (Node.setType(page, set)) {
                        case Type.SRV -> 6;
                        case Type.NS -> 0;
                        default -> 2;
                    };
            int record = set + Node.SET;
            for (int k = Node.recordCount(page, set); k > 0; k--) {
                var host = new NameKey();
                int end = host.read(page, record + 2 + before, page.length);
                if (end > 0) {
                    host(host, page, record + 2 + before, before == 0);
                }
                record += 2 + Arena.u16(page, record);
            }
        }
    }

    private void host(NameKey host, byte[] spelled, int spelledAt, boolean glue) {
        if (!host.isUnder(zone.apexKey()) || shown.contains(host)) {
            return;
        }
        int block = zone.find(host, 0);
        if (block == Arena.NOTHING) {
            return;
        }
        var page = zone.arena.page(block);
        int at = Arena.at(block);
        if (!glue && (Node.flags(page, at) & (Node.OCCLUDED | Node.CUT | Node.HASH)) != 0) {
            return;
        }
        shown.add(host);
        for (int kind : new int[] {Type.A, Type.AAAA}) {
            int set = Node.find(page, at, kind, false);
            if (set >= 0) {
                int ttl = Node.setTtl(page, set);
                set(Section.ADDITIONAL, spelled, spelledAt, page, set, ttl);
                signature(Section.ADDITIONAL, spelled, spelledAt, block, kind, ttl);
            }
        }
    }

    private void set(
            int section, byte @Nullable [] owner, int ownerAt, byte[] page, int set, int ttl) {
        boolean signature = Node.isSignature(page, set);
        int kind = signature ? Type.RRSIG : Node.setType(page, set);
        int record = set + Node.SET;
        for (int i = Node.recordCount(page, set); i > 0; i--) {
            int length = Arena.u16(page, record);
            out.add(section, owner, ownerAt, kind, ttl, page, record + 2, record + 2 + length);
            record += 2 + length;
        }
    }

    // With the TTL of what it covers (RFC 4034, section 3).
    private void signature(
            int section, byte @Nullable [] owner, int ownerAt, int block, int covered, int ttl) {
        if (!signed) {
            return;
        }
        var page = zone.arena.page(block);
        int set = Node.find(page, Arena.at(block), covered, true);
        if (set >= 0) {
            set(section, owner, ownerAt, page, set, ttl);
        }
    }
}
