package dev.onoma.zone;

import dev.onoma.api.NameKey;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.xbill.DNS.DClass;
import org.xbill.DNS.Record;
import org.xbill.DNS.Type;

/// Changes to a version of a zone, from which the next is built. The version stays as it is.
///
/// Names that change are taken out of it as they are asked for. Building takes as long as the
/// change is large ([ZonePatch]), now and then as long as the zone is. One thread.
public final class ZoneEdit {
    // From so many changed names on, and a fourth of the zone, all is built anew.
    private static final int PATCHED_MIN = 1_000;

    private final ZoneData base;
    private final Map<NameKey, Owner> owners = new HashMap<>();

    /// The records of a name: TTLs by type and data.
    private record Owner(byte[] wire, Map<ByteBuffer, Integer> records) {}

    public ZoneEdit(ZoneData base) {
        this.base = base;
    }

    /// The version that is changed.
    public ZoneData base() {
        return base;
    }

    private static ByteBuffer key(int type, byte[] data, int from, int to) {
        var key = ByteBuffer.allocate(2 + to - from);
        key.putShort((short) type).put(data, from, to - from);
        return key.flip();
    }

    private static int type(ByteBuffer key) {
        return key.getShort(0) & 0xffff;
    }

    private static byte[] data(ByteBuffer key) {
        var data = new byte[key.remaining() - 2];
        key.get(2, data);
        return data;
    }

    private Owner owner(NameKey name) {
        var known = owners.get(name);
        if (known != null) {
            return known;
        }
        var wire = new byte[name.length()];
        name.copyTo(0, wire, 0, wire.length);
        var owner = new Owner(wire, new LinkedHashMap<>());
        int block = base.find(name, 0);
        if (block != Arena.NOTHING) {
            var packed = new PackedRecords();
            packed.addBlock(base, block);
            var record = packed.cursor();
            while (record.next()) {
                owner.records.put(
                        key(record.type(), record.octets(), record.dataAt(), record.dataEnd()),
                        record.ttl());
            }
        }
        owners.put(name.copy(), owner);
        return owner;
    }

    /// Whether a name has records.
    public boolean exists(NameKey name) {
        return !owner(name).records.isEmpty();
    }

    /// The data of all records of a name and a type.
    public List<byte[]> data(NameKey name, int type) {
        var all = new ArrayList<byte[]>();
        owner(name)
                .records
                .forEach((key, _) -> {
                    if (type(key) == type) {
                        all.add(data(key));
                    }
                });
        return all;
    }

    /// Whether a name has records of a type.
    public boolean has(NameKey name, int type) {
        return owner(name).records.keySet().stream().anyMatch(key -> type(key) == type);
    }

    /// The types that a name has records of.
    public List<Integer> types(NameKey name) {
        return owner(name).records.keySet().stream().map(ZoneEdit::type).distinct().toList();
    }

    /// Whether a name has a record of this type and data.
    public boolean contains(NameKey name, int type, byte[] data) {
        return same(owner(name).records, type, data) != null;
    }

    /// The serial of a SOA record.
    static long serial(byte[] soa) {
        return Arena.i32(soa, soa.length - 20) & 0xffff_ffffL;
    }

    /// Gives the zone the next serial, if it still has that of the version that is changed. It is
    /// never 0 (RFC 2136, section 4.2).
    public void nextSerial() {
        var apex = base.apexKey();
        var soa = data(apex, Type.SOA).getFirst();
        if (serial(soa) != base.serial()) {
            return;
        }
        var next = soa.clone();
        int serial = (int) (base.serial() + 1);
        Arena.put32(next, next.length - 20, serial == 0 ? 1 : serial);
        int ttl = ttlOf(apex, soa);
        removeAll(apex, Type.SOA);
        add(apex, Type.SOA, ttl, next);
    }

    private int ttlOf(NameKey name, byte[] soa) {
        return owner(name).records.getOrDefault(key(Type.SOA, soa, 0, soa.length), 0);
    }

    /// Whether anything is different from the version that is changed.
    public boolean isChanged() {
        return !changed().isEmpty();
    }

    private List<Map.Entry<NameKey, Owner>> changed() {
        var before = new ZoneEdit(base);
        var changed = new ArrayList<Map.Entry<NameKey, Owner>>();
        for (var owner : owners.entrySet()) {
            if (!before.owner(owner.getKey()).records.equals(owner.getValue().records)) {
                changed.add(owner);
            }
            before.owners.clear();
        }
        return changed;
    }

    /// Takes a record away.
    ///
    /// @return whether it was there
    public boolean remove(NameKey name, int type, byte[] data) {
        var records = owner(name).records;
        var same = same(records, type, data);
        return same != null && records.remove(same) != null;
    }

    // Names in data are the same in any case (RFC 2136, section 1.1.1).
    private @Nullable ByteBuffer same(Map<ByteBuffer, Integer> records, int type, byte[] data) {
        var key = key(type, data, 0, data.length);
        if (records.containsKey(key)) {
            return key;
        }
        var canonical = canonical(type, data);
        for (var other : records.keySet()) {
            if (type(other) == type
                    && other.remaining() == key.remaining()
                    && java.util.Arrays.equals(canonical(type, data(other)), canonical)) {
                return other;
            }
        }
        return null;
    }

    private byte[] canonical(int type, byte[] data) {
        try {
            return Record.newRecord(base.apex(), type, DClass.IN, 0, data).rdataToWireCanonical();
        } catch (RuntimeException _) {
            return data; // of a type that does not decode
        }
    }

    /// Takes all records of a name and a type away.
    public void removeAll(NameKey name, int type) {
        owner(name).records.keySet().removeIf(key -> type(key) == type);
    }

    /// Adds a record, in place of the same with another TTL.
    public void add(NameKey name, int type, int ttl, byte[] data) {
        var records = owner(name).records;
        var same = same(records, type, data);
        if (same != null) {
            records.remove(same);
        }
        records.put(key(type, data, 0, data.length), ttl);
    }

    /// Gives all records of a name and a type the same TTL.
    public void ttl(NameKey name, int type, int ttl) {
        owner(name)
                .records
                .replaceAll((key, old) -> type(key) == type ? Integer.valueOf(ttl) : old);
    }

    /// Builds the next version.
    ///
    /// @param from what changed it, for messages
    /// @throws ZoneException if that is no zone
    public ZoneData build(String from) throws ZoneException {
        var changed = changed();
        try {
            boolean isSmall = changed.size() < PATCHED_MIN + base.nameCount() / 4;
            var patched = isSmall ? patched(changed, from) : null;
            return patched == null ? built(from) : patched;
        } catch (SyntaxException e) {
            throw new ZoneException(from, String.valueOf(e.getMessage()));
        }
    }

    private @Nullable ZoneData patched(List<Map.Entry<NameKey, Owner>> changed, String from)
            throws SyntaxException, ZoneException {
        var patch = new ZonePatch(base, from);
        var pending = new PendingRecords();
        for (var owner : changed) {
            pending.clear();
            for (var record : owner.getValue().records.entrySet()) {
                var data = data(record.getKey());
                int type = type(record.getKey());
                boolean signature = type == Type.RRSIG;
                pending.add(
                        signature ? Arena.u16(data, 0) : type,
                        signature,
                        record.getValue(),
                        data,
                        0,
                        data.length);
            }
            patch.put(owner.getKey(), pending);
        }
        return patch.finish();
    }

    private ZoneData built(String from) throws SyntaxException, ZoneException {
        var builder = new ZoneBuilder(base.apex());
        builder.at(from, 0);
        var name = new NameKey();
        var packed = new PackedRecords();
        var blocks = new Blocks(base);
        for (int block = blocks.next(); block != Arena.NOTHING; block = blocks.next()) {
            var page = base.arena.page(block);
            name.read(page, Arena.at(block) + Node.NAME, page.length);
            if (!owners.containsKey(name)) {
                packed.clear();
                packed.addBlock(base, block);
                builder.add(packed);
            }
        }
        for (var owner : owners.values()) {
            for (var record : owner.records.entrySet()) {
                var data = data(record.getKey());
                builder.add(
                        owner.wire,
                        owner.wire.length,
                        type(record.getKey()),
                        record.getValue(),
                        data,
                        data.length);
            }
        }
        return builder.build(from);
    }

    /// What this changes, for a version that it made.
    ///
    /// @return null if it is more than `octetsMax`
    public @Nullable ZoneDelta delta(ZoneData version, int octetsMax) {
        return ZoneDelta.of(base, version, owners.keySet(), octetsMax);
    }

    /// Does what a delta says.
    ///
    /// @throws ZoneException if it takes something away that is not there
    public void apply(ZoneDelta delta) throws ZoneException {
        var name = new NameKey();
        var gone = delta.removed().cursor();
        while (gone.next()) {
            name.read(gone.octets(), gone.ownerAt(), gone.dataAt());
            if (!remove(name, gone.type(), copy(gone))) {
                throw new ZoneException(
                        name.toString(),
                        "a %s record that goes is not there".formatted(Type.string(gone.type())));
            }
        }
        var come = delta.added().cursor();
        while (come.next()) {
            name.read(come.octets(), come.ownerAt(), come.dataAt());
            add(name, come.type(), come.ttl(), copy(come));
        }
    }

    private static byte[] copy(PackedRecords.Cursor record) {
        return java.util.Arrays.copyOfRange(record.octets(), record.dataAt(), record.dataEnd());
    }
}
