package dev.onoma.plugins.kubernetes;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.util.Optional;

/// An IPv4 or IPv6 address as the store keeps it: 16 or 32 bytes of heap, compared by value.
///
/// An IPv4 address mapped into IPv6 (`::ffff:10.0.0.1`) is the IPv4 address.
sealed interface Address {
    /// An IPv4 address.
    ///
    /// @param bits the four octets, the first one on top
    record V4(int bits) implements Address {
        @Override
        public String toString() {
            return AddressText.format(this);
        }
    }

    /// An IPv6 address.
    ///
    /// @param high the first eight octets
    /// @param low the last eight octets
    record V6(long high, long low) implements Address {
        @Override
        public String toString() {
            return AddressText.format(this);
        }
    }

    /// Reads the usual text forms; empty for anything else, host names included.
    static Optional<Address> parse(String text) {
        return AddressText.parse(text);
    }

    /// The address in four or sixteen octets, as [InetAddress#getAddress] gives them.
    ///
    /// @throws IllegalArgumentException for any other number of octets
    static Address of(byte[] octets) {
        var buffer = ByteBuffer.wrap(octets);
        return switch (octets.length) {
            case 4 -> new V4(buffer.getInt());
            case 16 -> ofHalves(buffer.getLong(), buffer.getLong());
            default ->
                    throw new IllegalArgumentException(
                            "an address has 4 or 16 octets, not " + octets.length);
        };
    }

    static Address ofHalves(long high, long low) {
        boolean mapped = high == 0 && low >>> 32 == 0xffff;
        return mapped ? new V4((int) low) : new V6(high, low);
    }

    default boolean isV4() {
        return this instanceof V4;
    }

    /// Four or sixteen octets in network order.
    default byte[] octets() {
        return switch (this) {
            case V4(int bits) -> ByteBuffer.allocate(4).putInt(bits).array();
            case V6(long high, long low) ->
                    ByteBuffer.allocate(16).putLong(high).putLong(low).array();
        };
    }

    /// Writes the [#octets].
    default void put(ByteBuffer target) {
        switch (this) {
            case V4(int bits) -> target.putInt(bits);
            case V6(long high, long low) -> target.putLong(high).putLong(low);
        }
    }

    default InetAddress toInetAddress() {
        try {
            return InetAddress.getByAddress(octets());
        } catch (UnknownHostException e) {
            throw new IllegalStateException("four or sixteen octets are always an address", e);
        }
    }
}
