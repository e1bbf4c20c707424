package dev.onoma.api;

import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// Where a word stands in a Corefile, with the line around it for the excerpt of a message.
///
/// @param file as messages name it: the path given to `-conf`, or that of the imported file
/// @param line 1 for the first
/// @param column in characters, 1 for the first
/// @param width in characters, as far as the word lies on this line
/// @param source the whole line, without its line break
/// @param importedAt the `import` that brought the line in, if one did
public record Location(
        String file,
        int line,
        int column,
        int width,
        String source,
        @Nullable Location importedAt) {
    private static final int EXCERPT_LENGTH_MAX = 160;
    private static final int IMPORTS_SHOWN_MAX = 5;

    /// The same place, reached through an `import`. Only the last few imports are remembered.
    public Location importedAt(Location place) {
        return with(place.lastImports(IMPORTS_SHOWN_MAX - 1));
    }

    private Location lastImports(int depth) {
        var outer = importedAt;
        return outer == null ? this : with(depth == 0 ? null : outer.lastImports(depth - 1));
    }

    private Location with(@Nullable Location place) {
        return new Location(file, line, column, width, source, place);
    }

    /// `FILE:LINE:COLUMN`, which terminals turn into a link.
    @Override
    public String toString() {
        return file + ":" + line + ":" + column;
    }

    /// The line with carets under the word, and the imports that led here.
    String excerpt() {
        var text = new StringBuilder();
        if (!source.isBlank()) {
            text.append("%5d | %s\n".formatted(line, shown()));
            text.append("      | ").append(indent()).append("^".repeat(carets())).append('\n');
        }
        Stream.iterate(importedAt, at -> at != null, at -> at == null ? null : at.importedAt())
                .limit(IMPORTS_SHOWN_MAX)
                .forEach(at -> text.append("  imported at ").append(at).append('\n'));
        return text.toString();
    }

    // A line may be long or hold anything, and goes to a terminal: it is cut and made printable.
    private String shown() {
        var line = new StringBuilder();
        source.codePoints().skip(cut()).limit(EXCERPT_LENGTH_MAX).forEach(line::appendCodePoint);
        return printable(line.toString().stripTrailing());
    }

    /// The text with the replacement character in place of each control character but tabs.
    static String printable(String text) {
        var shown = new StringBuilder();
        text.codePoints()
                .map(c -> c == '\t' || !Character.isISOControl(c) ? c : 0xFFFD)
                .forEach(shown::appendCodePoint);
        return shown.toString();
    }

    private String indent() {
        var indent = new StringBuilder();
        source.codePoints()
                .skip(cut())
                .limit(column - 1L - cut())
                .forEach(c -> indent.append(c == '\t' ? '\t' : ' '));
        return indent.toString();
    }

    private int cut() {
        return column + Math.min(width, EXCERPT_LENGTH_MAX / 2) <= EXCERPT_LENGTH_MAX
                ? 0
                : column - 1 - EXCERPT_LENGTH_MAX / 4;
    }

    private int carets() {
        return Math.clamp(width, 1, EXCERPT_LENGTH_MAX - (column - 1 - cut()));
    }
}
