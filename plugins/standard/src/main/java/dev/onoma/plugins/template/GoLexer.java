package dev.onoma.plugins.template;

import java.util.ArrayList;
import java.util.List;

/// Takes a Go template apart: text, and the words of actions between `{{` and `}}`.
final class GoLexer {
    private static final String OPEN = "{{";
    private static final String CLOSE = "}}";

    private final String text;
    private final List<Token> tokens = new ArrayList<>();
    private int at;

    /// What a token is.
    enum Type {
        TEXT,
        OPEN,
        CLOSE,
        /// A name such as `if` or `index`.
        NAME,
        /// `.Field`, without the dot.
        FIELD,
        /// `$x`, with the dollar.
        VARIABLE,
        /// The dot alone.
        DOT,
        NUMBER,
        STRING,
        /// `|`, `:=`, `=`, `,`, `(`, `)`.
        SIGN,
        END
    }

    /// @param spaced whether there is space in front
    record Token(Type type, String text, boolean spaced) {
        boolean is(String sign) {
            return type == Type.SIGN && text.equals(sign);
        }

        boolean isName(String name) {
            return type == Type.NAME && text.equals(name);
        }
    }

    private GoLexer(String text) {
        this.text = text;
    }

    /// @throws GoException if the text is no template
    static List<Token> tokens(String text) {
        var lexer = new GoLexer(text);
        lexer.read();
        return lexer.tokens;
    }

    private void add(Type type, String word, boolean spaced) {
        tokens.add(new Token(type, word, spaced));
    }

    private void read() {
        boolean trim = false;
        while (true) {
            int open = text.indexOf(OPEN, at);
            var literal = text.substring(at, open < 0 ? text.length() : open);
            literal = trim ? literal.stripLeading() : literal;
            boolean trimBefore = open >= 0 && isTrim(open + 2);
            literal = trimBefore ? literal.stripTrailing() : literal;
            if (!literal.isEmpty()) {
                add(Type.TEXT, literal, false);
            }
            if (open < 0) {
                add(Type.END, "", false);
                return;
            }
            at = open + 2 + (trimBefore ? 2 : 0);
            trim = text.startsWith("/*", at) ? comment() : action();
        }
    }

    // `{{- ` trims, `{{-1}}` is a number.
    private boolean isTrim(int offset) {
        return text.startsWith("-", offset)
                && offset + 1 < text.length()
                && Character.isWhitespace(text.charAt(offset + 1));
    }

    private boolean comment() {
        int end = text.indexOf("*/", at);
        if (end < 0) {
            throw new GoException("unclosed comment");
        }
        at = end + 2;
        boolean trim = text.startsWith(" -}}", at);
        at += trim ? 2 : 0;
        if (!text.startsWith(CLOSE, at)) {
            throw new GoException("comment ends before closing delimiter");
        }
        at += 2;
        return trim;
    }

    private boolean action() {
        add(Type.OPEN, OPEN, false);
        while (true) {
            boolean spaced = skipBlank();
            boolean trim = spaced && text.startsWith("-" + CLOSE, at);
            if (trim || text.startsWith(CLOSE, at)) {
                add(Type.CLOSE, CLOSE, spaced);
                at += trim ? 3 : 2;
                return trim;
            }
            if (at >= text.length()) {
                throw new GoException("unclosed action");
            }
            word(spaced);
        }
    }

    private boolean skipBlank() {
        int begin = at;
        while (at < text.length() && Character.isWhitespace(text.charAt(at))) {
            at++;
        }
        return at > begin;
    }

    private void word(boolean spaced) {
        char c = text.charAt(at);
        if (c == '.' && !isDigit(at + 1)) {
            at++;
            var name = name();
            add(name.isEmpty() ? Type.DOT : Type.FIELD, name, spaced);
        } else if (c == '$') {
            at++;
            add(Type.VARIABLE, "$" + name(), spaced);
        } else if (Character.isLetter(c) || c == '_') {
            add(Type.NAME, name(), spaced);
        } else if (Character.isDigit(c) || "+-.".indexOf(c) >= 0) {
            add(Type.NUMBER, number(), spaced);
        } else if (c == '"') {
            add(Type.STRING, GoText.unquote(quoted('"')), spaced);
        } else if (c == '`') {
            add(Type.STRING, quoted('`'), spaced);
        } else if (c == '\'') {
            var letter = GoText.unquote(quoted('\''));
            add(Type.NUMBER, Integer.toString(letter.codePointAt(0)), spaced);
        } else {
            sign(spaced);
        }
    }

    private void sign(boolean spaced) {
        var sign = text.startsWith(":=", at) ? ":=" : text.substring(at, at + 1);
        if (!sign.equals(":=") && "|=,()".indexOf(sign.charAt(0)) < 0) {
            throw new GoException("unexpected \"" + sign + "\" in command");
        }
        at += sign.length();
        add(Type.SIGN, sign, spaced);
    }

    private boolean isDigit(int offset) {
        return offset < text.length() && Character.isDigit(text.charAt(offset));
    }

    private String name() {
        int begin = at;
        while (at < text.length()
                && (Character.isLetterOrDigit(text.charAt(at)) || text.charAt(at) == '_')) {
            at++;
        }
        return text.substring(begin, at);
    }

    private String number() {
        int begin = at++;
        while (at < text.length()
                && (Character.isLetterOrDigit(text.charAt(at))
                        || "._".indexOf(text.charAt(at)) >= 0)) {
            at++;
        }
        return text.substring(begin, at);
    }

    // The text between two quotes, escapes as they are.
    private String quoted(char quote) {
        int begin = ++at;
        while (at < text.length() && text.charAt(at) != quote) {
            at += text.charAt(at) == '\\' && quote != '`' ? 2 : 1;
        }
        if (at >= text.length()) {
            throw new GoException(
                    quote == '`' ? "unterminated raw quoted string" : "unterminated quoted string");
        }
        at++;
        return text.substring(begin, at - 1);
    }
}
