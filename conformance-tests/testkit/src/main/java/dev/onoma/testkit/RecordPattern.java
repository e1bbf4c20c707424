package dev.onoma.testkit;

import java.net.InetAddress;
import java.util.List;
import org.xbill.DNS.Record;

/// A record as a scenario writes it: `OWNER TTL CLASS TYPE DATA`, `*` in any word for anything.
///
/// A TTL may be a range, `295..300`, or a limit, `<=300`.
record RecordPattern(Line where, List<String> words) {
    private static final int TTL = 1;
    private static final int TYPE = 3;

    RecordPattern {
        words = List.copyOf(words);
    }

    static RecordPattern parse(Line line, String text) {
        var words = Records.words(text);
        if (words.size() < 4) {
            throw line.wrong("expected a record, OWNER TTL CLASS TYPE DATA");
        }
        return new RecordPattern(line, words.stream().map(RecordPattern::canonical).toList());
    }

    /// An IPv6 address in its shortest form; any other word as it is.
    private static String canonical(String word) {
        if (word.indexOf(':') < 0 || word.indexOf('*') >= 0 || word.startsWith("\"")) {
            return word;
        }
        try {
            return Records.shortest(InetAddress.ofLiteral(word));
        } catch (IllegalArgumentException _) {
            return word; // a word with a colon that is no address, such as a NAPTR expression
        }
    }

    boolean matches(Record record) {
        var actual = Records.words(Records.text(record));
        boolean anyData = words.getLast().equals("*") && words.size() <= TYPE + 2;
        if (anyData ? actual.size() < words.size() - 1 : actual.size() != words.size()) {
            return false;
        }
        int compared = anyData ? words.size() - 1 : words.size();
        for (int i = 0; i < compared; i++) {
            boolean same =
                    i == TTL
                            ? ttlMatches(words.get(i), record.getTTL())
                            : Glob.matches(words.get(i), actual.get(i));
            if (!same) {
                return false;
            }
        }
        return true;
    }

    private boolean ttlMatches(String pattern, long ttl) {
        try {
            int dots = pattern.indexOf("..");
            if (pattern.equals("*")) {
                return true;
            } else if (pattern.startsWith("<=")) {
                return ttl <= Long.parseLong(pattern.substring(2));
            } else if (dots > 0) {
                return ttl >= Long.parseLong(pattern.substring(0, dots))
                        && ttl <= Long.parseLong(pattern.substring(dots + 2));
            }
            return ttl == Long.parseLong(pattern);
        } catch (NumberFormatException _) {
            throw where.wrong("a TTL is a number, 295..300, <=300 or *, not " + pattern);
        }
    }

    @Override
    public String toString() {
        return String.join(" ", words);
    }
}
