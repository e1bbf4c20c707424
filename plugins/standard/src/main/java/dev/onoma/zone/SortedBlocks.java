package dev.onoma.zone;

import java.util.Arrays;

/// Blocks in the canonical order of their names. Immutable: what has a block more or less shares
/// the parts that are the same.
final class SortedBlocks {
    static final SortedBlocks NONE = new SortedBlocks(new int[0][]);

    private static final int PART_BLOCKS = 1024;
    private static final int EACH_FIRST = -1;

    private final int[][] parts; // none is empty

    private SortedBlocks(int[][] parts) {
        this.parts = parts;
    }

    /// Blocks that are in order already.
    static SortedBlocks of(int[] sorted) {
        var parts = new int[(sorted.length + PART_BLOCKS - 1) / PART_BLOCKS][];
        for (int i = 0; i < parts.length; i++) {
            int from = i * PART_BLOCKS;
            parts[i] =
                    Arrays.copyOfRange(sorted, from, Math.min(sorted.length, from + PART_BLOCKS));
        }
        return new SortedBlocks(parts);
    }

    boolean isEmpty() {
        return parts.length == 0;
    }

    long footprint() {
        long octets = 0;
        for (var part : parts) {
            octets += 4L * part.length + 24;
        }
        return octets;
    }

    /// The last block whose name does not come behind this one, or the last of all if there is
    /// none: the owner of the NSEC record that matches or covers it.
    ///
    /// @param name in lower case, in wire form
    int atOrBefore(ZoneData zone, byte[] name) {
        int part = part(zone, name);
        if (part < 0) {
            var last = parts[parts.length - 1];
            return last[last.length - 1];
        }
        return parts[part][place(zone, part, name)];
    }

    // The last part that begins at or before a name, or -1.
    private int part(ZoneData zone, byte[] name) {
        return last(zone, name, EACH_FIRST, parts.length);
    }

    // The last place in a part at or before a name, or -1.
    private int place(ZoneData zone, int part, byte[] name) {
        return last(zone, name, part, parts[part].length);
    }

    // Of the blocks of a part, or of the first ones of each.
    private int last(ZoneData zone, byte[] name, int part, int count) {
        int low = 0;
        int high = count;
        while (low < high) {
            int middle = low + high >>> 1;
            int block = part == EACH_FIRST ? parts[middle][0] : parts[part][middle];
            if (isAtOrBefore(zone, block, name)) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        return low - 1;
    }

    private static boolean isAtOrBefore(ZoneData zone, int block, byte[] name) {
        return CanonicalOrder.compare(zone.arena.page(block), Arena.at(block) + Node.NAME, name, 0)
                <= 0;
    }

    /// The same with another block of a name.
    SortedBlocks exchanging(ZoneData zone, byte[] name, int block) {
        int part = part(zone, name);
        var changed = parts[part].clone();
        changed[place(zone, part, name)] = block;
        return replacing(part, changed);
    }

    /// The same without a name.
    SortedBlocks without(ZoneData zone, byte[] name) {
        int part = part(zone, name);
        int place = place(zone, part, name);
        var known = parts[part];
        var changed = new int[known.length - 1];
        System.arraycopy(known, 0, changed, 0, place);
        System.arraycopy(known, place + 1, changed, place, changed.length - place);
        return changed.length == 0 ? replacing(part) : replacing(part, changed);
    }

    /// The same with a name more.
    SortedBlocks with(ZoneData zone, byte[] name, int block) {
        if (parts.length == 0) {
            return new SortedBlocks(new int[][] {{block}});
        }
        int part = Math.max(0, part(zone, name));
        int place = place(zone, part, name) + 1;
        var known = parts[part];
        var changed = new int[known.length + 1];
        System.arraycopy(known, 0, changed, 0, place);
        changed[place] = block;
        System.arraycopy(known, place, changed, place + 1, known.length - place);
        if (changed.length <= 2 * PART_BLOCKS) {
            return replacing(part, changed);
        }
        return replacing(
                part,
                Arrays.copyOf(changed, PART_BLOCKS),
                Arrays.copyOfRange(changed, PART_BLOCKS, changed.length));
    }

    private SortedBlocks replacing(int part, int[]... others) {
        var all = new int[parts.length - 1 + others.length][];
        System.arraycopy(parts, 0, all, 0, part);
        System.arraycopy(others, 0, all, part, others.length);
        System.arraycopy(parts, part + 1, all, part + others.length, parts.length - part - 1);
        return new SortedBlocks(all);
    }
}
