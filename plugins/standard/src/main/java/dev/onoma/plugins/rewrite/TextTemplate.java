package dev.onoma.plugins.rewrite;

import com.google.re2j.Pattern;
import dev.onoma.api.Found;

/// A text with `{0}`, `{1}`, ... for what the groups of a regular expression have found.
final class TextTemplate {
    private static final int GROUPS_MAX = 100;

    private final String text;

    private TextTemplate(String text) {
        this.text = text;
    }

    /// Reads the word read last.
    static TextTemplate of(RuleWords words, String text, Pattern pattern) {
        int used = 0;
        for (int group = 0; group <= GROUPS_MAX; group++) {
            used += text.contains("{" + group + "}") ? 1 : 0;
        }
        if (used > pattern.groupCount()) {
            throw words.wrong(
                    "the rewrite regex pattern (%s) uses more subexpressions than its corresponding"
                                    .formatted(text)
                            + " matching regex pattern ("
                            + pattern.pattern()
                            + ")");
        }
        return new TextTemplate(Matching.qualified(text));
    }

    /// The text with everything filled in. Groups that took no part are empty.
    String fill(Found found) {
        var filled = new StringBuilder();
        int at = 0;
        for (int open = text.indexOf('{'); open >= 0; open = text.indexOf('{', open + 1)) {
            int close = text.indexOf('}', open);
            var number = close < 0 ? "" : text.substring(open + 1, close);
            if (number.matches("0|[1-9][0-9]{0,2}")
                    && Integer.parseInt(number) <= found.groupCount()) {
                var value = found.group(Integer.parseInt(number));
                filled.append(text, at, open).append(value == null ? "" : value);
                at = close + 1;
            }
        }
        return filled.append(text, at, text.length()).toString();
    }
}
