package dev.onoma.plugins.template;

import java.math.BigInteger;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// The functions of templates: Go's, but for `call`, and `parseInt`.
final class GoFunctions {
    /// `and` and `or` are not here: they look at their arguments one by one.
    static final Set<String> NAMES =
            Set.of(
                    "and",
                    "or",
                    "not",
                    "eq",
                    "ne",
                    "lt",
                    "le",
                    "gt",
                    "ge",
                    "html",
                    "js",
                    "urlquery",
                    "index",
                    "slice",
                    "len",
                    "print",
                    "printf",
                    "println",
                    "parseInt");

    private GoFunctions() {}

    static Object call(String name, Object[] arguments) {
        return switch (name) {
            case "not" -> !isTrue(count(name, arguments, 1, 1)[0]);
            case "eq" -> equal(count(name, arguments, 2, 100));
            case "ne" -> !same(count(name, arguments, 2, 2)[0], arguments[1]);
            case "lt" -> compare(count(name, arguments, 2, 2)) < 0;
            case "le" -> compare(count(name, arguments, 2, 2)) <= 0;
            case "gt" -> compare(count(name, arguments, 2, 2)) > 0;
            case "ge" -> compare(count(name, arguments, 2, 2)) >= 0;
            case "html" -> html(GoText.print(arguments));
            case "js" -> js(GoText.print(arguments));
            case "urlquery" -> URLEncoder.encode(GoText.print(arguments), StandardCharsets.UTF_8);
            case "index" -> index(count(name, arguments, 1, 100));
            case "slice" -> slice(count(name, arguments, 1, 3));
            case "len" -> length(count(name, arguments, 1, 1)[0]);
            case "print" -> GoText.print(arguments);
            case "printf" -> GoText.printf(count(name, arguments, 1, 100));
            case "println" -> GoText.println(arguments);
            case "parseInt" -> parseInt(count(name, arguments, 3, 3));
            default -> throw new GoException("function \"" + name + "\" not defined");
        };
    }

    private static Object[] count(String name, Object[] arguments, int min, int max) {
        if (arguments.length < min || arguments.length > max) {
            throw new GoException(
                    "wrong number of args for %s: want %s%d got %d"
                            .formatted(name, min == max ? "" : "at least ", min, arguments.length));
        }
        return arguments;
    }

    static boolean isTrue(Object value) {
        return switch (value) {
            case Boolean truth -> truth;
            case Long number -> number != 0;
            case Double number -> number != 0;
            case String text -> !text.isEmpty();
            case List<?> list -> !list.isEmpty();
            case Map<?, ?> map -> !map.isEmpty();
            default -> value != GoText.NIL;
        };
    }

    private static boolean equal(Object[] arguments) {
        for (int i = 1; i < arguments.length; i++) {
            if (same(arguments[0], arguments[i])) {
                return true;
            }
        }
        return false;
    }

    private static boolean same(Object a, Object b) {
        if (a == GoText.NIL || b == GoText.NIL) {
            return a == b;
        }
        if (a.getClass() != b.getClass()) {
            throw new GoException("incompatible types for comparison");
        }
        return a.equals(b);
    }

    private static int compare(Object[] arguments) {
        if (arguments[0] instanceof Long a && arguments[1] instanceof Long b) {
            return a.compareTo(b);
        }
        if (arguments[0] instanceof Double a && arguments[1] instanceof Double b) {
            return a.compareTo(b);
        }
        if (arguments[0] instanceof String a && arguments[1] instanceof String b) {
            return a.compareTo(b);
        }
        throw new GoException("incompatible types for comparison");
    }

    private static Object index(Object[] arguments) {
        var value = arguments[0];
        for (int i = 1; i < arguments.length; i++) {
            var key = arguments[i];
            value =
                    switch (value) {
                        case List<?> list -> list.get(place(key, list.size()));
                        case String text -> (long) text.charAt(place(key, text.length()));
                        // A key that is not there has the empty value of its kind.
                        case Map<?, ?> map -> map.containsKey(key) ? map.get(key) : "";
                        default ->
                                throw new GoException(
                                        "can't index item of type " + GoText.kind(arguments[0]));
                    };
        }
        return value;
    }

    private static int place(Object key, int size) {
        if (!(key instanceof Long at)) {
            throw new GoException("cannot index slice/array with type " + GoText.kind(key));
        }
        if (at < 0 || at >= size) {
            throw new GoException("error calling index: index out of range: " + at);
        }
        return at.intValue();
    }

    private static Object slice(Object[] arguments) {
        int size = (int) (long) length(arguments[0]);
        int from = arguments.length > 1 ? bound(arguments[1], size) : 0;
        int to = arguments.length > 2 ? bound(arguments[2], size) : size;
        if (from > to) {
            throw new GoException("invalid slice index: %d > %d".formatted(from, to));
        }
        return arguments[0] instanceof String text
                ? text.substring(from, to)
                : List.copyOf(((List<?>) arguments[0]).subList(from, to));
    }

    private static int bound(Object value, int size) {
        if (value instanceof Long at && at >= 0 && at <= size) {
            return at.intValue();
        }
        throw new GoException("error calling slice: index out of range: " + GoText.of(value));
    }

    private static Long length(Object value) {
        return switch (value) {
            case String text -> (long) text.length();
            case List<?> list -> (long) list.size();
            case Map<?, ?> map -> (long) map.size();
            default ->
                    throw new GoException("error calling len: len of type " + GoText.kind(value));
        };
    }

    // Go's strconv.ParseUint.
    private static Object parseInt(Object[] arguments) {
        if (!(arguments[0] instanceof String text)
                || !(arguments[1] instanceof Long base)
                || !(arguments[2] instanceof Long bits)) {
            throw new GoException(
                    "wrong type for value; expected parseInt STRING BASE BITS, got "
                            + Arrays.stream(arguments).map(GoText::kind).toList());
        }
        try {
            int radix = base == 0 ? prefix(text) : base.intValue();
            var digits =
                    base == 0 && radix != 10 ? text.substring(text.startsWith("0x") ? 2 : 1) : text;
            var number = new BigInteger(digits, radix);
            if (!text.startsWith("+")
                    && number.signum() >= 0
                    && number.bitLength() <= (bits == 0 ? 64 : bits)
                    && number.bitLength() < 64) {
                return number.longValue();
            }
        } catch (NumberFormatException _) {
            throw new GoException(
                    "error calling parseInt: strconv.ParseUint: parsing %s: invalid syntax"
                            .formatted(GoText.quote(text)));
        }
        throw new GoException(
                "error calling parseInt: strconv.ParseUint: parsing %s: value out of range"
                        .formatted(GoText.quote(text)));
    }

    private static int prefix(String text) {
        return text.startsWith("0x") ? 16 : text.startsWith("0") && text.length() > 1 ? 8 : 10;
    }

    private static String html(String text) {
        return text.replace("&", "&amp;")
                .replace("<", "&lt;")
                .replace(">", "&gt;")
                .replace("\"", "&#34;")
                .replace("'", "&#39;");
    }

    private static String js(String text) {
        return text.replace("\\", "\\\\")
                .replace("'", "\\'")
                .replace("\"", "\\\"")
                .replace("<", "\\u003C")
                .replace(">", "\\u003E")
                .replace("&", "\\u0026")
                .replace("=", "\\u003D")
                .replace("\n", "\\u000A");
    }
}
