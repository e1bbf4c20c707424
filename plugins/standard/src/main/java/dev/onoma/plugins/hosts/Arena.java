package dev.onoma.plugins.hosts;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Arrays;

/// Octets in pages, addressed by one number: many small things without an object for each.
///
/// What is allocated in one go lies in one page. Filled by one thread, then only read.
final class Arena {
    /// No number of anything.
    static final int NOTHING = 0;

    private static final int PAGE_BITS = 16;
    private static final int PAGE_OCTETS = 1 << PAGE_BITS;
    private static final VarHandle INT =
            MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.BIG_ENDIAN);
    private static final VarHandle LONG =
            MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN);

    private byte[][] pages = {new byte[PAGE_OCTETS]};
    private int count = 1;
    private int used = NOTHING + 1;

    /// Makes room.
    ///
    /// @param octets fewer than a page has
    int allocate(int octets) {
        if (at(used) + octets > PAGE_OCTETS || at(used) == 0) {
            if (count == pages.length) {
                pages = Arrays.copyOf(pages, count * 2);
            }
            used = count << PAGE_BITS;
            pages[count++] = new byte[PAGE_OCTETS];
        }
        int offset = used;
        used += octets;
        return offset;
    }

    /// Gives back what the last page does not use.
    void trim() {
        pages = Arrays.copyOf(pages, count);
        int last = at(used) == 0 ? PAGE_OCTETS : at(used);
        pages[count - 1] = Arrays.copyOf(pages[count - 1], last);
    }

    /// The octets that this holds on the heap.
    long footprint() {
        return (long) count << PAGE_BITS;
    }

    /// The page that holds an offset.
    byte[] page(int offset) {
        return pages[offset >>> PAGE_BITS];
    }

    /// The place of an offset in its page.
    static int at(int offset) {
        return offset & PAGE_OCTETS - 1;
    }

    int getInt(int offset) {
        return (int) INT.get(page(offset), at(offset));
    }

    void putInt(int offset, int value) {
        INT.set(page(offset), at(offset), value);
    }

    long getLong(int offset) {
        return (long) LONG.get(page(offset), at(offset));
    }

    void putLong(int offset, long value) {
        LONG.set(page(offset), at(offset), value);
    }
}
