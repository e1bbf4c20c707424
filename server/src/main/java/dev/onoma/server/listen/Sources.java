package dev.onoma.server.listen;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.Map;

/// How many of something come from where: from an IPv4 address, or from the 64 bits of an IPv6
/// network, as whoever has one of its addresses may have them all. Any thread.
final class Sources {
    private final Map<Object, Integer> counts = new HashMap<>();
    private int total;

    /// Counts one more.
    ///
    /// @return how many there are of this source
    synchronized int add(InetAddress source) {
        total++;
        return counts.merge(key(source), 1, Integer::sum);
    }

    /// Counts one less.
    synchronized void remove(InetAddress source) {
        total--;
        counts.computeIfPresent(key(source), (_, n) -> n > 1 ? n - 1 : null);
    }

    /// How many there are of all sources.
    synchronized int total() {
        return total;
    }

    /// How many there are of the source that has most.
    synchronized int largest() {
        int largest = 0;
        for (int count : counts.values()) {
            largest = Math.max(largest, count);
        }
        return largest;
    }

    private static Object key(InetAddress source) {
        return source instanceof Inet6Address six
                ? (Object) ByteBuffer.wrap(six.getAddress()).getLong()
                : source;
    }
}
