package dev.onoma.api;

import java.util.List;
import org.jspecify.annotations.Nullable;

/// A line of a Corefile and the block that opens at its end: what a [Directive] is made from.
///
/// @param words at least one
/// @param block the lines between `{` and `}`; null if there are no braces
public record Line(List<Word> words, @Nullable List<Line> block) {
    public Line {
        if (words.isEmpty()) {
            throw new IllegalArgumentException("a line has at least one word");
        }
        words = List.copyOf(words);
        block = block == null ? null : List.copyOf(block);
    }

    /// The line as one would write it: one space between words, four more for each block. Two lines
    /// with the same text mean the same.
    public String text() {
        var text = new StringBuilder();
        write(text, "");
        return text.toString();
    }

    private void write(StringBuilder text, String indent) {
        var separator = indent;
        for (var word : words) {
            text.append(separator).append(quoted(word.text()));
            separator = " ";
        }
        var lines = block;
        if (lines != null) {
            text.append(" {\n");
            for (var line : lines) {
                line.write(text, indent + "    ");
                text.append('\n');
            }
            text.append(indent).append('}');
        }
    }

    private static String quoted(String word) {
        boolean plain =
                !word.isEmpty()
                        && !word.startsWith("\"")
                        && word.chars().noneMatch(c -> c == '#' || Character.isWhitespace(c));
        return plain ? word : '"' + word.replace("\"", "\\\"") + '"';
    }
}
