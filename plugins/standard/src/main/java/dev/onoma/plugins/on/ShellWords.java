package dev.onoma.plugins.on;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Splits a line into words as a shell does: at spaces, but not in quotes; a backslash keeps the
/// next letter. Nothing else is special.
final class ShellWords {
    private ShellWords() {}

    /// @return null if a quote is not closed
    static @Nullable List<String> split(String line) {
        var words = new ArrayList<String>();
        var word = new StringBuilder();
        boolean inWord = false;
        char quote = 0;
        int at = 0;
        while (at < line.length()) {
            char c = line.charAt(at++);
            if (c == '\\' && quote != '\'' && at < line.length()) {
                word.append(line.charAt(at++));
                inWord = true;
            } else if (quote != 0) {
                boolean ends = c == quote;
                quote = ends ? 0 : quote;
                word.append(ends ? "" : String.valueOf(c));
            } else if (c == '"' || c == '\'') {
                quote = c;
                inWord = true;
            } else if (Character.isWhitespace(c)) {
                if (inWord) {
                    words.add(word.toString());
                }
                word.setLength(0);
                inWord = false;
            } else {
                word.append(c);
                inWord = true;
            }
        }
        if (inWord) {
            words.add(word.toString());
        }
        return quote == 0 ? words : null;
    }
}
