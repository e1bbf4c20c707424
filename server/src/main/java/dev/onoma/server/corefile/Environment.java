package dev.onoma.server.corefile;

import dev.onoma.api.Word;
import java.util.Map;

/// Replaces `{%NAME%}` and `{$NAME}` by environment variables; those that are not set are empty.
///
/// Values may contain references. CoreDNS replaces those of a variable that contains its own for
/// ever; here that is a problem.
final class Environment {
    private static final int REPLACEMENTS_MAX = 100;
    private static final int VALUE_LENGTH_MAX = 1 << 20;

    private final Map<String, String> variables;
    private final Problems problems;

    Environment(Map<String, String> variables, Problems problems) {
        this.variables = variables;
        this.problems = problems;
    }

    /// The word with all references replaced; it stays one word.
    Word replace(Word word) {
        var text = word.text();
        if (!text.contains("{%") && !text.contains("{$")) {
            return word;
        }
        var percent = replace(word, text, "{%", "%}");
        return new Word(replace(word, percent, "{$", "}"), word.location());
    }

    private String replace(Word word, String text, String open, String close) {
        int start = text.indexOf(open);
        for (int replaced = 0; start >= 0; replaced++) {
            int end = text.indexOf(close, start);
            int nameStart = start + open.length();
            if (end < 0 || end <= nameStart) {
                return text;
            }
            if (replaced >= REPLACEMENTS_MAX || text.length() > VALUE_LENGTH_MAX) {
                problems.add(
                        word.location(),
                        "the environment variable "
                                + text.substring(nameStart, end)
                                + " contains a reference to itself, or is too long");
                return "";
            }
            var reference = text.substring(start, end + close.length());
            var value = variables.getOrDefault(text.substring(nameStart, end), "");
            text = text.replace(reference, value);
            start = text.indexOf(open);
        }
        return text;
    }
}
