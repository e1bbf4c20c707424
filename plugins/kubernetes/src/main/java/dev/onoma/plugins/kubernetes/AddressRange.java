package dev.onoma.plugins.kubernetes;

import java.util.Optional;

/// A CIDR prefix whose addresses can be counted.
///
/// @param first the address with all host bits zero
/// @param prefixBits length of the prefix
record AddressRange(Address first, int prefixBits) {
    /// More host bits than this are not used: 4 billion addresses are enough for one cluster.
    private static final int HOST_BITS_MAX = 32;

    /// As in Kubernetes, the low addresses of a range are left for people to choose from, at least
    /// 16 and at most 256 of them (KEP 3070); `10.96.0.1` and `10.96.0.10` lie there.
    private static final int CHOSEN_BY_HAND_MIN = 16;

    private static final int CHOSEN_BY_HAND_MAX = 256;

    /// Reads `10.96.0.0/12`; empty unless it is an address, a slash and a fitting prefix length.
    static Optional<AddressRange> parse(String text) {
        int slash = text.indexOf('/');
        if (slash < 0 || !text.substring(slash + 1).matches("\\d{1,3}")) {
            return Optional.empty();
        }
        int prefixBits = Integer.parseInt(text.substring(slash + 1));
        return Address.parse(text.substring(0, slash))
                .filter(address -> prefixBits <= (address.isV4() ? 32 : 128))
                .map(address -> new AddressRange(masked(address, prefixBits), prefixBits));
    }

    private static Address masked(Address address, int prefixBits) {
        return switch (address) {
            case Address.V4(int bits) ->
                    new Address.V4(prefixBits == 0 ? 0 : bits & (-1 << (32 - prefixBits)));
            case Address.V6(long high, long low) -> {
                long highMask = prefixBits == 0 ? 0 : -1L << Math.max(0, 64 - prefixBits);
                long lowMask = prefixBits <= 64 ? 0 : -1L << (128 - prefixBits);
                yield Address.ofHalves(high & highMask, low & lowMask);
            }
        };
    }

    boolean contains(Address address) {
        return address.isV4() == first.isV4() && masked(address, prefixBits).equals(first);
    }

    /// Number of addresses that may be given out, the low ones and the last one left aside.
    long size() {
        return Math.max(0, all() - chosenByHand() - 1);
    }

    /// @param index 0 to [#size] - 1
    Address at(long index) {
        long offset = chosenByHand() + index;
        return switch (first) {
            case Address.V4(int bits) -> new Address.V4(bits + (int) offset);
            case Address.V6(long high, long low) -> Address.ofHalves(high, low + offset);
        };
    }

    private long all() {
        int width = first.isV4() ? 32 : 128;
        return 1L << Math.min(HOST_BITS_MAX, width - prefixBits);
    }

    private long chosenByHand() {
        return Math.min(Math.max(CHOSEN_BY_HAND_MIN, all() / 16), CHOSEN_BY_HAND_MAX);
    }

    @Override
    public String toString() {
        return first + "/" + prefixBits;
    }
}
