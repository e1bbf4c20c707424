package dev.onoma.plugins.template;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/// Go's ways to write values as text, and texts as literals.
final class GoText {
    /// What stands for nothing.
    static final Object NIL =
            new Object() {
                @Override
                public String toString() {
                    return "<no value>";
                }
            };

    private static final int WIDTH_MAX = 1_000;

    private GoText() {}

    /// Resolves the escapes of a literal.
    static String unquote(String text) {
        var plain = new StringBuilder();
        int at = 0;
        while (at < text.length()) {
            char c = text.charAt(at++);
            if (c == '\\') {
                at = unescape(text, at, plain);
            } else {
                plain.append(c);
            }
        }
        return plain.toString();
    }

    // Returns the offset behind the escape.
    private static int unescape(String text, int at, StringBuilder plain) {
        char escape = at < text.length() ? text.charAt(at) : ' ';
        int known = "abfnrtv\\\"'".indexOf(escape);
        if (known >= 0) {
            plain.append("\u0007\b\f\n\r\t\u000b\\\"'".charAt(known));
            return at + 1;
        }
        int digits = escape == 'x' ? 2 : escape == 'u' ? 4 : escape == 'U' ? 8 : 3;
        int from = digits == 3 ? at : at + 1;
        try {
            plain.appendCodePoint(
                    Integer.parseInt(text, from, from + digits, digits == 3 ? 8 : 16));
            return from + digits;
        } catch (RuntimeException _) {
            throw new GoException("invalid syntax in quoted string");
        }
    }

    /// Go's `%v`.
    static String of(Object value) {
        return switch (value) {
            case Double number ->
                    number == Math.rint(number) && Math.abs(number) < 1e21
                            ? Long.toString(number.longValue())
                            : number.toString();
            case List<?> list ->
                    "[" + String.join(" ", list.stream().map(GoText::of).toList()) + "]";
            case Map<?, ?> map ->
                    "map["
                            + String.join(
                                    " ",
                                    map.entrySet().stream()
                                            .map(e -> e.getKey() + ":" + of(e.getValue()))
                                            .sorted()
                                            .toList())
                            + "]";
            default -> value.toString();
        };
    }

    /// Go's `Sprint`: space between operands of which neither is a text.
    static String print(Object[] values) {
        var text = new StringBuilder();
        for (int i = 0; i < values.length; i++) {
            boolean space =
                    i > 0 && !(values[i] instanceof String) && !(values[i - 1] instanceof String);
            text.append(space ? " " : "").append(of(values[i]));
        }
        return text.toString();
    }

    /// Go's `Sprintln`.
    static String println(Object[] values) {
        var text = new StringBuilder();
        for (int i = 0; i < values.length; i++) {
            text.append(i > 0 ? " " : "").append(of(values[i]));
        }
        return text.append('\n').toString();
    }

    /// Go's `Sprintf`, for the verbs `v s q d b o x X c U t e f g` and `%`, with flags, width and
    /// precision.
    ///
    /// @param values the format first
    static String printf(Object[] values) {
        var format = of(values[0]);
        var text = new StringBuilder();
        int next = 1;
        int at = 0;
        while (at < format.length()) {
            char c = format.charAt(at++);
            if (c != '%') {
                text.append(c);
                continue;
            }
            int begin = at;
            while (at < format.length() && "+-# 0123456789.".indexOf(format.charAt(at)) >= 0) {
                at++;
            }
            if (at >= format.length()) {
                return text.append("%!(NOVERB)").toString();
            }
            char verb = format.charAt(at++);
            if (verb == '%') {
                text.append('%');
            } else if (next >= values.length) {
                text.append("%!").append(verb).append("(MISSING)");
            } else {
                text.append(formatted(format.substring(begin, at - 1), verb, values[next++]));
            }
        }
        return text.toString();
    }

    private static String formatted(String flags, char verb, Object value) {
        int dot = flags.indexOf('.');
        var width = (dot < 0 ? flags : flags.substring(0, dot)).replaceAll("[+# -]", "");
        var precision = dot < 0 ? "" : flags.substring(dot + 1);
        boolean zero = width.startsWith("0") && !flags.contains("-");
        var plain =
                verb(
                        verb,
                        value,
                        flags,
                        precision.isEmpty() ? dot < 0 ? -1 : 0 : number(precision));
        int wanted = width.isEmpty() ? 0 : number(width);
        if (plain.length() >= wanted) {
            return plain;
        }
        var padding = (zero ? "0" : " ").repeat(wanted - plain.length());
        if (flags.contains("-")) {
            return plain + padding;
        }
        boolean sign = zero && (plain.startsWith("-") || plain.startsWith("+"));
        return sign ? plain.charAt(0) + padding + plain.substring(1) : padding + plain;
    }

    private static int number(String digits) {
        int number = digits.length() > 4 ? WIDTH_MAX : Integer.parseInt(digits);
        return Math.min(WIDTH_MAX, number);
    }

    private static String verb(char verb, Object value, String flags, int precision) {
        return switch (verb) {
            case 'v' -> of(value);
            case 's' ->
                    value instanceof Long || value instanceof Boolean
                            ? wrong(verb, value)
                            : cut(of(value), precision);
            case 'q' -> value instanceof String text ? quote(text) : wrong(verb, value);
            case 't' -> value instanceof Boolean truth ? truth.toString() : wrong(verb, value);
            case 'd', 'b', 'o', 'c', 'U' ->
                    value instanceof Long number ? whole(verb, number, flags) : wrong(verb, value);
            case 'x', 'X' -> hex(verb, value);
            case 'e', 'f', 'g' ->
                    value instanceof Double number && !number.isInfinite() && !number.isNaN()
                            ? decimal(verb, number, precision < 0 ? 6 : precision)
                            : wrong(verb, value);
            default -> wrong(verb, value);
        };
    }

    // Of what the number is, not of how Java writes it.
    private static String decimal(char verb, double number, int precision) {
        return verb == 'f'
                ? new BigDecimal(number).setScale(precision, RoundingMode.HALF_EVEN).toPlainString()
                : String.format(Locale.ROOT, "%." + precision + verb, number);
    }

    private static String cut(String text, int precision) {
        return precision >= 0 && precision < text.length() ? text.substring(0, precision) : text;
    }

    private static String whole(char verb, long number, String flags) {
        return switch (verb) {
            case 'b' -> Long.toString(number, 2);
            case 'o' -> Long.toString(number, 8);
            case 'c' ->
                    Character.isValidCodePoint((int) number)
                            ? Character.toString((int) number)
                            : "\ufffd";
            case 'U' -> String.format(Locale.ROOT, "U+%04X", number);
            default -> (flags.contains("+") && number >= 0 ? "+" : "") + number;
        };
    }

    private static String hex(char verb, Object value) {
        var hex =
                switch (value) {
                    case Long number -> Long.toString(number, 16);
                    case String text -> {
                        var digits = new StringBuilder();
                        for (byte octet : text.getBytes(java.nio.charset.StandardCharsets.UTF_8)) {
                            digits.append(String.format(Locale.ROOT, "%02x", octet));
                        }
                        yield digits.toString();
                    }
                    default -> wrong(verb, value);
                };
        return verb == 'X' ? hex.toUpperCase(Locale.ROOT) : hex;
    }

    private static String wrong(char verb, Object value) {
        return "%!" + verb + "(" + kind(value) + "=" + of(value) + ")";
    }

    static String kind(Object value) {
        return switch (value) {
            case String _ -> "string";
            case Long _ -> "int";
            case Double _ -> "float64";
            case Boolean _ -> "bool";
            case List<?> _ -> "[]string";
            case Map<?, ?> _ -> "map[string]string";
            default -> value == NIL ? "nil" : value.getClass().getSimpleName();
        };
    }

    /// A text as a Go literal.
    static String quote(String text) {
        var quoted = new StringBuilder("\"");
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            switch (c) {
                case '"', '\\' -> quoted.append('\\').append(c);
                case '\n' -> quoted.append("\\n");
                case '\t' -> quoted.append("\\t");
                default -> quoted.append(c);
            }
        }
        return quoted.append('"').toString();
    }
}
