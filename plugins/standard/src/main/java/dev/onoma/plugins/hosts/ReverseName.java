package dev.onoma.plugins.hosts;

import dev.onoma.api.NameKey;
import java.nio.charset.StandardCharsets;

/// Reads addresses out of reverse names, without allocating.
final class ReverseName {
    private static final byte[] ARPA = ascii("arpa");
    private static final byte[] IN_ADDR = ascii("in-addr");
    private static final byte[] IP6 = ascii("ip6");
    private static final int LABELS_4 = 4;
    private static final int LABELS_6 = 32;

    private ReverseName() {}

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }

    /// The IPv4 address of a name of `in-addr.arpa.` (RFC 1035, section 3.5), or -1.
    static long address4(NameKey name) {
        if (name.labels() != LABELS_4 + 2
                || !name.labelEquals(LABELS_4, IN_ADDR)
                || !name.labelEquals(LABELS_4 + 1, ARPA)) {
            return -1;
        }
        long address = 0;
        for (int label = LABELS_4 - 1; label >= 0; label--) {
            int octet = octet(name, name.labelOffset(label));
            if (octet < 0) {
                return -1;
            }
            address = address << 8 | octet;
        }
        return address;
    }

    // A decimal number of up to three digits, without leading zeros.
    private static int octet(NameKey name, int at) {
        int digits = name.octet(at);
        if (digits > 3 || digits > 1 && name.octet(at + 1) == '0') {
            return -1;
        }
        int value = 0;
        for (int i = 1; i <= digits; i++) {
            int digit = name.octet(at + i) - '0';
            if (digit < 0 || digit > 9) {
                return -1;
            }
            value = value * 10 + digit;
        }
        return value <= 255 ? value : -1;
    }

    /// Whether this is the name of one IPv6 address in `ip6.arpa.` (RFC 3596, section 2.5).
    static boolean isAddress6(NameKey name) {
        if (name.labels() != LABELS_6 + 2
                || !name.labelEquals(LABELS_6, IP6)
                || !name.labelEquals(LABELS_6 + 1, ARPA)) {
            return false;
        }
        for (int label = 0; label < LABELS_6; label++) {
            int at = name.labelOffset(label);
            if (name.octet(at) != 1 || Character.digit(name.octet(at + 1), 16) < 0) {
                return false;
            }
        }
        return true;
    }

    /// The first 64 bits of an address that [#isAddress6].
    static long high(NameKey name) {
        return bits(name, LABELS_6 / 2);
    }

    /// The last 64 bits of an address that [#isAddress6].
    static long low(NameKey name) {
        return bits(name, 0);
    }

    private static long bits(NameKey name, int firstLabel) {
        long bits = 0;
        for (int label = firstLabel + 15; label >= firstLabel; label--) {
            int nibble = Character.digit(name.octet(name.labelOffset(label) + 1), 16);
            bits = bits << 4 | nibble;
        }
        return bits;
    }
}
