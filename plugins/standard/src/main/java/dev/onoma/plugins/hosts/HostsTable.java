package dev.onoma.plugins.hosts;

import dev.onoma.api.NameKey;
import dev.onoma.api.Names;
import dev.onoma.zone.Slots;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import org.xbill.DNS.Name;

/// Names and their addresses, in both directions, of one source: a file, or the lines of a
/// Corefile.
///
/// Made for lists of millions of blocked names in a small heap: names and addresses are octets in
/// an [Arena], found through [Slots] and tied together by [Lists]; about 40 octets a line, whatever
/// the number of objects it would have been. Filled by one thread, then published and only read, by
/// any thread; a look allocates nothing.
///
/// An entry of a name is its wire form and the list of its addresses. An entry of an address is its
/// length, its octets and the list of its names.
final class HostsTable {
    /// Marks of lists: which families are in them.
    static final int IPV4 = 1;

    static final int IPV6 = 2;

    private final Arena arena = new Arena();
    private final Lists lists = new Lists();
    private final Slots names = new Slots();
    // Entries whose first label is `*`, by what stands behind it.
    private final Slots wildcards = new Slots();
    private final Slots addresses = new Slots();
    private final NameKey scratch = new NameKey();
    private final NameKey moved = new NameKey();
    private final boolean reverse;
    private long entries;

    /// @param reverse whether names are to be found by their addresses
    HostsTable(boolean reverse) {
        this.reverse = reverse;
    }

    /// Adds an address to a name.
    ///
    /// @param name in wire form without compression, valid
    void add(byte[] name, int length, InetAddress address) {
        scratch.read(name, 0, length);
        boolean wildcard = scratch.labels() > 0 && length > 2 && name[0] == 1 && name[1] == '*';
        int entry = wildcard ? wildcard() : exact();
        int family = address.getAddress().length == 4 ? IPV4 : IPV6;
        int owner = address(address.getAddress());
        append(entry + scratch.length(), owner, family);
        entries++;
        if (reverse && !wildcard) {
            append(owner + 1 + arena.page(owner)[Arena.at(owner)], entry, 0);
            entries++;
        }
    }

    private void append(int listAt, int number, int marks) {
        int list = arena.getInt(listAt);
        int firstMarks = list > 0 && marks != 0 ? families(list) : 0;
        arena.putInt(listAt, lists.append(list, number, marks, firstMarks));
    }

    private int exact() {
        int known = find(names, scratch);
        if (known != Arena.NOTHING) {
            return known;
        }
        int entry = store();
        names.put(scratch.hash(), entry, number -> key(number).hash());
        return entry;
    }

    private int wildcard() {
        int known = findWildcard(scratch);
        if (known != Arena.NOTHING) {
            return known;
        }
        int entry = store();
        wildcards.put(scratch.suffixHash(1), entry, number -> key(number).suffixHash(1));
        return entry;
    }

    private int store() {
        int entry = arena.allocate(scratch.length() + 4);
        scratch.copyTo(0, arena.page(entry), Arena.at(entry), scratch.length());
        return entry;
    }

    private NameKey key(int entry) {
        var page = arena.page(entry);
        moved.read(page, Arena.at(entry), page.length);
        return moved;
    }

    private int address(byte[] octets) {
        long high = octets.length == 4 ? 0 : bits(octets, 0, 8);
        long low = octets.length == 4 ? bits(octets, 0, 4) : bits(octets, 8, 16);
        int known = findAddress(octets.length, high, low);
        if (known != Arena.NOTHING) {
            return known;
        }
        int entry = arena.allocate(1 + octets.length + 4);
        arena.page(entry)[Arena.at(entry)] = (byte) octets.length;
        System.arraycopy(octets, 0, arena.page(entry), Arena.at(entry) + 1, octets.length);
        addresses.put(
                hash(high, low),
                entry,
                number -> {
                    boolean four = arena.page(number)[Arena.at(number)] == 4;
                    return four
                            ? hash(0, arena.getInt(number + 1) & 0xffff_ffffL)
                            : hash(arena.getLong(number + 1), arena.getLong(number + 9));
                });
        return entry;
    }

    private static long bits(byte[] octets, int from, int to) {
        long bits = 0;
        for (int i = from; i < to; i++) {
            bits = bits << 8 | octets[i] & 0xff;
        }
        return bits;
    }

    private static long hash(long high, long low) {
        long mixed = (high * 0x9e3779b97f4a7c15L ^ low) * 0xc2b2ae3d27d4eb4fL;
        mixed = (mixed ^ mixed >>> 32) * 0x165667b19e3779f9L;
        return mixed ^ mixed >>> 29;
    }

    /// Ends the filling.
    void trim() {
        arena.trim();
        lists.trim();
    }

    /// The octets that this holds on the heap, about.
    long footprint() {
        return arena.footprint()
                + lists.footprint()
                + names.footprint()
                + wildcards.footprint()
                + addresses.footprint();
    }

    /// The number of addresses of all names, and of names of all addresses.
    long entries() {
        return entries;
    }

    /// The list of addresses that a name has itself.
    int exact(NameKey name) {
        int entry = find(names, name);
        return entry == Arena.NOTHING ? 0 : arena.getInt(entry + name.length());
    }

    /// The list of addresses that a wildcard has for a name: one label in place of the `*`.
    int wildcard(NameKey name) {
        if (wildcards.isEmpty() || name.labels() < 2) {
            return 0;
        }
        int entry = findWildcard(name);
        return entry == Arena.NOTHING
                ? 0
                : arena.getInt(entry + 2 + name.length() - name.labelOffset(1));
    }

    /// The entry of an address, or 0.
    ///
    /// @param size 4 or 16
    /// @param high the first 64 of 128 bits, 0 for IPv4
    /// @param low the last 64 or 32 bits
    int address(int size, long high, long low) {
        return findAddress(size, high, low);
    }

    /// The names of an address.
    ///
    /// @param entry of the address, or 0
    List<Name> names(int entry) {
        var found = new ArrayList<Name>();
        if (entry != Arena.NOTHING) {
            int list = arena.getInt(entry + 1 + arena.page(entry)[Arena.at(entry)]);
            lists.forEach(list, name -> found.add(Names.ofWire(arena.page(name), Arena.at(name))));
        }
        return found;
    }

    /// The families of a list of addresses: [#IPV4], [#IPV6], both or none.
    int families(int list) {
        if (list < 0) {
            return lists.marks(list);
        }
        if (list == 0) {
            return 0;
        }
        return arena.page(list)[Arena.at(list)] == 4 ? IPV4 : IPV6;
    }

    private int find(Slots slots, NameKey name) {
        for (int slot = slots.first(name.hash()); slot >= 0; slot = slots.next(slot, name.hash())) {
            int entry = slots.number(slot);
            if (name.suffixIsAt(0, arena.page(entry), Arena.at(entry))) {
                return entry;
            }
        }
        return Arena.NOTHING;
    }

    private int findWildcard(NameKey name) {
        long hash = name.suffixHash(1);
        for (int slot = wildcards.first(hash); slot >= 0; slot = wildcards.next(slot, hash)) {
            int entry = wildcards.number(slot);
            // Behind the label of the `*`, which takes two octets.
            if (name.suffixIsAt(1, arena.page(entry), Arena.at(entry) + 2)) {
                return entry;
            }
        }
        return Arena.NOTHING;
    }

    private int findAddress(int size, long high, long low) {
        long hash = hash(high, low);
        for (int slot = addresses.first(hash); slot >= 0; slot = addresses.next(slot, hash)) {
            int entry = addresses.number(slot);
            if (arena.page(entry)[Arena.at(entry)] == size && isAddress(entry, size, high, low)) {
                return entry;
            }
        }
        return Arena.NOTHING;
    }

    private boolean isAddress(int entry, int size, long high, long low) {
        return size == 4
                ? arena.getInt(entry + 1) == (int) low
                : arena.getLong(entry + 1) == high && arena.getLong(entry + 9) == low;
    }

    /// How many addresses a list has, of both families.
    int length(int list) {
        return lists.length(list);
    }

    /// Writes the addresses of one family one behind the other.
    ///
    /// @param size 4 or 16
    /// @return how many octets were written; never more than `target` holds
    int copyAddresses(int list, int size, byte[] target, int at) {
        int[] end = {at};
        lists.forEach(
                list,
                entry -> {
                    var page = arena.page(entry);
                    if (end[0] + size > target.length) {
                        return false;
                    }
                    if (page[Arena.at(entry)] == size) {
                        System.arraycopy(page, Arena.at(entry) + 1, target, end[0], size);
                        end[0] += size;
                    }
                    return true;
                });
        return end[0] - at;
    }
}
