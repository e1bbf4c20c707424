package dev.onoma.plugins.rewrite;

import com.google.re2j.Pattern;
import com.google.re2j.PatternSyntaxException;
import dev.onoma.api.NamePattern;
import dev.onoma.api.NamePattern.Kind;
import dev.onoma.api.Regexes;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/// How rules say which names they are for: `[exact|prefix|suffix|substring|regex] NAME`.
final class Matching {
    private Matching() {}

    /// Reads the words in front of the last `behind`.
    static NamePattern read(RuleWords words, String rule, int behind) {
        int count = words.remaining() - behind;
        if (count != 1 && count != 2) {
            throw words.wrong(
                    "too %s arguments for a %s rule".formatted(count < 1 ? "few" : "many", rule));
        }
        var kind = count == 1 ? Kind.EXACT : kind(words, rule);
        var text = words.next("NAME");
        return kind == Kind.REGEX
                ? NamePattern.of(regex(words, text))
                : NamePattern.of(kind, qualified(text));
    }

    static Kind kind(RuleWords words, String rule) {
        var word = words.lower("TYPE");
        var kind = kindOf(word);
        if (kind == null) {
            throw words.wrong(
                    "%s rule supports only exact, prefix, suffix, substring, and regex name"
                                    .formatted(rule)
                            + " matching, received: "
                            + word);
        }
        return kind;
    }

    private static @Nullable Kind kindOf(String word) {
        return switch (word) {
            case "exact" -> Kind.EXACT;
            case "prefix" -> Kind.PREFIX;
            case "suffix" -> Kind.SUFFIX;
            case "substring" -> Kind.SUBSTRING;
            case "regex" -> Kind.REGEX;
            default -> null;
        };
    }

    static String qualified(String text) {
        var lower = text.toLowerCase(Locale.ROOT);
        return lower.endsWith(".") ? lower : lower + ".";
    }

    /// Compiles the word read last.
    static Pattern regex(RuleWords words, String text) {
        try {
            return Regexes.compile(text);
        } catch (PatternSyntaxException e) {
            throw words.wrong(
                    "invalid regex matching pattern \"%s\": %s".formatted(text, e.getMessage()));
        } catch (IllegalArgumentException e) {
            throw words.wrong(String.valueOf(e.getMessage()));
        }
    }
}
