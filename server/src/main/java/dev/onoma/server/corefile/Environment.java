package dev.onoma.server.corefile;

import dev.onoma.api.CorefileWarning;
import dev.onoma.api.Location;
import dev.onoma.api.Word;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;

/// Replaces `{%NAME%}` and `{$NAME}` by environment variables; those that are not set are empty, as
/// in CoreDNS, but each is warned of once.
///
/// Values may contain references. CoreDNS replaces those of a variable that contains its own for
/// ever; here that is a problem.
final class Environment {
    private static final int REPLACEMENTS_MAX = 100;
    private static final int VALUE_LENGTH_MAX = 1 << 20;

    private final Map<String, String> variables;
    private final Problems problems;
    private final Consumer<CorefileWarning> warnings;
    private final Set<Unset> warned = new HashSet<>();

    Environment(
            Map<String, String> variables, Problems problems, Consumer<CorefileWarning> warnings) {
        this.variables = variables;
        this.problems = problems;
        this.warnings = warnings;
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
            text = text.replace(reference, value(word, text.substring(nameStart, end)));
            start = text.indexOf(open);
        }
        return text;
    }

    private String value(Word word, String variable) {
        var value = variables.get(variable);
        if (value != null) {
            return value;
        }
        if (warned.add(new Unset(word.location(), variable))) {
            warnings.accept(new CorefileWarning(word.location(), unset(word, variable)));
        }
        return "";
    }

    private static String unset(Word word, String variable) {
        var message = "the environment variable \"" + variable + "\" is not set";
        return word.text().contains("{{$" + variable)
                ? message + "; a variable of a template is written {{ $" + variable + " }}"
                : message;
    }

    /// A variable that is missing, and where.
    private record Unset(Location location, String variable) {}
}
