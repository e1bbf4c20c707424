package dev.onoma.api;

import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.xbill.DNS.Name;

/// A network of IP addresses, such as `10.0.0.0/8` (RFC 4632) or `2001:db8::/32` (RFC 4291).
///
/// @param network its first address
/// @param prefixLength 0 to 32 or 128 bits that all its addresses share
public record Cidr(InetAddress network, int prefixLength) {
    /// Clears the bits of `network` behind the prefix.
    ///
    /// @throws IllegalArgumentException if the prefix is longer than the address
    public Cidr {
        var bytes = network.getAddress();
        if (prefixLength < 0 || prefixLength > bytes.length * 8) {
            throw new IllegalArgumentException("prefix of " + prefixLength + " bits");
        }
        for (int bit = prefixLength; bit < bytes.length * 8; bit++) {
            bytes[bit / 8] &= (byte) ~(0x80 >> bit % 8);
        }
        network = address(bytes);
    }

    /// Reads `ADDRESS/BITS`; bits of the address behind the prefix are cleared.
    public static Optional<Cidr> parse(String text) {
        int slash = text.lastIndexOf('/');
        var bits = text.substring(slash + 1);
        if (slash < 0 || bits.isEmpty() || bits.length() > 3 || !isDecimal(bits)) {
            return Optional.empty();
        }
        var written = text.substring(0, slash);
        return written.contains("%")
                ? Optional.empty()
                : Addresses.parse(written).flatMap(a -> of(written, a, Integer.parseInt(bits)));
    }

    private static Optional<Cidr> of(String written, InetAddress address, int writtenBits) {
        // ::ffff:10.0.0.0/104 is the network 10.0.0.0/8 (RFC 4291, section 2.5.5.2).
        boolean mapped = written.contains(":") && address instanceof Inet4Address;
        int bits = mapped ? writtenBits - 96 : writtenBits;
        return bits < 0 || bits > address.getAddress().length * 8
                ? Optional.empty()
                : Optional.of(new Cidr(address, bits));
    }

    /// Whether the address lies in this network; false for one of the other family.
    public boolean contains(InetAddress address) {
        var inside = network.getAddress();
        var asked = address.getAddress();
        if (inside.length != asked.length) {
            return false;
        }
        int whole = prefixLength / 8;
        if (Arrays.mismatch(inside, 0, whole, asked, 0, whole) >= 0) {
            return false;
        }
        int rest = prefixLength % 8;
        return rest == 0 || (inside[whole] ^ asked[whole]) >> (8 - rest) == 0;
    }

    /// The reverse zones (RFC 1035, section 3.5; RFC 3596, section 2.5) that cover this network and
    /// nothing else: one, or if the prefix ends within a label, one for each value of that label.
    public List<Name> reverseZones() {
        int labelBits = network instanceof Inet4Address ? 8 : 4;
        int labels = Math.ceilDiv(prefixLength, labelBits);
        int count = 1 << (labels * labelBits - prefixLength);
        var zones = new ArrayList<Name>();
        for (int i = 0; i < count; i++) {
            zones.add(reverseZone(labels, labelBits, i));
        }
        return zones;
    }

    private Name reverseZone(int labels, int labelBits, int offset) {
        var bytes = network.getAddress();
        var text = new StringBuilder();
        for (int label = labels - 1; label >= 0; label--) {
            int value =
                    labelBits == 8
                            ? bytes[label] & 0xFF
                            : bytes[label / 2] >> (label % 2 == 0 ? 4 : 0) & 0xF;
            value += label == labels - 1 ? offset : 0;
            text.append(labelBits == 8 ? Integer.toString(value) : Integer.toHexString(value));
            text.append('.');
        }
        return Name.fromConstantString(text + (labelBits == 8 ? "in-addr.arpa." : "ip6.arpa."));
    }

    /// `10.0.0.0/8`
    @Override
    public String toString() {
        return network.getHostAddress() + "/" + prefixLength;
    }

    private static boolean isDecimal(String text) {
        return text.chars().allMatch(c -> c >= '0' && c <= '9');
    }

    private static InetAddress address(byte[] bytes) {
        try {
            return InetAddress.getByAddress(bytes);
        } catch (UnknownHostException e) {
            throw new AssertionError("4 or 16 octets are an address", e);
        }
    }
}
