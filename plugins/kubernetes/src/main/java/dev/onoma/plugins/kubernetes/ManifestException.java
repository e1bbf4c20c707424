package dev.onoma.plugins.kubernetes;

import java.util.List;
import org.jspecify.annotations.Nullable;
import org.yaml.snakeyaml.error.Mark;
import org.yaml.snakeyaml.error.MarkedYAMLException;

/// A manifest that cannot be used: where, what was expected, what was found.
final class ManifestException extends RuntimeException {
    private static final long serialVersionUID = 1;

    private static final int EXCERPT_MAX = 120;

    ManifestException(String message) {
        super(message);
    }

    /// @param lines of the whole file
    static ManifestException at(
            String file, @Nullable Mark mark, List<String> lines, String problem) {
        if (mark == null) {
            return new ManifestException(file + ":1:1: " + problem);
        }
        int line = mark.getLine();
        int column = mark.getColumn();
        var message =
                new StringBuilder("%s:%d:%d: %s".formatted(file, line + 1, column + 1, problem));
        if (line < lines.size() && !lines.get(line).isBlank() && column < EXCERPT_MAX) {
            var text = lines.get(line).replace('\t', ' ');
            text = text.substring(0, Math.min(text.length(), EXCERPT_MAX));
            message.append("%n%5d | %s%n      | %s^".formatted(line + 1, text, " ".repeat(column)));
        }
        return new ManifestException(message.toString());
    }

    static ManifestException of(String file, MarkedYAMLException problem, List<String> lines) {
        var mark = problem.getProblemMark();
        var context = problem.getContext() == null ? "" : problem.getContext() + ": ";
        return at(file, mark, lines, "this is not YAML: " + context + problem.getProblem());
    }
}
