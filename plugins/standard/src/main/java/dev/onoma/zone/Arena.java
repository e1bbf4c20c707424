package dev.onoma.zone;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Arrays;

/// Octets in pages, addressed by one number of 32 bits: many small things without an object for
/// each. What is allocated in one go lies in one page; what is larger than a page gets a page of
/// its own size.
///
/// Filled by one thread, then only read.
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

    private byte[][] pages = {new byte[FIRST_OCTETS]};
    private int count = 1;
    private int current; // the page that is filled
    private int used = 1; // octets of it

    /// Makes room.
    ///
    /// @throws SyntaxException if four gigabytes are not enough
    int allocate(int octets) throws SyntaxException {
        if (used + octets <= pages[current].length) {
            int offset = current << PAGE_BITS | used;
            used += octets;
            return offset;
        }
        if (current == 0 && count == 1 && used + octets <= PAGE_OCTETS) {
            // Small zones are many: the first page grows with its zone.
            int wanted = Math.max(used + octets, 2 * pages[0].length);
            pages[0] = Arrays.copyOf(pages[0], Math.min(PAGE_OCTETS, wanted));
            return allocate(octets);
        }
        int page = add(Math.max(octets, PAGE_OCTETS));
        if (octets < PAGE_OCTETS / 2) {
            current = page;
            used = octets;
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
