package dev.onoma.zone;

import dev.onoma.api.NameKey;
import java.nio.ByteBuffer;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.xbill.DNS.Type;

/// What is different between two versions of a zone, as incremental transfers have it (RFC 1995,
/// section 4): records that go, the earlier SOA record first, and records that come, the later SOA
/// record first. Immutable when it is made.
public record ZoneDelta(long from, long to, PackedRecords removed, PackedRecords added) {
    /// The octets of both.
    int sizeOctets() {
        return removed.sizeOctets() + added.sizeOctets();
    }

    /// Compares two versions: as long as both have names, unless there is more than `octetsMax`.
    ///
    /// @return null if there is
    public static @Nullable ZoneDelta between(ZoneData earlier, ZoneData later, int octetsMax) {
        var delta = begun(earlier, later);
        var name = new NameKey();
        var present = new Blocks(later);
        for (int block = present.next(); block != Arena.NOTHING; block = present.next()) {
            int before = twin(later, block, earlier, name);
            if (before == Arena.NOTHING) {
                all(later, block, delta.added);
            } else if (!isSame(earlier, before, later, block)) {
                compare(earlier, before, later, block, delta);
            }
            if (delta.sizeOctets() > octetsMax) {
                return null;
            }
        }
        var past = new Blocks(earlier);
        for (int block = past.next(); block != Arena.NOTHING; block = past.next()) {
            if (twin(earlier, block, later, name) == Arena.NOTHING) {
                all(earlier, block, delta.removed);
                if (delta.sizeOctets() > octetsMax) {
                    return null;
                }
            }
        }
        return delta;
    }

    private static ZoneDelta begun(ZoneData earlier, ZoneData later) {
        var delta =
                new ZoneDelta(
                        earlier.serial(), later.serial(), new PackedRecords(), new PackedRecords());
        soa(earlier, delta.removed);
        soa(later, delta.added);
        return delta;
    }

    /// Compares two versions that are different in some names at most.
    ///
    /// @return null if there is more than `octetsMax`
    static @Nullable ZoneDelta of(
            ZoneData earlier, ZoneData later, Collection<NameKey> names, int octetsMax) {
        var delta = begun(earlier, later);
        for (var name : names) {
            int before = earlier.find(name, 0);
            int now = later.find(name, 0);
            if (before != Arena.NOTHING && now != Arena.NOTHING) {
                compare(earlier, before, later, now, delta);
            } else if (now != Arena.NOTHING) {
                all(later, now, delta.added);
            } else if (before != Arena.NOTHING) {
                all(earlier, before, delta.removed);
            }
            if (delta.sizeOctets() > octetsMax) {
                return null;
            }
        }
        return delta;
    }

    // The block of the same name in another version.
    private static int twin(ZoneData zone, int block, ZoneData other, NameKey name) {
        var page = zone.arena.page(block);
        name.read(page, Arena.at(block) + Node.NAME, page.length);
        return other.find(name, 0);
    }

    private static boolean isSame(ZoneData a, int blockA, ZoneData b, int blockB) {
        var pageA = a.arena.page(blockA);
        var pageB = b.arena.page(blockB);
        int fromA = Node.sets(pageA, Arena.at(blockA));
        int fromB = Node.sets(pageB, Arena.at(blockB));
        int toA = Node.end(pageA, Arena.at(blockA));
        int toB = Node.end(pageB, Arena.at(blockB));
        return java.util.Arrays.equals(pageA, fromA, toA, pageB, fromB, toB);
    }

    private static void soa(ZoneData zone, PackedRecords out) {
        var apex = new PackedRecords();
        apex.addBlock(zone, zone.top());
        var record = apex.cursor();
        while (record.next()) {
            if (record.type() == Type.SOA) {
                out.add(record.record());
            }
        }
    }

    private static void all(ZoneData zone, int block, PackedRecords out) {
        records(zone, block).forEach(out::add);
    }

    private static Set<ByteBuffer> records(ZoneData zone, int block) {
        var packed = new PackedRecords();
        packed.addBlock(zone, block);
        var all = new LinkedHashSet<ByteBuffer>();
        var record = packed.cursor();
        while (record.next()) {
            if (record.type() != Type.SOA) {
                all.add(record.record());
            }
        }
        return all;
    }

    private static void compare(
            ZoneData earlier, int before, ZoneData later, int now, ZoneDelta delta) {
        var old = records(earlier, before);
        var present = records(later, now);
        old.stream().filter(r -> !present.contains(r)).forEach(delta.removed::add);
        present.stream().filter(r -> !old.contains(r)).forEach(delta.added::add);
    }

    /// One delta that does what several do, one after the other.
    static ZoneDelta condensed(List<ZoneDelta> deltas) {
        var gone = new LinkedHashSet<ByteBuffer>();
        var come = new LinkedHashSet<ByteBuffer>();
        for (var delta : deltas) {
            move(delta.removed, come, gone);
            move(delta.added, gone, come);
        }
        var first = deltas.getFirst();
        var last = deltas.getLast();
        var condensed =
                new ZoneDelta(first.from, last.to, new PackedRecords(), new PackedRecords());
        var soas = new HashSet<ByteBuffer>();
        soas.add(head(first.removed));
        soas.add(head(last.added));
        condensed.removed.add(head(first.removed));
        condensed.added.add(head(last.added));
        gone.stream().filter(r -> !soas.contains(r)).forEach(condensed.removed::add);
        come.stream().filter(r -> !soas.contains(r)).forEach(condensed.added::add);
        return condensed;
    }

    private static ByteBuffer head(PackedRecords records) {
        var cursor = records.cursor();
        if (!cursor.next()) {
            throw new IllegalStateException("a delta without a SOA record");
        }
        return cursor.record();
    }

    private static void move(PackedRecords records, Set<ByteBuffer> undone, Set<ByteBuffer> done) {
        var cursor = records.cursor();
        while (cursor.next()) {
            var record = cursor.record();
            if (!undone.remove(record)) {
                done.add(record);
            }
        }
    }
}
