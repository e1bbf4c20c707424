package dev.onoma.plugins.kubernetes;

import dev.onoma.api.NameKey;
import java.util.Optional;

/// Addresses that are spelled as names.
final class ReverseNames {
    private static final int V4_LABELS = 4 + 2;
    private static final int V6_LABELS = 32 + 2;

    private ReverseNames() {}

    /// The address of a name under `in-addr.arpa` (RFC 1035, section 3.5) or `ip6.arpa` (RFC 3596,
    /// section 2.5); empty if it is not a whole address.
    static Optional<Address> address(NameKey name) {
        if (name.labels() == V4_LABELS && name.labelText(4).equals("in-addr")) {
            return Address.parse(
                    "%s.%s.%s.%s"
                            .formatted(
                                    name.labelText(3),
                                    name.labelText(2),
                                    name.labelText(1),
                                    name.labelText(0)));
        }
        if (name.labels() != V6_LABELS || !name.labelText(32).equals("ip6")) {
            return Optional.empty();
        }
        long high = 0;
        long low = 0;
        for (int label = 31; label >= 0; label--) {
            var text = name.labelText(label);
            int digit = text.length() == 1 ? Character.digit(text.charAt(0), 16) : -1;
            if (digit < 0) {
                return Optional.empty();
            }
            high = high << 4 | low >>> 60;
            low = low << 4 | digit;
        }
        return Optional.of(Address.ofHalves(high, low));
    }

    /// The addresses whose names lie in a zone: `1.10.in-addr.arpa` is `10.1.0.0/16`; empty if it
    /// is no reverse zone.
    static Optional<AddressRange> range(NameKey zone) {
        int below = zone.labels() - 2;
        boolean v4 = below >= 0 && zone.labelText(below).equals("in-addr");
        boolean v6 = below >= 0 && zone.labelText(below).equals("ip6");
        int most = v4 ? 4 : 32;
        if (!v4 && !v6 || below > most || !zone.labelText(below + 1).equals("arpa")) {
            return Optional.empty();
        }
        var text = new StringBuilder();
        for (int i = 0; i < most; i++) {
            boolean separated = v4 || i % 4 == 0;
            text.append(i > 0 && separated ? v4 ? "." : ":" : "");
            text.append(i < below ? zone.labelText(below - 1 - i) : "0");
        }
        return AddressRange.parse(text + "/" + below * (v4 ? 8 : 4));
    }

    /// The address in the name of a pod: `10-0-0-1` or `fd00--1`.
    static Optional<Address> dashedAddress(String label) {
        boolean v4 = label.chars().filter(c -> c == '-').count() == 3 && !label.contains("--");
        return Address.parse(label.replace('-', v4 ? '.' : ':'));
    }
}
