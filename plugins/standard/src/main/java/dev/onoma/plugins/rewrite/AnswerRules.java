package dev.onoma.plugins.rewrite;

import dev.onoma.api.NameKey;
import dev.onoma.api.NamePattern;
import dev.onoma.api.Query;
import dev.onoma.api.Response;
import java.util.Locale;
import org.xbill.DNS.Rcode;

/// Rules that change only answers: `ttl` and `rcode`.
final class AnswerRules {
    private static final long TTL_MAX = 0xffff_ffffL;
    private static final int RCODE_MAX = 23;

    private AnswerRules() {}

    /// Answers for these names are changed.
    private record ByName(NamePattern names, ResponseRule.Change change, boolean stops)
            implements Rule {
        @Override
        public boolean fits(Query query, NameKey name, int type, int dclass) {
            return names.matches(name);
        }

        @Override
        public boolean apply(Rewriting rewriting) {
            rewriting.onResponse(change);
            return true;
        }
    }

    /// Keeps every TTL within these seconds.
    private record TtlChange(int min, int max) implements ResponseRule.Change {
        @Override
        public void apply(Response response) {
            if (!response.isTtlKept()) {
                // What others want of the TTLs comes first.
                var _ = response.answers();
            }
            response.sections(response.sections()).ttlRange(min, max);
        }
    }

    /// Puts one response code in place of another.
    record RcodeChange(int from, int to) implements ResponseRule.Change {
        int of(int rcode) {
            return rcode == from ? to : rcode;
        }

        @Override
        public void apply(Response response) {
            response.rcode(of(response.rcode()));
        }
    }

    static Rule ttl(RuleWords words, boolean stops) {
        var names = Matching.read(words, "ttl", 1);
        var text = words.next("SECONDS");
        int dash = text.indexOf('-');
        if (dash < 0) {
            int seconds = seconds(words, text, text);
            return new ByName(names, new TtlChange(seconds, seconds), stops);
        }
        var low = text.substring(0, dash);
        var high = text.substring(dash + 1);
        int min = low.isEmpty() ? 0 : seconds(words, low, text);
        int max = high.isEmpty() ? Integer.MAX_VALUE : seconds(words, high, text);
        if (min > max || text.equals("-")) {
            throw words.wrong("invalid TTL '%s' for a ttl rule".formatted(text));
        }
        return new ByName(names, new TtlChange(min, max), stops);
    }

    private static int seconds(RuleWords words, String number, String text) {
        if (number.matches("[0-9]{1,10}") && Long.parseLong(number) <= TTL_MAX) {
            // A TTL with the top bit set means nothing (RFC 2181, section 8).
            return (int) Math.min(Integer.MAX_VALUE, Long.parseLong(number));
        }
        throw words.wrong(
                "invalid TTL '%s' for a ttl rule, expected SECONDS, MIN-MAX, MIN- or -MAX"
                        .formatted(text));
    }

    static Rule rcode(RuleWords words, boolean stops) {
        var names = Matching.read(words, "rcode", 2);
        int from = rcode(words, "matching");
        int to = rcode(words, "replacement");
        return new ByName(names, new RcodeChange(from, to), stops);
    }

    private static int rcode(RuleWords words, String what) {
        var text = words.next("RCODE").toUpperCase(Locale.ROOT);
        int rcode = text.matches("[0-9]{1,2}") ? Integer.parseInt(text) : Rcode.value(text);
        if (rcode < 0 || rcode > RCODE_MAX) {
            throw words.wrong("invalid %s RCODE '%s' for a rcode rule".formatted(what, text));
        }
        return rcode;
    }
}
