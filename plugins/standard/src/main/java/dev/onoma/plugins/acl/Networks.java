package dev.onoma.plugins.acl;

import dev.onoma.api.Cidr;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;

/// Networks, as ranges of addresses that do not overlap: looking one up is a binary search, whether
/// there are three networks or a hundred thousand. Sixteen octets for each range of IPv4 addresses,
/// thirty-two for each of IPv6.
final class Networks {
    private final Ranges four;
    private final Ranges six;

    Networks(List<Cidr> networks) {
        four =
                Ranges.of(
                        networks.stream()
                                .filter(n -> n.network() instanceof Inet4Address)
                                .toList());
        six =
                Ranges.of(
                        networks.stream()
                                .filter(n -> !(n.network() instanceof Inet4Address))
                                .toList());
    }

    boolean contains(InetAddress address) {
        var octets = address.getAddress();
        return octets.length == 4
                ? four.contains(0, u32(octets))
                : six.contains(word(octets, 0), word(octets, 8));
    }

    private static long u32(byte[] octets) {
        return (octets[0] & 0xffL) << 24
                | (octets[1] & 0xff) << 16
                | (octets[2] & 0xff) << 8
                | octets[3] & 0xff;
    }

    private static long word(byte[] octets, int at) {
        long word = 0;
        for (int i = at; i < at + 8; i++) {
            word = word << 8 | octets[i] & 0xff;
        }
        return word;
    }

    /// Ranges of numbers of 128 bits, unsigned, in rising order and apart from each other.
    private record Ranges(long[] fromHigh, long[] fromLow, long[] toHigh, long[] toLow) {
        /// The first and the last address of a network.
        private record Range(long fromHigh, long fromLow, long toHigh, long toLow) {
            static Range of(Cidr network) {
                var octets = network.network().getAddress();
                var last = octets.clone();
                for (int bit = network.prefixLength(); bit < octets.length * 8; bit++) {
                    last[bit / 8] |= (byte) (0x80 >> bit % 8);
                }
                if (octets.length == 4) {
                    return new Range(0, u32(octets), 0, u32(last));
                }
                var begin = ByteBuffer.wrap(octets);
                var end = ByteBuffer.wrap(last);
                return new Range(begin.getLong(), begin.getLong(), end.getLong(), end.getLong());
            }
        }

        static Ranges of(List<Cidr> networks) {
            var sorted =
                    networks.stream()
                            .map(Range::of)
                            .sorted(
                                    Comparator.comparing(Range::fromHigh, Long::compareUnsigned)
                                            .thenComparing(Range::fromLow, Long::compareUnsigned)
                                            // The wider of two with one begin comes first.
                                            .thenComparing(
                                                    Range::toHigh,
                                                    (a, b) -> Long.compareUnsigned(b, a))
                                            .thenComparing(
                                                    Range::toLow,
                                                    (a, b) -> Long.compareUnsigned(b, a)))
                            .toList();
            var ranges =
                    new Ranges(
                            new long[sorted.size()],
                            new long[sorted.size()],
                            new long[sorted.size()],
                            new long[sorted.size()]);
            int count = 0;
            for (var range : sorted) {
                // Networks contain each other or are apart.
                if (count > 0 && ranges.endsBehind(count - 1, range.fromHigh, range.fromLow)) {
                    continue;
                }
                ranges.fromHigh[count] = range.fromHigh;
                ranges.fromLow[count] = range.fromLow;
                ranges.toHigh[count] = range.toHigh;
                ranges.toLow[count++] = range.toLow;
            }
            return new Ranges(
                    Arrays.copyOf(ranges.fromHigh, count),
                    Arrays.copyOf(ranges.fromLow, count),
                    Arrays.copyOf(ranges.toHigh, count),
                    Arrays.copyOf(ranges.toLow, count));
        }

        private boolean endsBehind(int at, long high, long low) {
            return compare(toHigh[at], toLow[at], high, low) >= 0;
        }

        private static int compare(long aHigh, long aLow, long bHigh, long bLow) {
            int high = Long.compareUnsigned(aHigh, bHigh);
            return high != 0 ? high : Long.compareUnsigned(aLow, bLow);
        }

        boolean contains(long high, long low) {
            int begin = 0;
            int end = fromLow.length;
            while (begin < end) {
                int middle = begin + end >>> 1;
                if (compare(fromHigh[middle], fromLow[middle], high, low) <= 0) {
                    begin = middle + 1;
                } else {
                    end = middle;
                }
            }
            return begin > 0 && endsBehind(begin - 1, high, low);
        }
    }
}
