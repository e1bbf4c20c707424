package dev.onoma.plugins.kubernetes;

import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Addresses to text and back, without ever asking a resolver: IPv6 is written as RFC 5952 says.
final class AddressText {
    private static final int GROUPS = 8;
    private static final int TEXT_MAX = 45;

    private AddressText() {}

    static Optional<Address> parse(String text) {
        if (text.isEmpty() || text.length() > TEXT_MAX) {
            return Optional.empty();
        }
        if (text.indexOf(':') < 0) {
            long bits = parseV4(text);
            return bits < 0 ? Optional.empty() : Optional.of(new Address.V4((int) bits));
        }
        return Optional.ofNullable(parseV6(text));
    }

    /// The 32 bits, or -1: four decimal numbers without leading zeros.
    private static long parseV4(String text) {
        long bits = 0;
        int octet = -1;
        int octets = 0;
        for (int i = 0; i <= text.length(); i++) {
            char c = i < text.length() ? text.charAt(i) : '.';
            if (c == '.') {
                if (octet < 0 || ++octets > 4) {
                    return -1;
                }
                bits = bits << 8 | octet;
                octet = -1;
            } else if (c < '0' || c > '9' || octet == 0) {
                return -1;
            } else {
                octet = Math.max(octet, 0) * 10 + c - '0';
                if (octet > 255) {
                    return -1;
                }
            }
        }
        return octets == 4 ? bits : -1;
    }

    private static @Nullable Address parseV6(String text) {
        int gap = text.indexOf("::");
        int[] groups = new int[GROUPS];
        if (gap < 0) {
            return parseGroups(text, groups, 0) == GROUPS ? join(groups) : null;
        }
        int[] tail = new int[GROUPS];
        String after = text.substring(gap + 2);
        int before = parseGroups(text.substring(0, gap), groups, 1);
        int behind = parseGroups(after, tail, 1);
        if (before < 0 || behind < 0 || before + behind >= GROUPS || before > 6 + 1) {
            return null;
        }
        if (gap > 0 && text.substring(0, gap).indexOf('.') >= 0) {
            return null; // the dotted form is the last part only
        }
        System.arraycopy(tail, 0, groups, GROUPS - behind, behind);
        return join(groups);
    }

    /// How many groups the text holds, or -1; an empty text holds none when `emptyAllowed` is 1.
    private static int parseGroups(String text, int[] groups, int emptyAllowed) {
        if (text.isEmpty()) {
            return emptyAllowed == 1 ? 0 : -1;
        }
        int count = 0;
        int start = 0;
        while (start <= text.length()) {
            int end = text.indexOf(':', start);
            end = end < 0 ? text.length() : end;
            String group = text.substring(start, end);
            boolean last = end == text.length();
            if (last && group.indexOf('.') >= 0) {
                long bits = parseV4(group);
                if (bits < 0 || count > GROUPS - 2) {
                    return -1;
                }
                groups[count] = (int) (bits >>> 16);
                groups[count + 1] = (int) (bits & 0xffff);
                return count + 2;
            }
            int value = parseGroup(group);
            if (value < 0 || count == GROUPS) {
                return -1;
            }
            groups[count++] = value;
            start = end + 1;
        }
        return count;
    }

    private static int parseGroup(String group) {
        if (group.isEmpty() || group.length() > 4) {
            return -1;
        }
        int value = 0;
        for (int i = 0; i < group.length(); i++) {
            int digit = group.charAt(i) < 128 ? Character.digit(group.charAt(i), 16) : -1;
            if (digit < 0) {
                return -1;
            }
            value = value << 4 | digit;
        }
        return value;
    }

    private static Address join(int[] groups) {
        long high = 0;
        long low = 0;
        for (int i = 0; i < GROUPS / 2; i++) {
            high = high << 16 | groups[i];
            low = low << 16 | groups[i + GROUPS / 2];
        }
        return Address.ofHalves(high, low);
    }

    static String format(Address.V4 address) {
        int bits = address.bits();
        return (bits >>> 24)
                + "."
                + (bits >>> 16 & 0xff)
                + "."
                + (bits >>> 8 & 0xff)
                + "."
                + (bits & 0xff);
    }

    static String format(Address.V6 address) {
        int[] groups = new int[GROUPS];
        for (int i = 0; i < GROUPS; i++) {
            long half = i < 4 ? address.high() : address.low();
            groups[i] = (int) (half >>> (48 - 16 * (i % 4)) & 0xffff);
        }
        int gapStart = longestZeros(groups);
        int gapEnd = gapStart;
        while (gapEnd < GROUPS && gapStart >= 0 && groups[gapEnd] == 0) {
            gapEnd++;
        }
        var text = new StringBuilder();
        for (int i = 0; i < GROUPS; i++) {
            if (i == gapStart) {
                text.append("::");
                i = gapEnd - 1;
                continue;
            }
            if (i > 0 && i != gapEnd) {
                text.append(':');
            }
            text.append(Integer.toHexString(groups[i]));
        }
        return text.toString();
    }

    /// Where the first longest run of two or more zero groups begins, or -1.
    private static int longestZeros(int[] groups) {
        int best = -1;
        int bestLength = 1;
        for (int i = 0; i < GROUPS; i++) {
            int end = i;
            while (end < GROUPS && groups[end] == 0) {
                end++;
            }
            if (end - i > bestLength) {
                best = i;
                bestLength = end - i;
            }
            i = Math.max(i, end - 1);
        }
        return best;
    }
}
