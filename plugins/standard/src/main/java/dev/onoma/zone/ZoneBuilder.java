package dev.onoma.zone;

import dev.onoma.api.NameKey;
import dev.onoma.api.Names;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.xbill.DNS.Name;
import org.xbill.DNS.Type;

/// Makes a [ZoneData] of records in any order; records of one name that follow each other cost
/// least.
///
/// One thread. Records that do not belong into the zone are left out, which is a warning.
public final class ZoneBuilder {
    /// How many warnings are kept.
    static final int WARNINGS_MAX = 20;

    private final Name apex;
    private final NameKey apexKey;
    private final ZoneData zone;
    private final Arena arena;
    private final PendingRecords pending = new PendingRecords();
    private final NameKey owner = new NameKey();
    private final NameKey added = new NameKey();
    private final NameKey moved = new NameKey();
    private final List<ZoneProblem> warnings = new ArrayList<>();
    private @Nullable List<ZoneProblem> problems;
    private int[] nodes = new int[16];
    private int count;
    private boolean scattered;
    private String file = "";
    private int line;
    private int ownerLine;
    private long records;
    private long gone; // octets of blocks that became others

    /// @param apex the name of the zone
    public ZoneBuilder(Name apex) {
        this.apex = apex;
        apexKey = NameKey.of(apex);
        zone = new ZoneData(apexKey.name(), apexKey);
        arena = zone.arena;
    }

    Name apex() {
        return apex;
    }

    /// Where the records come from, for messages.
    void at(String from, int number) {
        file = from;
        line = number;
    }

    void problemsTo(List<ZoneProblem> list) {
        problems = list;
    }

    void warn(String message) {
        warn(line, message);
    }

    private void warn(int number, String message) {
        if (warnings.size() < WARNINGS_MAX) {
            warnings.add(new ZoneProblem(number == 0 ? file : file + ":" + number, message));
        }
    }

    /// Adds a record of class IN.
    ///
    /// @param name in wire form, any case, uncompressed, valid
    /// @param data uncompressed, of that type
    public void add(byte[] name, int nameLength, int type, int ttl, byte[] data, int length)
            throws SyntaxException {
        add(name, 0, nameLength, type, ttl, data, 0, length);
    }

    private void add(
            byte[] name,
            int nameAt,
            int nameLength,
            int type,
            int ttl,
            byte[] data,
            int from,
            int to)
            throws SyntaxException {
        added.read(name, nameAt, nameAt + nameLength);
        if (!added.isUnder(apexKey)) {
            warn("%s is outside the zone %s, and left out".formatted(added, apex));
            return;
        }
        if (type == Type.SOA && added.labels() != apexKey.labels()) {
            warn("a SOA record at %s, which is not the zone's name, is left out".formatted(added));
            return;
        }
        if (pending.isEmpty() || !added.equals(owner)) {
            flush();
            owner.read(name, nameAt, nameAt + nameLength);
            ownerLine = line;
        }
        if (type == Type.RRSIG) {
            pending.add(Arena.u16(data, from), true, ttl, data, from, to);
        } else {
            pending.add(type, false, ttl, data, from, to);
        }
    }

    /// Adds records of class IN.
    public void addAll(PackedRecords records) throws ZoneException {
        try {
            add(records);
        } catch (SyntaxException e) {
            throw new ZoneException(file, String.valueOf(e.getMessage()));
        }
    }

    void add(PackedRecords records) throws SyntaxException {
        var record = records.cursor();
        while (record.next()) {
            add(record);
        }
    }

    /// Adds the record at a place.
    void add(PackedRecords.Cursor record) throws SyntaxException {
        var octets = record.octets();
        add(
                octets,
                record.ownerAt(),
                record.ownerLength(),
                record.type(),
                record.ttl(),
                octets,
                record.dataAt(),
                record.dataEnd());
    }

    private void flush() throws SyntaxException {
        if (pending.isEmpty()) {
            return;
        }
        int slot = zone.slot(owner, 0);
        int earlier = slot < 0 ? Arena.NOTHING : zone.names.number(slot);
        int block = write(earlier);
        if (slot < 0) {
            zone.names.put(owner.hash(), block, this::hash);
            list(block);
        } else {
            zone.names.replace(slot, block);
            scattered = true;
        }
        pending.clear();
    }

    private long hash(int block) {
        var page = arena.page(block);
        moved.read(page, Arena.at(block) + Node.NAME, page.length);
        return moved.hash();
    }

    private void list(int block) {
        if (count == nodes.length) {
            nodes = Arrays.copyOf(nodes, count * 2);
        }
        nodes[count++] = block;
    }

    // Makes a block of the owner and what is pending.
    private int write(int link) throws SyntaxException {
        int block = pending.write(owner, link, arena);
        if (pending.ttlsDiffered) {
            warn(ownerLine, "TTLs of one set differ at %s; the lowest is served".formatted(owner));
        }
        return block;
    }

    /// Ends the filling.
    ///
    /// @param from what the zone came from, for messages
    /// @throws ZoneException if this is no zone that can be served
    public ZoneData build(String from) throws ZoneException {
        file = from;
        line = 0;
        ownerLine = 0;
        try {
            flush();
            if (scattered) {
                gather();
            }
            int named = count;
            for (int i = 0; i < named; i++) {
                ancestors(nodes[i]);
            }
            mark();
            finish();
        } catch (SyntaxException e) {
            throw new ZoneException(from, String.valueOf(e.getMessage()));
        }
        return zone;
    }

    // Blocks of one name become one.
    private void gather() throws SyntaxException {
        for (int i = 0; i < count; i++) {
            readOwner(nodes[i]);
            int slot = zone.slot(owner, 0);
            int block = zone.names.number(slot);
            if (block != nodes[i]) {
                int chained = block;
                // Earlier blocks first, so that records keep their order.
                int[] chain = new int[4];
                int length = 0;
                for (; chained != Arena.NOTHING; length++) {
                    chain = length == chain.length ? Arrays.copyOf(chain, length * 2) : chain;
                    chain[length] = chained;
                    chained = Node.link(arena.page(chained), Arena.at(chained));
                }
                for (int k = length - 1; k >= 0; k--) {
                    takeUp(chain[k]);
                }
                nodes[i] = write(Arena.NOTHING);
                zone.names.replace(slot, nodes[i]);
                pending.clear();
            }
        }
    }

    private void takeUp(int block) {
        var page = arena.page(block);
        int at = Arena.at(block);
        gone += Node.end(page, at) - at;
        int set = Node.firstSet(page, at);
        for (int i = Node.setCount(page, at); i > 0; i--) {
            int record = set + Node.SET;
            for (int k = Node.recordCount(page, set); k > 0; k--) {
                int length = Arena.u16(page, record);
                pending.add(
                        Node.setType(page, set),
                        Node.isSignature(page, set),
                        Node.setTtl(page, set),
                        page,
                        record + 2,
                        record + 2 + length);
                record += 2 + length;
            }
            set = Node.nextSet(page, set);
        }
    }

    private void readOwner(int block) {
        var page = arena.page(block);
        owner.read(page, Arena.at(block) + Node.NAME, page.length);
    }

    // Empty non-terminals become nodes, so that looking up is the same for them.
    private void ancestors(int block) throws SyntaxException {
        readOwner(block);
        int depth = owner.labels() - apexKey.labels();
        if (depth < 2 || Node.isHash(arena.page(block), Arena.at(block))) {
            return;
        }
        var name = owner.copy();
        for (int label = 1; label < depth; label++) {
            if (zone.slot(name, label) >= 0) {
                return;
            }
            owner.read(wire(name, label), 0, NameKey.OCTETS_MAX);
            int empty = write(Arena.NOTHING);
            Node.flag(arena.page(empty), Arena.at(empty), Node.EMPTY);
            zone.names.put(owner.hash(), empty, this::hash);
            list(empty);
        }
    }

    private static byte[] wire(NameKey name, int label) {
        int from = name.labelOffset(label);
        var wire = new byte[NameKey.OCTETS_MAX];
        name.copyTo(from, wire, 0, name.length() - from);
        return wire;
    }

    private void mark() {
        boolean covers = false;
        for (int i = 0; i < count; i++) {
            var page = arena.page(nodes[i]);
            int at = Arena.at(nodes[i]);
            boolean isApex = Node.nameLength(page, at) == apexKey.length();
            int flags = Node.ownFlags(page, at, isApex);
            Node.flag(page, at, flags);
            covers |= (flags & (Node.CUT | Node.DNAME)) != 0;
            readOwner(nodes[i]);
            if (Node.isCrowded(page, at)) {
                warn("%s has a CNAME record and others beside it".formatted(owner));
            }
            if (!isApex && (flags & Node.HASH) == 0) {
                child(nodes[i], flags);
            }
        }
        for (int i = 0; covers && i < count; i++) {
            readOwner(nodes[i]);
            if (zone.isCovered(owner)) {
                Node.flag(arena.page(nodes[i]), Arena.at(nodes[i]), Node.OCCLUDED);
            }
        }
    }

    // Tells the parent.
    private void child(int block, int flags) {
        int parent = zone.find(owner, 1);
        if (parent == Arena.NOTHING) {
            return; // there is no apex, and so no zone
        }
        var page = arena.page(parent);
        int at = Arena.at(parent);
        Arena.put32(page, at + Node.CHILDREN, Node.children(page, at) + 1);
        if ((flags & Node.WILDCARD) != 0) {
            Arena.put32(page, at + Node.LINK, block);
        }
    }

    private void finish() throws ZoneException, SyntaxException {
        for (int i = 0; i < count; i++) {
            records += Node.records(arena.page(nodes[i]), Arena.at(nodes[i]));
        }
        if (zone.find(apexKey, 0) == Arena.NOTHING) {
            throw ZoneData.noSoa(file, apex);
        }
        zone.finish(count, records, gone, file);
        var page = arena.page(zone.top());
        if (!Node.has(page, Arena.at(zone.top()), Type.NS)) {
            warn("%s has no NS record".formatted(apex));
        }
        if (problems != null && !problems.isEmpty()) {
            throw new ZoneException(problems);
        }
        zone.index(Arrays.copyOf(nodes, count));
        zone.warn(warnings);
    }

    /// The name of a block, for those who have only the zone.
    static Name name(byte[] page, int at) {
        return Names.ofWire(page, at + Node.NAME);
    }
}
