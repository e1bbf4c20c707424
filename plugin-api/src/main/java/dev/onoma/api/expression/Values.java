package dev.onoma.api.expression;

import dev.onoma.api.Durations;
import dev.onoma.api.expression.Expression.Nil;
import java.time.Duration;
import java.time.ZonedDateTime;
import java.util.List;
import java.util.Map;

/// What can be done with values whatever they are.
final class Values {
    /// The most elements of a list, or characters of a text, that an expression makes.
    static final int SIZE_MAX = 1_000_000;

    private Values() {}

    static ValueException no(String message) {
        return new ValueException(message);
    }

    static Object orNil(@org.jspecify.annotations.Nullable Object value) {
        return value == null ? Nil.NIL : value;
    }

    static String kindOf(Object value) {
        return switch (value) {
            case Boolean _ -> "bool";
            case Long _ -> "int";
            case Double _ -> "float64";
            case String _ -> "string";
            case List<?> _ -> "array";
            case Map<?, ?> _ -> "map";
            case Duration _ -> "duration";
            case ZonedDateTime _ -> "time";
            case Nil _ -> "nil";
            default -> value.getClass().getSimpleName();
        };
    }

    static long whole(Object value) {
        return switch (value) {
            case Long number -> number;
            case Double number -> number.longValue();
            default -> throw no("cannot use " + kindOf(value) + " as int");
        };
    }

    static double decimal(Object value) {
        return switch (value) {
            case Long number -> number.doubleValue();
            case Double number -> number;
            default -> throw no("cannot use " + kindOf(value) + " as float64");
        };
    }

    static String text(Object value) {
        if (value instanceof String text) {
            return text;
        }
        throw no("cannot use " + kindOf(value) + " as string");
    }

    @SuppressWarnings("unchecked") // Lists are only made here, of what expressions hold.
    static List<Object> list(Object value) {
        if (value instanceof List<?> list) {
            return (List<Object>) list;
        }
        throw no("cannot use " + kindOf(value) + " as array");
    }

    @SuppressWarnings("unchecked") // Maps are only made here, of what expressions hold.
    static Map<String, Object> map(Object value) {
        if (value instanceof Map<?, ?> map) {
            return (Map<String, Object>) map;
        }
        throw no("cannot use " + kindOf(value) + " as map");
    }

    static boolean truth(Object value) {
        if (value instanceof Boolean truth) {
            return truth;
        }
        throw no("cannot use " + kindOf(value) + " as bool");
    }

    /// Whether two values are equal; a whole number is equal to the same with decimals.
    static boolean same(Object a, Object b) {
        if (a instanceof Number && b instanceof Number && a.getClass() != b.getClass()) {
            return decimal(a) == decimal(b);
        }
        if (a instanceof ZonedDateTime one && b instanceof ZonedDateTime other) {
            return one.isEqual(other);
        }
        return a.equals(b);
    }

    /// @throws ValueException if they have no order
    static int compare(Object a, Object b) {
        if (a instanceof Long one && b instanceof Long other) {
            return one.compareTo(other);
        }
        if (a instanceof Number && b instanceof Number) {
            return Double.compare(decimal(a), decimal(b));
        }
        if (a instanceof String one && b instanceof String other) {
            return one.compareTo(other);
        }
        if (a instanceof Duration one && b instanceof Duration other) {
            return one.compareTo(other);
        }
        if (a instanceof ZonedDateTime one && b instanceof ZonedDateTime other) {
            return one.toInstant().compareTo(other.toInstant());
        }
        throw no("invalid operation: %s < %s".formatted(kindOf(a), kindOf(b)));
    }

    /// The text of any value, as `string()` gives it.
    static String shown(Object value) {
        return switch (value) {
            case Double number -> shown(number.doubleValue());
            case Duration duration -> Durations.format(duration);
            case List<?> list ->
                    "[" + String.join(" ", list.stream().map(v -> shown(orNil(v))).toList()) + "]";
            case Map<?, ?> map ->
                    "map["
                            + String.join(
                                    " ",
                                    map.entrySet().stream()
                                            .map(e -> e.getKey() + ":" + shown(orNil(e.getValue())))
                                            .sorted()
                                            .toList())
                            + "]";
            default -> value.toString();
        };
    }

    /// Go's `%v` of a number.
    static String shown(double number) {
        if (number == Math.rint(number) && Math.abs(number) < 1e21) {
            return java.math.BigDecimal.valueOf(number)
                    .setScale(0, java.math.RoundingMode.UNNECESSARY)
                    .toPlainString();
        }
        var text = Double.toString(number);
        int exponent = text.indexOf('E');
        if (exponent < 0) {
            return Double.isInfinite(number) ? number > 0 ? "+Inf" : "-Inf" : text;
        }
        return java.math.BigDecimal.valueOf(number)
                .stripTrailingZeros()
                .toString()
                .replace("E-", "e-")
                .replace("E+", "e+");
    }
}
