package dev.onoma.plugins.hosts;

import dev.onoma.api.WireSections;
import java.util.Arrays;

/// Lists of positive numbers, named by a number each: 0 is the empty list, a positive number is the
/// list of that number alone (nearly all lists), a negative one stands for a chain.
///
/// A chain is a header (last node, length, marks) and a ring of nodes (number, next node). Filled
/// by one thread, then only read.
final class Lists {
    /// The longest list: its records do not fit a message any more.
    static final int LENGTH_MAX = WireSections.ADDRESSES_MAX;

    private static final int EMPTY = 0;

    /// Is given the numbers of a list.
    @FunctionalInterface
    interface Taker {
        /// @return whether more are wanted
        boolean take(int number);
    }

    private int[] cells = new int[16];
    private int used = 1;

    /// The list with one more number at its end.
    ///
    /// @param marks bits that the list collects
    int append(int list, int number, int marks, int firstMarks) {
        if (list == EMPTY) {
            return number;
        }
        int chain = list < 0 ? list : chain(list, firstMarks);
        int header = -chain;
        if (cells[header + 1] < LENGTH_MAX) {
            int last = cells[header];
            int node = allocate(2);
            cells[node] = number;
            cells[node + 1] = cells[last + 1];
            cells[last + 1] = node;
            cells[header] = node;
            cells[header + 1]++;
            cells[header + 2] |= marks;
        }
        return chain;
    }

    private int chain(int number, int marks) {
        int header = allocate(5);
        int node = header + 3;
        cells[header] = node;
        cells[header + 1] = 1;
        cells[header + 2] = marks;
        cells[node] = number;
        cells[node + 1] = node;
        return -header;
    }

    private int allocate(int count) {
        if (used + count > cells.length) {
            cells = Arrays.copyOf(cells, cells.length + (cells.length >> 1) + count);
        }
        int at = used;
        used += count;
        return at;
    }

    /// How many numbers a list has.
    int length(int list) {
        return list < 0 ? cells[-list + 1] : Math.min(list, 1);
    }

    /// The marks of a chain.
    int marks(int chain) {
        return cells[-chain + 2];
    }

    /// Gives the numbers in order, as long as they are wanted.
    void forEach(int list, Taker taker) {
        if (list > 0) {
            taker.take(list);
        } else if (list < 0) {
            int last = cells[-list];
            int node = last;
            do {
                node = cells[node + 1];
            } while (taker.take(cells[node]) && node != last);
        }
    }

    /// Gives back what is not used.
    void trim() {
        cells = Arrays.copyOf(cells, used);
    }

    /// The octets that this holds on the heap.
    long footprint() {
        return 4L * cells.length;
    }
}
