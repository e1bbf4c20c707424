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

    /// The address in the name of a pod: `10-0-0-1` or `fd00--1`.
    static Optional<Address> dashedAddress(String label) {
        boolean v4 = label.chars().filter(c -> c == '-').count() == 3 && !label.contains("--");
        return Address.parse(label.replace('-', v4 ? '.' : ':'));
    }
}
