package dev.onoma.api;

import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import org.xbill.DNS.Name;

/// Zones, of which the longest that holds a name is wanted. Looking does not allocate.
public final class ZoneSet {
    private static final int LINEAR_MAX = 8;

    private final List<Name> names;
    // Longest first, beside their places in `names`.
    private final NameKey[] keys;
    private final int[] places;
    private final int[] slots;

    public ZoneSet(List<Name> names) {
        this.names = List.copyOf(names);
        var order = new Integer[names.size()];
        Arrays.setAll(order, i -> i);
        var all = names.stream().map(NameKey::of).toArray(NameKey[]::new);
        Arrays.sort(order, Comparator.comparingInt((Integer i) -> -all[i].labels()));
        keys = new NameKey[order.length];
        places = new int[order.length];
        for (int i = 0; i < order.length; i++) {
            keys[i] = all[order[i]];
            places[i] = order[i];
        }
        slots = keys.length > LINEAR_MAX ? table() : new int[0];
    }

    private int[] table() {
        var table = new int[Integer.highestOneBit(keys.length) * 4];
        for (int i = keys.length - 1; i >= 0; i--) {
            int slot = (int) keys[i].hash() & table.length - 1;
            while (table[slot] != 0) {
                slot = slot + 1 & table.length - 1;
            }
            table[slot] = i + 1;
        }
        return table;
    }

    /// The zones, as given.
    public List<Name> names() {
        return names;
    }

    /// The zone at a place that [#match] returned.
    public Name name(int place) {
        return names.get(place);
    }

    /// The place of the longest zone that is the name or holds it, or -1.
    public int match(NameKey name) {
        if (slots.length == 0) {
            for (int i = 0; i < keys.length; i++) {
                if (name.isUnder(keys[i])) {
                    return places[i];
                }
            }
            return -1;
        }
        return look(name);
    }

    private int look(NameKey name) {
        for (int label = 0; label <= name.labels(); label++) {
            int offset = name.labelOffset(label);
            int slot = (int) name.suffixHash(label) & slots.length - 1;
            for (; slots[slot] != 0; slot = slot + 1 & slots.length - 1) {
                int at = slots[slot] - 1;
                if (name.suffixEquals(offset, keys[at])) {
                    return places[at];
                }
            }
        }
        return -1;
    }

    /// Whether a zone holds the name.
    public boolean contains(NameKey name) {
        return match(name) >= 0;
    }
}
