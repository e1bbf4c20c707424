package dev.onoma.server.listen;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;

/// How many of something come from where: from an IPv4 address, or from the 64 bits of an IPv6
/// network, as whoever has one of its addresses may have them all. Any thread.
final class Sources {
    private final Map<Object, Integer> counts = new HashMap<>();
    // How many sources have one, two, three (of those with none nobody asks), so that the largest
    // is known without a look at all.
    private int[] sourcesWith = new int[8];
    private int largest;
    private int total;

    /// Counts one more.
    ///
    /// @return how many there are of this source
    synchronized int add(InetAddress source) {
        total++;
        int count = counts.merge(key(source), 1, Integer::sum);
        if (count == sourcesWith.length) {
            sourcesWith = Arrays.copyOf(sourcesWith, 2 * count);
        }
        sourcesWith[count - 1]--;
        sourcesWith[count]++;
        largest = Math.max(largest, count);
        return count;
    }

    /// Counts one less.
    synchronized void remove(InetAddress source) {
        var left = counts.computeIfPresent(key(source), (_, n) -> n > 1 ? n - 1 : null);
        int count = left == null ? 0 : left;
        total--;
        sourcesWith[count + 1]--;
        sourcesWith[count]++;
        if (sourcesWith[largest] == 0) {
            largest--;
        }
    }

    /// How many there are of a source.
    synchronized int of(InetAddress source) {
        return counts.getOrDefault(key(source), 0);
    }

    /// How many there are of all sources.
    synchronized int total() {
        return total;
    }

    /// How many there are of the source that has most.
    synchronized int largest() {
        return largest;
    }

    private static Object key(InetAddress source) {
        return source instanceof Inet6Address six
                ? (Object) ByteBuffer.wrap(six.getAddress()).getLong()
                : source;
    }
}
