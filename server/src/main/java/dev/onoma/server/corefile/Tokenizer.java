package dev.onoma.server.corefile;

import dev.onoma.api.CorefileWarning;
import dev.onoma.api.Location;
import dev.onoma.api.Word;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// Cuts the text of a Corefile into words.
///
/// White space separates words. A word that begins with a quote runs to the next quote, over lines
/// too, and `\"` is a quote in it; a quote elsewhere, and a backslash outside quotes, are ordinary
/// characters. `#` begins a comment, even within a word: `foo#bar` is `foo`. As in CoreDNS, white
/// space ends that word and the comment with it, so that `foo#bar baz` is `foo` and `baz`. Carriage
/// returns outside quotes are as if they were not there.
final class Tokenizer {
    private static final int BYTE_ORDER_MARK = 0xFEFF;

    private final String file;
    private final String text;
    private final List<String> sources;
    private final Consumer<CorefileWarning> warnings;

    private int at;
    private int line = 1;
    private int column = 1;
    private int startLine;
    private int startColumn;

    private Tokenizer(String file, String text, Consumer<CorefileWarning> warnings) {
        this.file = file;
        this.text = text;
        this.warnings = warnings;
        this.sources = List.of(text.split("\n", -1));
    }

    /// All words of a text.
    static List<Token> tokens(String file, String text, Consumer<CorefileWarning> warnings) {
        boolean marked = !text.isEmpty() && text.charAt(0) == BYTE_ORDER_MARK;
        return new Tokenizer(file, marked ? text.substring(1) : text, warnings).scan();
    }

    private List<Token> scan() {
        var tokens = new ArrayList<Token>();
        int lastLine = 0;
        for (var token = next(lastLine); token != null; token = next(lastLine)) {
            tokens.add(token);
            lastLine = startLine + (int) token.text().chars().filter(c -> c == '\n').count();
        }
        return tokens;
    }

    private @Nullable Token next(int lastLine) {
        var word = new StringBuilder();
        boolean comment = false;
        int endColumn = 0;
        while (at < text.length()) {
            int before = column;
            int c = read();
            if (isSpace(c)) {
                comment &= c != '\n';
                if (c != '\r' && !word.isEmpty()) {
                    return token(word, endColumn, lastLine);
                }
                continue;
            }
            comment |= c == '#';
            if (comment) {
                continue;
            }
            if (word.isEmpty()) {
                // A line break was not read: it ends the word before.
                startLine = line;
                startColumn = before;
                if (c == '"') {
                    return quoted(lastLine);
                }
            }
            word.appendCodePoint(c);
            endColumn = column;
        }
        return word.isEmpty() ? null : token(word, endColumn, lastLine);
    }

    private @Nullable Token quoted(int lastLine) {
        var word = new StringBuilder();
        boolean escaped = false;
        while (at < text.length()) {
            int c = read();
            if (!escaped && c == '\\') {
                escaped = true;
                continue;
            }
            if (!escaped && c == '"') {
                return token(word, endOnFirstLine(), lastLine);
            }
            if (escaped && c != '"') {
                word.append('\\');
            }
            word.appendCodePoint(c);
            escaped = false;
        }
        var unclosed = location(startColumn + 1);
        warnings.accept(new CorefileWarning(unclosed, "this quote is never closed"));
        return word.isEmpty() ? null : token(word, endOnFirstLine(), lastLine);
    }

    private int endOnFirstLine() {
        var source = sources.get(startLine - 1);
        return line == startLine ? column : source.codePointCount(0, source.length()) + 1;
    }

    private int read() {
        int c = text.codePointAt(at);
        at += Character.charCount(c);
        if (c == '\n') {
            line++;
            column = 1;
        } else {
            column++;
        }
        return c;
    }

    private Token token(StringBuilder text, int endColumn, int lastLine) {
        return new Token(new Word(text.toString(), location(endColumn)), lastLine < startLine);
    }

    private Location location(int endColumn) {
        var source = sources.get(startLine - 1);
        if (source.endsWith("\r")) {
            source = source.substring(0, source.length() - 1);
        }
        int width = Math.max(1, endColumn - startColumn);
        return new Location(file, startLine, startColumn, width, source, null);
    }

    // Unicode's White_Space, which is neither of Java's ideas of it.
    private static boolean isSpace(int c) {
        return (c >= '\t' && c <= '\r')
                || c == ' '
                || c == 0x85
                || c == 0xA0
                || c == 0x1680
                || (c >= 0x2000 && c <= 0x200A)
                || c == 0x2028
                || c == 0x2029
                || c == 0x202F
                || c == 0x205F
                || c == 0x3000;
    }
}
