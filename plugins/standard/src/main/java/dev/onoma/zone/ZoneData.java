package dev.onoma.zone;

import dev.onoma.api.NameKey;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.xbill.DNS.Name;
import org.xbill.DNS.Type;

/// One version of a zone, as octets: made for millions of names in a small heap.
///
/// Each name is a block in an [Arena] (see [Node]), found through [Slots] by the hash of its wire
/// form: a name with one address takes about 60 octets, and is found by one probe. Empty
/// non-terminals have blocks too, so the closest encloser of an absent name (RFC 4592, section 3.3)
/// is the first suffix that is found; it knows its wildcard. Names at and below cuts and DNAMEs are
/// marked when the zone is built, so a name that is found needs no walk from the apex. Signed zones
/// have their NSEC owners in canonical order, or their NSEC3 hashes sorted.
///
/// Filled by a [ZoneBuilder], or made of the version before by a [ZonePatch], with which it shares
/// all that is the same; then only read, by any thread. Looking up allocates nothing.
public final class ZoneData {
    /// What [#locate] finds, in bits 40 and up; see there.
    static final int EXACT = 1;

    static final int WILDCARD = 2;
    static final int REFERRAL = 3;
    static final int REDIRECT = 4;
    static final int ABSENT = 5;
    static final int OUTSIDE = 6;

    final Arena arena;
    final Slots names;
    private final Name apex;
    private final NameKey apexKey;
    private int top;
    private int soaSet;
    private long serial;
    private int minimum;
    private int count;
    private long gone;
    private int refresh;
    private int retry;
    private int expire;
    private long records;
    private boolean signed;
    private List<ZoneProblem> warnings = List.of();
    private SortedBlocks ordered = SortedBlocks.NONE;
    private @Nullable Nsec3Index hashes;

    ZoneData(Name apex, NameKey apexKey) {
        this.apex = apex;
        this.apexKey = apexKey;
        arena = new Arena();
        names = new Slots();
    }

    private ZoneData(ZoneData before) {
        apex = before.apex;
        apexKey = before.apexKey;
        arena = before.arena.extended();
        names = before.names.copy();
    }

    /// A version that begins with all that is in this one, to be changed.
    ZoneData next() {
        return new ZoneData(this);
    }

    /// Takes what the apex says, when all blocks are there.
    ///
    /// @param names how many there are
    /// @param unused octets of blocks that are not of this version
    /// @param from what this is made of, for messages
    /// @throws ZoneException if this is no zone that can be served
    void finish(int names, long recordCount, long unused, String from) throws ZoneException {
        count = names;
        records = recordCount;
        gone = unused;
        top = find(apexKey, 0);
        var page = arena.page(top);
        soaSet = Node.find(page, Arena.at(top), Type.SOA, false);
        if (soaSet < 0) {
            throw noSoa(from, apex);
        }
        if (Node.recordCount(page, soaSet) > 1) {
            throw new ZoneException(from, "more than one SOA record at " + apex);
        }
        int end = Node.nextSet(page, soaSet);
        serial = Arena.i32(page, end - 20) & 0xffff_ffffL;
        refresh = Arena.i32(page, end - 16);
        retry = Arena.i32(page, end - 12);
        expire = Arena.i32(page, end - 8);
        minimum = Arena.i32(page, end - 4);
        signed = Node.find(page, Arena.at(top), Type.SOA, true) >= 0;
    }

    static ZoneException noSoa(String from, Name apex) {
        return new ZoneException(
                from, "file \"%s\" has no SOA record for origin %s".formatted(from, apex));
    }

    /// Puts what proves denials in order, and ends the filling.
    void index(int[] nodes) throws SyntaxException {
        if (Node.has(arena.page(top), Arena.at(top), Type.NSEC)) {
            ordered = SortedBlocks.of(CanonicalOrder.sorted(this, withNsec(nodes)));
        } else {
            hashes = Nsec3Index.of(this, () -> nodes);
        }
        arena.trim();
    }

    /// Proves denials as another version does, but for some names.
    void index(SortedBlocks owners, @Nullable Nsec3Index hashed) {
        ordered = owners;
        hashes = hashed;
    }

    /// Adds what is doubtful.
    void warn(List<ZoneProblem> doubts) {
        warnings = List.copyOf(doubts);
    }

    private int[] withNsec(int[] all) {
        var found = new int[all.length];
        int owners = 0;
        for (int node : all) {
            var page = arena.page(node);
            int at = Arena.at(node);
            if (provesNames(page, at)) {
                found[owners++] = node;
            }
        }
        return Arrays.copyOf(found, owners);
    }

    /// Whether a block has an NSEC record that counts.
    static boolean provesNames(byte[] page, int at) {
        return (Node.flags(page, at) & Node.OCCLUDED) == 0 && Node.has(page, at, Type.NSEC);
    }

    /// The name of the zone, in lower case.
    public Name apex() {
        return apex;
    }

    /// The name of the zone.
    public NameKey apexKey() {
        return apexKey;
    }

    /// The serial of the SOA record, 0 to 2^32-1.
    public long serial() {
        return serial;
    }

    /// How often a secondary asks, in seconds.
    public int refreshSeconds() {
        return Ttls.served(refresh & 0xffff_ffffL);
    }

    /// How long a secondary waits after a failure, in seconds.
    public int retrySeconds() {
        return Ttls.served(retry & 0xffff_ffffL);
    }

    /// For how long a secondary serves without hearing from its primary, in seconds.
    public int expireSeconds() {
        return expire < 0 ? Integer.MAX_VALUE : expire;
    }

    /// The TTL of negative answers in seconds (RFC 2308, section 5).
    int negativeTtl() {
        return Math.min(Node.setTtl(arena.page(top), soaSet), Ttls.served(minimum & 0xffff_ffffL));
    }

    /// How many records there are.
    public long records() {
        return records;
    }

    /// How many names there are, empty non-terminals included.
    public int nameCount() {
        return count;
    }

    /// The octets that this holds on the heap, about.
    public long footprint() {
        long hashed = hashes == null ? 0 : hashes.footprint();
        return arena.footprint() + names.footprint() + ordered.footprint() + hashed;
    }

    /// The octets of them that this version does not need: they are of versions before it.
    public long gone() {
        return gone;
    }

    /// What is doubtful about the zone.
    public List<ZoneProblem> warnings() {
        return warnings;
    }

    /// Whether there are signatures.
    public boolean isSigned() {
        return signed;
    }

    int top() {
        return top;
    }

    int soaSet() {
        return soaSet;
    }

    /// All blocks, in the order in which they were made.
    int[] nodes() {
        var nodes = new int[count];
        var blocks = new Blocks(this);
        for (int i = 0; i < count; i++) {
            nodes[i] = blocks.next();
        }
        return nodes;
    }

    /// NSEC owners in canonical order; none if the zone has no NSEC records.
    SortedBlocks ordered() {
        return ordered;
    }

    @Nullable Nsec3Index hashes() {
        return hashes;
    }

    /// The slot of the suffix of a name that begins with a label, or -1.
    int slot(NameKey name, int label) {
        long hash = label == 0 ? name.hash() : name.suffixHash(label);
        int length = name.length() - name.labelOffset(label);
        for (int slot = names.first(hash); slot >= 0; slot = names.next(slot, hash)) {
            int block = names.number(slot);
            var page = arena.page(block);
            int at = Arena.at(block);
            if (Node.nameLength(page, at) == length
                    && name.suffixIsAt(label, page, at + Node.NAME)) {
                return slot;
            }
        }
        return -1;
    }

    /// The block of the suffix of a name that begins with a label, or [Arena#NOTHING].
    int find(NameKey name, int label) {
        int slot = slot(name, label);
        return slot < 0 ? Arena.NOTHING : names.number(slot);
    }

    /// Whether a cut or a DNAME is above a name.
    boolean isCovered(NameKey name) {
        int depth = name.labels() - apexKey.labels();
        for (int label = 1; label <= depth; label++) {
            int above = find(name, label);
            if (above != Arena.NOTHING
                    && (Node.flags(arena.page(above), Arena.at(above)) & (Node.CUT | Node.DNAME))
                            != 0) {
                return true;
            }
        }
        return false;
    }

    /// What answers a question.
    ///
    /// Bits 40 and up say how: the block of the name itself, of a wildcard that stands for it, of
    /// the cut above or at it, of a DNAME above it, or of the closest encloser of an absent name.
    /// Bits 32 to 39 are the label at which the name of that block (of a wildcard, its parent)
    /// begins in the name asked; the low bits are the block.
    long locate(NameKey name, int type) {
        int depth = name.labels() - apexKey.labels();
        if (!name.isUnder(apexKey)) {
            return (long) OUTSIDE << 40;
        }
        int block = find(name, 0);
        if (block != Arena.NOTHING) {
            int flags = Node.flags(arena.page(block), Arena.at(block));
            if ((flags & (Node.CUT | Node.OCCLUDED | Node.HASH)) == 0) {
                return found(EXACT, 0, block);
            }
            if ((flags & Node.OCCLUDED) != 0) {
                return covering(name, depth);
            }
            if ((flags & Node.CUT) != 0) {
                return found(type == Type.DS ? EXACT : REFERRAL, 0, block);
            }
        }
        return absent(name, depth);
    }

    private static long found(int kind, int label, int block) {
        return (long) kind << 40 | (long) label << 32 | block & 0xffff_ffffL;
    }

    // Of a name that is not there: what its closest encloser says.
    private long absent(NameKey name, int depth) {
        for (int label = 1; label <= depth; label++) {
            int block = find(name, label);
            if (block == Arena.NOTHING) {
                continue;
            }
            var page = arena.page(block);
            int at = Arena.at(block);
            int flags = Node.flags(page, at);
            if ((flags & Node.HASH) != 0) {
                continue;
            }
            if ((flags & (Node.CUT | Node.OCCLUDED | Node.DNAME)) != 0) {
                return covering(name, depth);
            }
            int wildcard = Node.link(page, at);
            return wildcard != Arena.NOTHING
                    ? found(WILDCARD, label, wildcard)
                    : found(ABSENT, label, block);
        }
        return found(ABSENT, depth, top);
    }

    // The cut or DNAME nearest to the apex: nothing below it counts.
    private long covering(NameKey name, int depth) {
        for (int label = depth; label >= 0; label--) {
            int block = find(name, label);
            if (block == Arena.NOTHING) {
                continue;
            }
            int flags = Node.flags(arena.page(block), Arena.at(block));
            if ((flags & Node.CUT) != 0) {
                return found(REFERRAL, label, block);
            }
            if ((flags & Node.DNAME) != 0 && label > 0) {
                return found(REDIRECT, label, block);
            }
        }
        throw new IllegalStateException("a name is marked as covered, and nothing covers it");
    }

    static int kind(long located) {
        return (int) (located >>> 40);
    }

    static int label(long located) {
        return (int) (located >>> 32) & 0xff;
    }

    static int block(long located) {
        return (int) located;
    }
}
