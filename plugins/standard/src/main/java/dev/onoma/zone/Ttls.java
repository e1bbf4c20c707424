package dev.onoma.zone;

/// TTLs as master files write them: seconds, or `1h30m`, in any case.
final class Ttls {
    private static final long MAX = 0xffff_ffffL;

    private Ttls() {}

    static boolean isTtl(Entry entry, int word) {
        return !entry.isQuoted(word)
                && entry.end(word) > entry.start(word)
                && WireName.isDigit(entry.text[entry.start(word)]);
    }

    static long read(Entry entry, int word) throws SyntaxException {
        long total = 0;
        long number = 0;
        boolean digits = false;
        for (int at = entry.start(word); at < entry.end(word); at++) {
            byte c = entry.text[at];
            if (WireName.isDigit(c)) {
                number = number * 10 + c - '0';
                digits = true;
            } else {
                long unit = unit(c);
                if (!digits || unit == 0) {
                    throw wrong(entry, word);
                }
                total += number * unit;
                number = 0;
                digits = false;
            }
            if (number > MAX || total > MAX) {
                throw wrong(entry, word);
            }
        }
        total += number;
        if (total > MAX || entry.start(word) == entry.end(word)) {
            throw wrong(entry, word);
        }
        return total;
    }

    private static long unit(byte c) {
        return switch (c | 0x20) {
            case 's' -> 1;
            case 'm' -> 60;
            case 'h' -> 3600;
            case 'd' -> 86_400;
            case 'w' -> 604_800;
            default -> 0;
        };
    }

    private static SyntaxException wrong(Entry entry, int word) {
        return new SyntaxException(
                "a time is seconds or such as 1h30m, up to %d, not \"%s\""
                        .formatted(MAX, entry.word(word)));
    }

    /// A TTL as it is served: a set top bit counts as zero (RFC 2181, section 8).
    static int served(long ttl) {
        return ttl > Integer.MAX_VALUE ? 0 : (int) ttl;
    }
}
