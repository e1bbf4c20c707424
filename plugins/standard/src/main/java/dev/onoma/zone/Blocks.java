package dev.onoma.zone;

import dev.onoma.api.NameKey;

/// Goes from block to block of a version of a zone, in the order in which they were made.
///
/// Blocks that lie in its pages and are of other versions are passed over.
final class Blocks {
    private final ZoneData zone;
    private final boolean isMixed;
    private final NameKey name = new NameKey();
    private int page;
    private int at = 1; // the first number is none of anything

    Blocks(ZoneData zone) {
        this.zone = zone;
        isMixed = zone.gone() > 0;
    }

    /// The next block, or [Arena#NOTHING] behind the last.
    int next() {
        var arena = zone.arena;
        while (page < arena.pageCount()) {
            int begin = at;
            var octets = arena.octets(page);
            // What is left of a page that was full is zero, and may be less than a block.
            if (begin + Node.NAME >= arena.limit(page) || Node.nameLength(octets, begin) == 0) {
                page++;
                at = 0;
                continue;
            }
            int block = Arena.offset(page, begin);
            at = Node.end(octets, begin);
            if (!isMixed || isPresent(block, octets, begin)) {
                return block;
            }
        }
        return Arena.NOTHING;
    }

    private boolean isPresent(int block, byte[] octets, int begin) {
        name.read(octets, begin + Node.NAME, octets.length);
        return zone.find(name, 0) == block;
    }
}
