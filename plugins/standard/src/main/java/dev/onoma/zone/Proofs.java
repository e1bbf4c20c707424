package dev.onoma.zone;

import dev.onoma.api.NameKey;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;
import org.xbill.DNS.Type;

/// The NSEC or NSEC3 records that prove a denial (RFC 4035, section 3.1.3; RFC 5155, section 7.2):
/// the blocks that have them, each once.
final class Proofs {
    private final ZoneData zone;
    private int[] blocks = new int[4];
    private int count;

    Proofs(ZoneData zone) {
        this.zone = zone;
    }

    int count() {
        return count;
    }

    int block(int i) {
        return blocks[i];
    }

    private void add(int block) {
        for (int i = 0; i < count; i++) {
            if (blocks[i] == block) {
                return;
            }
        }
        if (count == blocks.length) {
            blocks = Arrays.copyOf(blocks, count * 2);
        }
        blocks[count++] = block;
    }

    /// That a name has not the type: by its own record, or that of the wildcard which stands for
    /// it.
    ///
    /// @param name of the block, or null if it is a wildcard that stands for another name
    void noData(int block, @Nullable NameKey name) {
        var hashes = zone.hashes();
        var page = zone.arena.page(block);
        int at = Arena.at(block);
        if (hashes == null) {
            if (Node.has(page, at, Type.NSEC)) {
                add(block);
            } else {
                covering(key(page, at)); // an empty non-terminal
            }
            return;
        }
        var owned = name == null ? key(page, at) : name;
        int matching = hashes.matching(hashes.hash(owned, 0));
        if (matching != Arena.NOTHING) {
            add(matching);
        } else {
            // Opt-out: the closest name that is in the chain, and nothing between (section 7.2.4).
            closestProvable(owned, 1);
        }
    }

    private static NameKey key(byte[] page, int at) {
        var key = new NameKey();
        key.read(page, at + Node.NAME, page.length);
        return key;
    }

    /// That no name is closer to this one than its suffix at a label.
    ///
    /// @param alsoEncloser whether the suffix has to be shown, too; signatures over a wildcard do
    void noCloserName(NameKey name, int encloserLabel, boolean alsoEncloser) {
        var hashes = zone.hashes();
        if (hashes == null) {
            covering(name);
        } else if (alsoEncloser) {
            closestProvable(name, encloserLabel);
        } else {
            add(hashes.covering(hashes.hash(name, encloserLabel - 1)));
        }
    }

    private void closestProvable(NameKey name, int fromLabel) {
        var hashes = zone.hashes();
        if (hashes == null) {
            return;
        }
        int depth = name.labels() - zone.apexKey().labels();
        for (int label = fromLabel; label <= depth; label++) {
            int matching = hashes.matching(hashes.hash(name, label));
            if (matching != Arena.NOTHING) {
                add(matching);
                add(hashes.covering(hashes.hash(name, label - 1)));
                return;
            }
        }
    }

    /// That no wildcard stands for a name whose closest encloser begins at a label.
    void noWildcard(NameKey name, int encloserLabel) {
        int from = name.labelOffset(encloserLabel);
        var wire = new byte[2 + name.length() - from];
        wire[0] = 1;
        wire[1] = '*';
        name.copyTo(from, wire, 2, wire.length - 2);
        if (wire.length > NameKey.OCTETS_MAX) {
            return;
        }
        var hashes = zone.hashes();
        if (hashes != null) {
            add(hashes.covering(hashes.hash(wire)));
        } else {
            var key = new NameKey();
            key.read(wire, 0, wire.length);
            covering(key);
        }
    }

    private void covering(NameKey name) {
        if (!zone.ordered().isEmpty()) {
            var wire = new byte[name.length()];
            name.copyTo(0, wire, 0, wire.length);
            add(zone.ordered().atOrBefore(zone, wire));
        }
    }
}
