package dev.onoma.zone;

import dev.onoma.api.NameKey;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.IntPredicate;
import org.jspecify.annotations.Nullable;
import org.xbill.DNS.Type;

/// Makes the next version of a zone out of the one before, in time that goes with what changes:
/// names that change get new blocks, and so do parents that have a child more or less; all else is
/// shared.
///
/// What is seldom, and would touch names that do not change, is left to a [ZoneBuilder]: a cut that
/// comes or goes above names that stay, other ways to prove denials. So is a zone most of whose
/// octets are of versions before; whoever changes a zone long enough builds it anew now and then.
///
/// One thread. Nobody else changes a version of the zone meanwhile.
final class ZonePatch {
    private static final long GONE_OCTETS_MIN = 64 << 10;

    private final ZoneData base;
    private final ZoneData next;
    private final Arena arena;
    private final Slots names;
    private final NameKey moved = new NameKey();
    private final List<ZoneProblem> warnings = new ArrayList<>();
    private final String from;
    // Of each name with another block, the block that it had.
    private final Map<NameKey, Integer> touched = new LinkedHashMap<>();
    private boolean tooMuch;
    private int count;
    private long records;
    private long gone;

    /// @param from what changes it, for messages
    ZonePatch(ZoneData base, String from) {
        this.base = base;
        this.from = from;
        next = base.next();
        arena = next.arena;
        names = next.names;
        count = base.nameCount();
        records = base.records();
        gone = base.gone();
    }

    /// Gives a name these records, instead of those that it has.
    void put(NameKey name, PendingRecords set) throws SyntaxException {
        if (!name.isUnder(base.apexKey())) {
            tooMuch = true; // builders say what they think of it
            return;
        }
        int before = next.find(name, 0);
        if (set.isEmpty()) {
            if (before != Arena.NOTHING) {
                take(name, before);
            }
            return;
        }
        int block = write(name, set, before);
        boolean isHash = Node.isHash(page(block), Arena.at(block));
        boolean wasHash = before != Arena.NOTHING && isHash(before);
        tooMuch |= before != Arena.NOTHING && isHash != wasHash;
        records += count(block) - (before == Arena.NOTHING ? 0 : count(before));
        place(name, before, block);
        if (before == Arena.NOTHING && !isHash) {
            attach(name);
        }
    }

    private int write(NameKey name, PendingRecords set, int before) throws SyntaxException {
        set.ttlsDiffered = false;
        int link = before == Arena.NOTHING ? before : Node.link(page(before), Arena.at(before));
        int block = set.write(name, link, arena);
        if (before != Arena.NOTHING) {
            int children = Node.children(page(before), Arena.at(before));
            Arena.put32(page(block), Arena.at(block) + Node.CHILDREN, children);
        }
        if (set.ttlsDiffered) {
            warn("TTLs of one set differ at %s; the lowest is served".formatted(name));
        }
        boolean isApex = name.length() == base.apexKey().length();
        tooMuch |= !isApex && Node.has(page(block), Arena.at(block), Type.SOA);
        return block;
    }

    private void warn(String message) {
        if (warnings.size() < ZoneBuilder.WARNINGS_MAX) {
            warnings.add(new ZoneProblem(from, message));
        }
    }

    private byte[] page(int block) {
        return arena.page(block);
    }

    private boolean isHash(int block) {
        return Node.isHash(page(block), Arena.at(block));
    }

    private int count(int block) {
        return Node.records(page(block), Arena.at(block));
    }

    private long hash(int block) {
        moved.read(page(block), Arena.at(block) + Node.NAME, page(block).length);
        return moved.hash();
    }

    private static boolean isWildcard(NameKey name) {
        return name.octet(0) == 1 && name.octet(1) == '*';
    }

    // Another block of a name, or its first.
    private void place(NameKey name, int before, int block) throws SyntaxException {
        touched.putIfAbsent(name.copy(), before);
        if (before == Arena.NOTHING) {
            names.put(name.hash(), block, this::hash);
            count++;
            return;
        }
        names.replace(next.slot(name, 0), block);
        forget(before);
        if (isWildcard(name) && name.length() != base.apexKey().length()) {
            var parent = name.suffix(1);
            int above = own(parent);
            Arena.put32(page(above), Arena.at(above) + Node.LINK, block);
        }
    }

    private void forget(int block) {
        gone += Node.end(page(block), Arena.at(block)) - Arena.at(block);
    }

    // A block of a name that this version alone has.
    private int own(NameKey name) throws SyntaxException {
        int known = next.find(name, 0);
        if (arena.isAdded(known)) {
            return known;
        }
        int size = Node.end(page(known), Arena.at(known)) - Arena.at(known);
        int block = arena.allocate(size);
        System.arraycopy(page(known), Arena.at(known), page(block), Arena.at(block), size);
        place(name, known, block);
        return block;
    }

    // All records of a name are gone.
    private void take(NameKey name, int before) throws SyntaxException {
        records -= count(before);
        if (Node.children(page(before), Arena.at(before)) > 0) {
            var nothing = new PendingRecords();
            place(name, before, write(name, nothing, before));
            return;
        }
        boolean wasHash = isHash(before);
        drop(name, before);
        if (!wasHash) {
            detach(name);
        }
    }

    private void drop(NameKey name, int before) {
        touched.putIfAbsent(name.copy(), before);
        names.remove(next.slot(name, 0));
        forget(before);
        count--;
    }

    // Tells the parent of a new name, which may become an empty non-terminal by that.
    private void attach(NameKey name) throws SyntaxException {
        var parent = name.suffix(1);
        if (next.find(parent, 0) == Arena.NOTHING) {
            int empty = write(parent, new PendingRecords(), Arena.NOTHING);
            place(parent, Arena.NOTHING, empty);
            attach(parent);
        }
        int above = own(parent);
        int at = Arena.at(above);
        Arena.put32(page(above), at + Node.CHILDREN, Node.children(page(above), at) + 1);
        if (isWildcard(name)) {
            Arena.put32(page(above), at + Node.LINK, next.find(name, 0));
        }
    }

    // Tells the parent of a name that is gone; an empty non-terminal without children goes, too.
    private void detach(NameKey name) throws SyntaxException {
        var parent = name.suffix(1);
        int above = own(parent);
        var page = page(above);
        int at = Arena.at(above);
        int children = Node.children(page, at) - 1;
        Arena.put32(page, at + Node.CHILDREN, children);
        if (isWildcard(name)) {
            Arena.put32(page, at + Node.LINK, Arena.NOTHING);
        }
        if (children == 0 && Node.setCount(page, at) == 0) {
            drop(parent, above);
            detach(parent);
        }
    }

    /// The next version, or null if it has to be built.
    ///
    /// @throws ZoneException if this is no zone that can be served
    @Nullable ZoneData finish() throws ZoneException, SyntaxException {
        if (next.find(base.apexKey(), 0) == Arena.NOTHING) {
            throw ZoneData.noSoa(from, base.apex());
        }
        mark();
        if (tooMuch || gone > Math.max(GONE_OCTETS_MIN, arena.footprint() / 3)) {
            return null;
        }
        next.finish(count, records, gone, from);
        if (base.ordered().isEmpty() == hasAtApex(next, Type.NSEC)) {
            return null;
        }
        next.index(ordered(), hashes());
        next.warn(warnings);
        return next;
    }

    private void mark() {
        for (var name : touched.keySet()) {
            int block = next.find(name, 0);
            if (block != Arena.NOTHING) {
                mark(name, block);
            }
        }
        touched.forEach((name, before) -> {
            int block = next.find(name, 0);
            if (block == Arena.NOTHING) {
                return;
            }
            if (next.isCovered(name)) {
                Node.flag(page(block), Arena.at(block), Node.OCCLUDED);
            }
            tooMuch |= before != Arena.NOTHING && coversOthers(before, block);
        });
    }

    private void mark(NameKey name, int block) {
        var page = page(block);
        int at = Arena.at(block);
        boolean isApex = name.length() == base.apexKey().length();
        int empty = Node.setCount(page, at) == 0 ? Node.EMPTY : 0;
        page[at] = (byte) (Node.ownFlags(page, at, isApex) | empty);
        if (Node.isCrowded(page, at)) {
            warn("%s has a CNAME record and others beside it".formatted(name));
        }
    }

    // Whether names below are covered now and were not, or the other way round. Those that came
    // or went with this change are right; others may have stayed only if some were there before
    // and some are there now.
    private boolean coversOthers(int before, int block) {
        int flags = Node.flags(page(before), Arena.at(before));
        int changed = flags ^ Node.flags(page(block), Arena.at(block));
        return (changed & (Node.CUT | Node.DNAME)) != 0
                && Node.children(page(before), Arena.at(before)) > 0
                && Node.children(page(block), Arena.at(block)) > 0;
    }

    private static boolean hasAtApex(ZoneData zone, int type) {
        return Node.has(zone.arena.page(zone.top()), Arena.at(zone.top()), type);
    }

    private SortedBlocks ordered() {
        return base.ordered().isEmpty() ? base.ordered() : following(base.ordered(), this::proves);
    }

    private boolean proves(int block) {
        return block != Arena.NOTHING && ZoneData.provesNames(page(block), Arena.at(block));
    }

    // The blocks of names of some kind as they are now.
    private SortedBlocks following(SortedBlocks blocks, IntPredicate kind) {
        var now = blocks;
        for (var entry : touched.entrySet()) {
            var name = entry.getKey();
            var wire = new byte[name.length()];
            name.copyTo(0, wire, 0, wire.length);
            int block = next.find(name, 0);
            boolean was = kind.test(entry.getValue());
            if (kind.test(block)) {
                now = was ? now.exchanging(next, wire, block) : now.with(next, wire, block);
            } else if (was) {
                now = now.without(next, wire);
            }
        }
        return now;
    }

    private @Nullable Nsec3Index hashes() {
        var known = base.hashes();
        if (known == null || !Arrays.equals(parameters(base), parameters(next))) {
            return Nsec3Index.of(next, next::nodes); // another chain, or the first
        }
        var chain = known.with(next, known.owners());
        return chain == null ? null : chain.with(next, following(chain.owners(), chain::has));
    }

    private static byte[] parameters(ZoneData zone) {
        var page = zone.arena.page(zone.top());
        int set = Node.find(page, Arena.at(zone.top()), Type.NSEC3PARAM, false);
        return set < 0 ? new byte[0] : Arrays.copyOfRange(page, set, Node.nextSet(page, set));
    }
}
