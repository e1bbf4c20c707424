package dev.onoma.api.expression;

import dev.onoma.api.Durations;
import dev.onoma.api.Time;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.ZoneOffset;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// The functions of the language that take values: texts and numbers here, lists and maps in
/// [ListBuiltins].
final class Builtins {
    private static final int MANY = 1_000;

    private static final Map<String, Builtin> ALL = all();

    private Builtins() {}

    /// What a function does.
    @FunctionalInterface
    interface Work {
        Object value(Object[] arguments);
    }

    /// A function.
    ///
    /// @param parameters one letter for each: s text, n number, i whole number, l list, m map, c
    ///   list, map or text, d duration, a anything; behind `?` they may be left out, and `*` is any
    ///   number more of the last
    record Builtin(String parameters, Kind result, Work work) {
        int min() {
            int optional = parameters.indexOf('?');
            return optional < 0 ? parameters.replace("*", "").length() : optional;
        }

        int max() {
            return parameters.endsWith("*") ? MANY : parameters.replace("?", "").length();
        }

        boolean takes(int index, Kind kind) {
            var plain = parameters.replace("?", "").replace("*", "");
            return switch (plain.charAt(Math.min(index, plain.length() - 1))) {
                case 's' -> kind.maybe(Kind.STRING);
                case 'n' -> kind.maybeNumber();
                case 'i' -> kind.maybe(Kind.INT);
                case 'l' -> kind.maybe(Kind.LIST);
                case 'm' -> kind.maybe(Kind.MAP);
                case 'd' -> kind.maybe(Kind.DURATION);
                case 'c' ->
                        kind.maybe(Kind.LIST) || kind.maybe(Kind.MAP) || kind.maybe(Kind.STRING);
                default -> true;
            };
        }
    }

    static @Nullable Builtin find(String name) {
        return ALL.get(name);
    }

    private static Map<String, Builtin> all() {
        var all = new HashMap<String, Builtin>();
        texts(all);
        numbers(all);
        bits(all);
        others(all);
        ListBuiltins.addTo(all);
        return Map.copyOf(all);
    }

    private static void texts(Map<String, Builtin> all) {
        all.put("upper", text("s", a -> s(a, 0).toUpperCase(Locale.ROOT)));
        all.put("lower", text("s", a -> s(a, 0).toLowerCase(Locale.ROOT)));
        all.put("trim", text("s?s", a -> a.length == 1 ? s(a, 0).strip() : trim(s(a, 0), s(a, 1))));
        all.put(
                "trimPrefix",
                text("s?s", a -> withoutPrefix(s(a, 0), a.length == 1 ? " " : s(a, 1))));
        all.put(
                "trimSuffix",
                text("s?s", a -> withoutSuffix(s(a, 0), a.length == 1 ? " " : s(a, 1))));
        all.put("hasPrefix", of("ss", Kind.BOOL, a -> s(a, 0).startsWith(s(a, 1))));
        all.put("hasSuffix", of("ss", Kind.BOOL, a -> s(a, 0).endsWith(s(a, 1))));
        all.put("indexOf", of("ss", Kind.INT, a -> (long) s(a, 0).indexOf(s(a, 1))));
        all.put("lastIndexOf", of("ss", Kind.INT, a -> (long) s(a, 0).lastIndexOf(s(a, 1))));
        all.put(
                "split",
                of("ss?i", Kind.LIST, a -> ListBuiltins.split(s(a, 0), s(a, 1), limit(a), false)));
        all.put(
                "splitAfter",
                of("ss?i", Kind.LIST, a -> ListBuiltins.split(s(a, 0), s(a, 1), limit(a), true)));
        all.put(
                "replace",
                text(
                        "sss?i",
                        a ->
                                replace(
                                        s(a, 0),
                                        s(a, 1),
                                        s(a, 2),
                                        a.length < 4 ? -1 : Values.whole(a[3]))));
        all.put("repeat", text("si", a -> repeat(s(a, 0), Values.whole(a[1]))));
        all.put(
                "toBase64",
                text(
                        "s",
                        a ->
                                Base64.getEncoder()
                                        .encodeToString(s(a, 0).getBytes(StandardCharsets.UTF_8))));
        all.put("fromBase64", text("s", a -> fromBase64(s(a, 0))));
        all.put("string", text("a", a -> Values.shown(a[0])));
        all.put("toJSON", text("a", a -> JsonText.write(a[0])));
        all.put("fromJSON", of("s", Kind.ANY, a -> JsonText.read(s(a, 0))));
    }

    private static void numbers(Map<String, Builtin> all) {
        all.put(
                "abs",
                of(
                        "n",
                        Kind.ANY,
                        a ->
                                a[0] instanceof Long n
                                        ? (Object) Math.abs(n)
                                        : (Object) Math.abs(Values.decimal(a[0]))));
        all.put("ceil", of("n", Kind.FLOAT, a -> Math.ceil(Values.decimal(a[0]))));
        all.put("floor", of("n", Kind.FLOAT, a -> Math.floor(Values.decimal(a[0]))));
        all.put("round", of("n", Kind.FLOAT, a -> round(Values.decimal(a[0]))));
        all.put("int", of("a", Kind.INT, a -> whole(a[0])));
        all.put("float", of("a", Kind.FLOAT, a -> decimal(a[0])));
        all.put("max", of("a*", Kind.ANY, a -> extreme(ListBuiltins.flat(a), 1)));
        all.put("min", of("a*", Kind.ANY, a -> extreme(ListBuiltins.flat(a), -1)));
        all.put("mean", of("a*", Kind.ANY, a -> mean(ListBuiltins.flat(a))));
        all.put("median", of("a*", Kind.ANY, a -> median(ListBuiltins.flat(a))));
    }

    private static void bits(Map<String, Builtin> all) {
        all.put("bitand", whole("ii", a -> i(a, 0) & i(a, 1)));
        all.put("bitor", whole("ii", a -> i(a, 0) | i(a, 1)));
        all.put("bitxor", whole("ii", a -> i(a, 0) ^ i(a, 1)));
        all.put("bitnand", whole("ii", a -> i(a, 0) & ~i(a, 1)));
        all.put("bitnot", whole("i", a -> ~i(a, 0)));
        all.put("bitshl", whole("ii", a -> shift(i(a, 1)) > 63 ? 0 : i(a, 0) << i(a, 1)));
        all.put("bitshr", whole("ii", a -> i(a, 0) >> Math.min(63, shift(i(a, 1)))));
        all.put("bitushr", whole("ii", a -> shift(i(a, 1)) > 63 ? 0 : i(a, 0) >>> i(a, 1)));
    }

    private static void others(Map<String, Builtin> all) {
        all.put("now", of("", Kind.TIME, _ -> Expression.Nil.NIL)); // Calls has the clock
        all.put("duration", of("s", Kind.DURATION, a -> duration(s(a, 0))));
        all.put("date", of("s?ss", Kind.TIME, a -> Dates.parse(s(a, 0))));
        all.put("timezone", of("s", Kind.ANY, a -> Members.zone(s(a, 0))));
    }

    static Builtin of(String parameters, Kind result, Work work) {
        return new Builtin(parameters, result, work);
    }

    private static Builtin text(String parameters, Work work) {
        return of(parameters, Kind.STRING, work);
    }

    private static Builtin whole(String parameters, Work work) {
        return of(parameters, Kind.INT, work);
    }

    static String s(Object[] arguments, int index) {
        return Values.text(arguments[index]);
    }

    private static long i(Object[] arguments, int index) {
        return Values.whole(arguments[index]);
    }

    private static long limit(Object[] arguments) {
        return arguments.length < 3 ? -1 : i(arguments, 2);
    }

    private static long shift(long count) {
        if (count < 0) {
            throw Values.no("invalid operation: negative shift count " + count);
        }
        return count;
    }

    static Object now(Time time) {
        return time.now().atZone(ZoneOffset.systemDefault());
    }

    private static String trim(String text, String characters) {
        int begin = 0;
        int end = text.length();
        while (begin < end && characters.indexOf(text.charAt(begin)) >= 0) {
            begin++;
        }
        while (end > begin && characters.indexOf(text.charAt(end - 1)) >= 0) {
            end--;
        }
        return text.substring(begin, end);
    }

    private static String withoutPrefix(String text, String prefix) {
        return text.startsWith(prefix) ? text.substring(prefix.length()) : text;
    }

    private static String withoutSuffix(String text, String suffix) {
        return text.endsWith(suffix) ? text.substring(0, text.length() - suffix.length()) : text;
    }

    private static String replace(String text, String from, String to, long times) {
        var made = new StringBuilder();
        int at = 0;
        long left = times < 0 ? Long.MAX_VALUE : times;
        int found = text.indexOf(from);
        while (found >= 0 && left-- > 0 && !from.isEmpty()) {
            made.append(text, at, found).append(to);
            at = found + from.length();
            found = text.indexOf(from, at);
            if (made.length() > Values.SIZE_MAX) {
                throw Values.no("a text of more than " + Values.SIZE_MAX + " characters");
            }
        }
        return made.append(text, at, text.length()).toString();
    }

    private static String repeat(String text, long times) {
        if (times < 0 || times * text.length() > Values.SIZE_MAX || times > Values.SIZE_MAX) {
            throw Values.no("a text of more than " + Values.SIZE_MAX + " characters");
        }
        return text.repeat((int) times);
    }

    private static String fromBase64(String text) {
        try {
            return new String(Base64.getDecoder().decode(text), StandardCharsets.UTF_8);
        } catch (IllegalArgumentException e) {
            throw Values.no("illegal base64 data: " + e.getMessage());
        }
    }

    private static Object duration(String text) {
        try {
            return Durations.parse(text);
        } catch (IllegalArgumentException _) {
            throw Values.no("invalid duration \"" + text + "\"");
        }
    }

    // Half away from zero, as Go does it.
    private static double round(double number) {
        return Math.copySign(Math.floor(Math.abs(number) + 0.5), number);
    }

    private static Object whole(Object value) {
        if (value instanceof String text) {
            try {
                return Long.parseLong(text);
            } catch (NumberFormatException _) {
                throw Values.no("invalid operation: int(" + text + ")");
            }
        }
        return value instanceof Duration duration ? duration.toNanos() : Values.whole(value);
    }

    private static Object decimal(Object value) {
        if (value instanceof String text) {
            try {
                return Double.parseDouble(text);
            } catch (NumberFormatException _) {
                throw Values.no("invalid operation: float(" + text + ")");
            }
        }
        return Values.decimal(value);
    }

    private static Object extreme(List<Object> values, int sign) {
        Object best = null;
        for (var value : values) {
            var _ = Values.decimal(value); // numbers only
            best = best == null || Values.compare(value, best) * sign > 0 ? value : best;
        }
        return Values.orNil(best);
    }

    private static Object mean(List<Object> values) {
        return values.stream().mapToDouble(Values::decimal).average().orElse(0);
    }

    private static Object median(List<Object> values) {
        var sorted = values.stream().mapToDouble(Values::decimal).sorted().toArray();
        int half = sorted.length / 2;
        if (sorted.length == 0) {
            return 0.0;
        }
        return sorted.length % 2 == 1 ? sorted[half] : (sorted[half - 1] + sorted[half]) / 2;
    }
}
