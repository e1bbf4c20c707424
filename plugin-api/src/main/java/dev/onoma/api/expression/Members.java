package dev.onoma.api.expression;

import dev.onoma.api.expression.Expression.Nil;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.ZoneId;
import java.time.ZonedDateTime;
import java.time.temporal.IsoFields;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Fields, elements and parts of values, and the methods of times and durations.
final class Members {
    private Members() {}

    static Node field(Node base, Token name, boolean optional) {
        if (!base.kind().maybe(Kind.MAP)) {
            throw new ExpressionException(
                    "type %s has no field %s".formatted(base.kind(), name.text()), name.at());
        }
        return Node.of(
                Kind.ANY,
                f -> {
                    var value = base.value(f);
                    if (value == Nil.NIL && optional) {
                        return value;
                    }
                    if (value instanceof Map<?, ?> map) {
                        return Values.orNil(map.get(name.text()));
                    }
                    throw Values.no(
                            "cannot fetch %s from %s".formatted(name.text(), Values.kindOf(value)));
                });
    }

    static Node index(Node base, Node index, boolean optional, int begin) {
        boolean possible = base.kind().maybe(Kind.LIST) || base.kind().maybe(Kind.MAP);
        if (!possible) {
            throw new ExpressionException(
                    "type %s[%s] is undefined".formatted(base.kind(), index.kind()), begin);
        }
        if (base.kind() == Kind.LIST && !index.kind().maybe(Kind.INT)) {
            throw new ExpressionException(
                    "array elements can only be selected using an integer (got %s)"
                            .formatted(index.kind()),
                    begin);
        }
        return Node.of(
                Kind.ANY,
                f -> {
                    var value = base.value(f);
                    return value == Nil.NIL && optional ? value : element(value, index.value(f));
                });
    }

    private static Object element(Object base, Object index) {
        if (base instanceof Map<?, ?> map) {
            return Values.orNil(map.get(index));
        }
        var list = Values.list(base);
        long at = Values.whole(index);
        at += at < 0 ? list.size() : 0;
        if (at < 0 || at >= list.size()) {
            throw Values.no(
                    "index out of range: %s (array length is %d)".formatted(index, list.size()));
        }
        return list.get((int) at);
    }

    static Node slice(Node base, @Nullable Node from, @Nullable Node to, int begin) {
        boolean text = base.kind().maybe(Kind.STRING);
        if (!text && !base.kind().maybe(Kind.LIST)) {
            throw new ExpressionException("cannot slice " + base.kind(), begin);
        }
        return Node.of(
                base.kind(),
                f -> {
                    var value = base.value(f);
                    int size = value instanceof String s ? s.length() : Values.list(value).size();
                    int first = from == null ? 0 : bound(from.value(f), size);
                    int end = to == null ? size : bound(to.value(f), size);
                    first = Math.min(first, end);
                    return value instanceof String s
                            ? s.substring(first, end)
                            : List.copyOf(Values.list(value).subList(first, end));
                });
    }

    private static int bound(Object value, int size) {
        long at = Values.whole(value);
        return Math.clamp(at < 0 ? at + size : at, 0, size);
    }

    static Node method(Node base, Token name, List<Node> arguments) {
        boolean possible = base.kind().maybe(Kind.TIME) || base.kind().maybe(Kind.DURATION);
        var kind = possible ? kindOfMethod(name.text()) : null;
        if (kind == null) {
            throw new ExpressionException(
                    "type %s has no method %s".formatted(base.kind(), name.text()), name.at());
        }
        var argument =
                arguments.isEmpty() ? Node.constant(Kind.NIL, Nil.NIL) : arguments.getFirst();
        if (arguments.size() != (takesArgument(name.text()) ? 1 : 0)) {
            throw new ExpressionException(
                    (arguments.isEmpty() ? "not enough" : "too many")
                            + " arguments to call "
                            + name.text(),
                    name.at());
        }
        return Node.of(
                kind,
                f -> {
                    var value = base.value(f);
                    var given = argument.value(f);
                    return switch (value) {
                        case ZonedDateTime time -> ofTime(time, name.text(), given);
                        case Duration duration -> ofDuration(duration, name.text());
                        default ->
                                throw Values.no(
                                        "%s has no method %s"
                                                .formatted(Values.kindOf(value), name.text()));
                    };
                });
    }

    private static boolean takesArgument(String method) {
        return List.of("Add", "Sub", "In", "Before", "After", "Equal").contains(method);
    }

    private static @Nullable Kind kindOfMethod(String name) {
        return switch (name) {
            case "Year", "Month", "Day", "Hour", "Minute", "Second", "Nanosecond", "Weekday" ->
                    Kind.INT;
            case "YearDay", "Unix", "UnixMilli", "Nanoseconds", "Milliseconds", "ISOWeek" ->
                    Kind.INT;
            case "Hours", "Minutes", "Seconds" -> Kind.FLOAT;
            case "String" -> Kind.STRING;
            case "Add", "In", "UTC" -> Kind.TIME;
            case "Sub" -> Kind.DURATION;
            case "Before", "After", "Equal", "IsZero" -> Kind.BOOL;
            default -> null;
        };
    }

    private static Object ofTime(ZonedDateTime time, String name, Object argument) {
        return switch (name) {
            case "Year" -> (long) time.getYear();
            case "Month" -> (long) time.getMonthValue();
            case "Day" -> (long) time.getDayOfMonth();
            case "Hour" -> (long) time.getHour();
            case "Minute" -> (long) time.getMinute();
            case "Second" -> (long) time.getSecond();
            case "Nanosecond" -> (long) time.getNano();
            case "Weekday" -> (long) time.getDayOfWeek().getValue() % 7; // Sunday is 0
            case "YearDay" -> (long) time.getDayOfYear();
            case "ISOWeek" -> (long) time.get(IsoFields.WEEK_OF_WEEK_BASED_YEAR);
            case "Unix" -> time.toEpochSecond();
            case "UnixMilli" -> time.toInstant().toEpochMilli();
            case "IsZero" -> false;
            case "String" -> time.toString();
            case "UTC" -> time.withZoneSameInstant(ZoneId.of("UTC"));
            default -> withArgument(time, name, argument);
        };
    }

    private static Object withArgument(ZonedDateTime time, String name, Object argument) {
        if (argument instanceof Duration duration && name.equals("Add")) {
            return time.plus(duration);
        }
        if (argument instanceof ZoneId zone && name.equals("In")) {
            return time.withZoneSameInstant(zone);
        }
        if (argument instanceof ZonedDateTime other) {
            return switch (name) {
                case "Sub" -> Duration.between(other, time);
                case "Before" -> time.isBefore(other);
                case "After" -> time.isAfter(other);
                case "Equal" -> time.isEqual(other);
                default -> throw Values.no("time has no method " + name);
            };
        }
        throw Values.no(
                "cannot use %s as argument to call %s".formatted(Values.kindOf(argument), name));
    }

    private static Object ofDuration(Duration duration, String name) {
        return switch (name) {
            case "Hours" -> duration.toNanos() / 3.6e12;
            case "Minutes" -> duration.toNanos() / 6e10;
            case "Seconds" -> duration.toNanos() / 1e9;
            case "Milliseconds" -> duration.toMillis();
            case "Nanoseconds" -> duration.toNanos();
            case "String" -> Values.shown(duration);
            default -> throw Values.no("duration has no method " + name);
        };
    }

    /// @throws ValueException if there is no such zone
    static Object zone(String name) {
        try {
            return ZoneId.of(name);
        } catch (DateTimeException _) {
            throw Values.no("unknown time zone " + name);
        }
    }
}
