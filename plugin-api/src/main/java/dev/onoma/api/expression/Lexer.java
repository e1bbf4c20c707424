package dev.onoma.api.expression;

import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/// Takes a text apart into words.
final class Lexer {
    /// Operators that are words.
    static final Set<String> WORDS =
            Set.of("and", "or", "not", "in", "matches", "contains", "startsWith", "endsWith");

    private static final List<String> LONG_OPERATORS =
            List.of("||", "&&", "==", "!=", "<=", ">=", "..", "**", "??", "?.");
    private static final String OPERATORS = "+-*/%^<>!?:.,;()[]{}|#=";

    private final String text;
    private final List<Token> tokens = new ArrayList<>();
    private int at;

    private Lexer(String text) {
        this.text = text;
    }

    /// The words, with [Token.Type#END] as the last.
    static List<Token> tokens(String text) {
        var lexer = new Lexer(text);
        lexer.read();
        return lexer.tokens;
    }

    private void read() {
        while (skipBlank()) {
            int begin = at;
            char c = text.charAt(at);
            if ((c == 'b' || c == 'B') && at + 1 < text.length() && isQuote(text.charAt(at + 1))) {
                at++;
                add(Token.Type.BYTES, quoted(), begin);
            } else if (isNameStart(c)) {
                name();
            } else if (isDigit(c) || c == '.' && at + 1 < text.length() && isDigit(peek(1))) {
                number();
            } else if (isQuote(c)) {
                add(Token.Type.STRING, quoted(), begin);
            } else if (c == '`') {
                add(Token.Type.STRING, raw(), begin);
            } else {
                operator();
            }
        }
        tokens.add(new Token(Token.Type.END, "", "", text.length()));
    }

    private void add(Token.Type type, String word, int begin) {
        tokens.add(new Token(type, word, word, begin));
    }

    private boolean skipBlank() {
        while (at < text.length()) {
            if (Character.isWhitespace(text.charAt(at))) {
                at++;
            } else if (text.startsWith("//", at)) {
                int end = text.indexOf('\n', at);
                at = end < 0 ? text.length() : end;
            } else if (text.startsWith("/*", at)) {
                int end = text.indexOf("*/", at + 2);
                if (end < 0) {
                    throw new ExpressionException("unclosed comment", at);
                }
                at = end + 2;
            } else {
                return true;
            }
        }
        return false;
    }

    private void name() {
        int begin = at;
        while (at < text.length() && (isNameStart(text.charAt(at)) || isDigit(text.charAt(at)))) {
            at++;
        }
        var word = text.substring(begin, at);
        add(WORDS.contains(word) ? Token.Type.OPERATOR : Token.Type.NAME, word, begin);
    }

    private void operator() {
        int begin = at;
        for (var operator : LONG_OPERATORS) {
            if (text.startsWith(operator, at)) {
                at += 2;
                add(Token.Type.OPERATOR, operator, begin);
                return;
            }
        }
        char c = text.charAt(at++);
        if (OPERATORS.indexOf(c) < 0) {
            throw new ExpressionException("unrecognized character: '" + c + "'", begin);
        }
        add(Token.Type.OPERATOR, String.valueOf(c), begin);
    }

    private void number() {
        int begin = at;
        int radix = radix();
        boolean whole = true;
        while (at < text.length()) {
            char c = text.charAt(at);
            boolean exponent = radix == 10 && (c == 'e' || c == 'E');
            // A range such as 1..3 is no number with a point.
            if (radix == 10 && c == '.' && peek(1) != '.' && whole) {
                whole = false;
            } else if (exponent) {
                whole = false;
                at += peek(1) == '+' || peek(1) == '-' ? 1 : 0;
            } else if (Character.digit(c, radix) < 0 && c != '_') {
                break;
            }
            at++;
        }
        if (at < text.length() && isNameStart(text.charAt(at))) {
            throw new ExpressionException(
                    "bad number syntax: \"" + text.substring(begin, at + 1) + "\"", begin);
        }
        var digits = text.substring(begin, at);
        tokens.add(
                new Token(Token.Type.NUMBER, digits, numberOf(digits, radix, whole, begin), begin));
    }

    private int radix() {
        if (text.charAt(at) != '0') {
            return 10;
        }
        int radix =
                switch (peek(1)) {
                    case 'x', 'X' -> 16;
                    case 'o', 'O' -> 8;
                    case 'b', 'B' -> 2;
                    default -> 10;
                };
        at += radix == 10 ? 0 : 2;
        return radix;
    }

    private static Object numberOf(String digits, int radix, boolean whole, int begin) {
        var plain = digits.replace("_", "");
        try {
            return whole
                    ? (Object)
                            new BigInteger(radix == 10 ? plain : plain.substring(2), radix)
                                    .longValueExact()
                    : (Object) Double.valueOf(plain);
        } catch (NumberFormatException | ArithmeticException _) {
            throw new ExpressionException("invalid number literal: " + digits, begin);
        }
    }

    private String raw() {
        int end = text.indexOf('`', at + 1);
        if (end < 0) {
            throw new ExpressionException("literal not terminated", at);
        }
        var word = text.substring(at + 1, end);
        at = end + 1;
        return word;
    }

    private String quoted() {
        int begin = at;
        char quote = text.charAt(at++);
        var word = new StringBuilder();
        while (at < text.length() && text.charAt(at) != quote) {
            char c = text.charAt(at++);
            if (c == '\\') {
                escape(word);
            } else {
                word.append(c);
            }
        }
        if (at >= text.length()) {
            throw new ExpressionException("literal not terminated", begin);
        }
        at++;
        return word.toString();
    }

    private void escape(StringBuilder word) {
        int begin = at - 1;
        char c = at < text.length() ? text.charAt(at++) : ' ';
        int plain = "abfnrtv\\'\"`".indexOf(c);
        if (plain >= 0) {
            word.append("\u0007\b\f\n\r\t\u000b\\'\"`".charAt(plain));
            return;
        }
        int digits =
                switch (c) {
                    case 'x' -> 2;
                    case 'u' -> 4;
                    case 'U' -> 8;
                    case '0', '1', '2', '3' -> 3;
                    default -> 0;
                };
        int from = digits == 3 ? at - 1 : at;
        try {
            int code = Integer.parseInt(text, from, from + digits, digits == 3 ? 8 : 16);
            at = from + digits;
            word.appendCodePoint(code);
        } catch (RuntimeException _) {
            throw new ExpressionException("unknown escape sequence \\" + c, begin);
        }
    }

    /// The octets of a byte string, as texts that hold one character for each.
    static String octets(String text) {
        return new String(text.getBytes(StandardCharsets.UTF_8), StandardCharsets.ISO_8859_1);
    }

    private char peek(int ahead) {
        return at + ahead < text.length() ? text.charAt(at + ahead) : '\0';
    }

    private static boolean isQuote(char c) {
        return c == '\'' || c == '"';
    }

    private static boolean isDigit(char c) {
        return c >= '0' && c <= '9';
    }

    private static boolean isNameStart(char c) {
        return Character.isLetter(c) || c == '_' || c == '$';
    }
}
