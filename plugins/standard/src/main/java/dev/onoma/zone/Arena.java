package dev.onoma.zone;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Arrays;

/// Octets in pages, addressed by one number of 32 bits: many small things without an object for
/// each. What is allocated in one go lies in one page; what is larger than a page gets a page of
/// its own size.
///
/// Filled by one thread, then only read. What is there never changes, so an arena that has more
/// shares its pages with the one before ([#extended]), the page that is filled included: nobody
/// looks behind the end of what is his.
final class Arena {
    /// No number of anything.
    static final int NOTHING = 0;

    private static final int PAGE_BITS = 20;
    private static final int PAGE_OCTETS = 1 << PAGE_BITS;
    private static final int PAGES_MAX = 1 << 32 - PAGE_BITS;
    private static final int FIRST_OCTETS = 1 << 12;
    private static final VarHandle SHORT =
            MethodHandles.byteArrayViewVarHandle(short[].class, ByteOrder.BIG_ENDIAN);
    private static final VarHandle INT =
            MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.BIG_ENDIAN);

    private byte[][] pages;
    private int count;
    private int current; // the page that is filled
    private int used; // octets of it
    private End end;

    // What is shared with the arena that this one extends.
    private int knownCount;
    private int knownCurrent;
    private int knownUsed;

    /// How far a page is filled, by whichever of the arenas that have it.
    private static final class End {
        private int at;

        End(int at) {
            this.at = at;
        }
    }

    Arena() {
        pages = new byte[][] {new byte[FIRST_OCTETS]};
        count = 1;
        used = 1;
        end = new End(used);
    }

    private Arena(Arena known) {
        pages = known.pages.clone();
        count = known.count;
        current = known.current;
        used = known.used;
        end = known.end;
        knownCount = count;
        knownCurrent = current;
        knownUsed = used;
    }

    /// An arena that has all that this one has, and can take more.
    Arena extended() {
        return new Arena(this);
    }

    /// Whether an offset is of this arena alone, not of the one that it extends.
    boolean isAdded(int offset) {
        int page = offset >>> PAGE_BITS;
        return page >= knownCount || page == knownCurrent && at(offset) >= knownUsed;
    }

    /// Makes room.
    ///
    /// @throws SyntaxException if four gigabytes are not enough
    int allocate(int octets) throws SyntaxException {
        boolean isFree = end.at == used; // else another arena has gone on here
        if (isFree && used + octets <= pages[current].length) {
            int offset = current << PAGE_BITS | used;
            used += octets;
            end.at = used;
            return offset;
        }
        if (pages[current].length < PAGE_OCTETS && used + octets <= PAGE_OCTETS) {
            // Small zones are many: a page grows with its zone.
            int wanted = Math.max(used + octets, 2 * pages[current].length);
            var grown = new byte[Math.min(PAGE_OCTETS, wanted)];
            System.arraycopy(pages[current], 0, grown, 0, used);
            pages[current] = grown;
            end = new End(used);
            return allocate(octets);
        }
        if (!isFree) {
            pages[current] = Arrays.copyOf(pages[current], used);
        }
        int page = add(Math.max(octets, PAGE_OCTETS));
        if (octets < PAGE_OCTETS / 2) {
            current = page;
            used = octets;
            end = new End(used);
        }
        return page << PAGE_BITS;
    }

    private int add(int octets) throws SyntaxException {
        if (count == PAGES_MAX) {
            throw new SyntaxException("the zone is larger than four gigabytes");
        }
        if (count == pages.length) {
            pages = Arrays.copyOf(pages, count * 2);
        }
        pages[count] = new byte[octets];
        return count++;
    }

    /// Gives back what the last page does not use.
    void trim() {
        pages = Arrays.copyOf(pages, count);
        pages[current] = Arrays.copyOf(pages[current], used);
        end = new End(used);
    }

    /// How many pages there are.
    int pageCount() {
        return count;
    }

    /// Where a page ends: what is behind is not of this arena.
    int limit(int page) {
        return page == current ? used : pages[page].length;
    }

    /// The octets that this holds on the heap.
    long footprint() {
        long octets = 0;
        for (int i = 0; i < count; i++) {
            octets += pages[i].length + 24;
        }
        return octets;
    }

    /// The page that holds an offset.
    byte[] page(int offset) {
        return pages[offset >>> PAGE_BITS];
    }

    /// A page by its number.
    byte[] octets(int page) {
        return pages[page];
    }

    /// The offset of a place in a page.
    static int offset(int page, int at) {
        return page << PAGE_BITS | at;
    }

    /// The place of an offset in its page.
    static int at(int offset) {
        return offset & PAGE_OCTETS - 1;
    }

    static int u16(byte[] page, int at) {
        return (short) SHORT.get(page, at) & 0xffff;
    }

    static void put16(byte[] page, int at, int value) {
        SHORT.set(page, at, (short) value);
    }

    static int i32(byte[] page, int at) {
        return (int) INT.get(page, at);
    }

    static void put32(byte[] page, int at, int value) {
        INT.set(page, at, value);
    }
}
