package dev.onoma.api.expression;

import com.google.re2j.Pattern;
import com.google.re2j.PatternSyntaxException;
import dev.onoma.api.Regexes;
import dev.onoma.api.expression.Expression.Nil;
import java.time.Duration;
import java.time.ZonedDateTime;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// The operators, with what is known about their operands before there is a query.
final class Operators {
    /// Those that `not` may stand in front of.
    static final Set<String> NEGATABLE =
            Set.of("in", "matches", "contains", "startsWith", "endsWith");

    /// Those that may follow each other: `1 < x < 3`.
    static final Set<String> COMPARISONS = Set.of("<", ">", "<=", ">=");

    /// How tightly the power operators bind, which group to the right.
    static final int POWER = 100;

    /// How tightly operators bind, by their text.
    static final Map<String, Integer> PRECEDENCE = precedence();

    private Operators() {}

    private static Map<String, Integer> precedence() {
        var levels = new HashMap<String, Integer>();
        levels.put("|", 0);
        levels.put("or", 10);
        levels.put("||", 10);
        levels.put("and", 15);
        levels.put("&&", 15);
        for (var operator : List.of("==", "!=", "<", ">", "<=", ">=")) {
            levels.put(operator, 20);
        }
        for (var operator : List.of("in", "matches", "contains", "startsWith", "endsWith")) {
            levels.put(operator, 20);
        }
        levels.put("..", 25);
        levels.put("+", 30);
        levels.put("-", 30);
        levels.put("*", 60);
        levels.put("/", 60);
        levels.put("%", 60);
        levels.put("**", POWER);
        levels.put("^", POWER);
        levels.put("??", 500);
        return levels;
    }

    /// Makes the node of an operator between two operands.
    static Node binary(Token operator, Node a, Node b) {
        var node =
                switch (operator.text()) {
                    case "and", "&&" ->
                            bools(a, b) ? Node.test(f -> truth(a, f) && truth(b, f)) : null;
                    case "or", "||" ->
                            bools(a, b) ? Node.test(f -> truth(a, f) || truth(b, f)) : null;
                    case "==" -> equality(a, b, true);
                    case "!=" -> equality(a, b, false);
                    case "<", ">", "<=", ">=" -> order(operator.text(), a, b);
                    case "in" -> in(a, b);
                    case "matches" -> matches(operator, a, b);
                    case "contains" ->
                            texts(a, b) ? Node.test(f -> text(a, f).contains(text(b, f))) : null;
                    case "startsWith" ->
                            texts(a, b) ? Node.test(f -> text(a, f).startsWith(text(b, f))) : null;
                    case "endsWith" ->
                            texts(a, b) ? Node.test(f -> text(a, f).endsWith(text(b, f))) : null;
                    case ".." ->
                            a.kind().maybe(Kind.INT) && b.kind().maybe(Kind.INT)
                                    ? range(a, b)
                                    : null;
                    case "??" ->
                            Node.of(
                                    a.kind() == b.kind() ? a.kind() : Kind.ANY,
                                    f -> orElse(a, b, f));
                    default -> arithmetic(operator.text(), a, b);
                };
        if (node == null) {
            throw new ExpressionException(
                    "invalid operation: %s (mismatched types %s and %s)"
                            .formatted(operator.text(), a.kind(), b.kind()),
                    operator.at());
        }
        return node;
    }

    private static boolean bools(Node a, Node b) {
        return a.kind().maybe(Kind.BOOL) && b.kind().maybe(Kind.BOOL);
    }

    private static boolean texts(Node a, Node b) {
        return a.kind().maybe(Kind.STRING) && b.kind().maybe(Kind.STRING);
    }

    private static boolean truth(Node node, Frame frame) {
        return node.kind() == Kind.BOOL ? node.holds(frame) : Values.truth(node.value(frame));
    }

    private static String text(Node node, Frame frame) {
        return Values.text(node.value(frame));
    }

    private static Object orElse(Node a, Node b, Frame frame) {
        var value = a.value(frame);
        return value == Nil.NIL ? b.value(frame) : value;
    }

    @org.jspecify.annotations.Nullable
    private static Node equality(Node a, Node b, boolean wanted) {
        boolean comparable =
                a.kind().maybe(b.kind())
                        || a.kind().isNumber() && b.kind().isNumber()
                        || a.kind() == Kind.NIL
                        || b.kind() == Kind.NIL;
        return comparable ? Node.test(f -> Values.same(a.value(f), b.value(f)) == wanted) : null;
    }

    @org.jspecify.annotations.Nullable
    private static Node order(String operator, Node a, Node b) {
        boolean ordered =
                a.kind().maybeNumber() && b.kind().maybeNumber()
                        || texts(a, b)
                        || a.kind().maybe(Kind.TIME) && b.kind().maybe(Kind.TIME)
                        || a.kind().maybe(Kind.DURATION) && b.kind().maybe(Kind.DURATION);
        if (!ordered) {
            return null;
        }
        return switch (operator) {
            case "<" -> Node.test(f -> Values.compare(a.value(f), b.value(f)) < 0);
            case ">" -> Node.test(f -> Values.compare(a.value(f), b.value(f)) > 0);
            case "<=" -> Node.test(f -> Values.compare(a.value(f), b.value(f)) <= 0);
            default -> Node.test(f -> Values.compare(a.value(f), b.value(f)) >= 0);
        };
    }

    @org.jspecify.annotations.Nullable
    private static Node in(Node a, Node b) {
        if (b instanceof Node.Constant constant && constant.value() instanceof List<?> list) {
            var known = new HashSet<Object>(list);
            if (known.stream().allMatch(String.class::isInstance)) {
                return Node.test(f -> known.contains(a.value(f)));
            }
        }
        if (!b.kind().maybe(Kind.LIST) && !b.kind().maybe(Kind.MAP)) {
            return b.kind() == Kind.NIL ? Node.constant(Kind.BOOL, false) : null;
        }
        return Node.test(f -> isIn(a.value(f), b.value(f)));
    }

    private static boolean isIn(Object value, Object whole) {
        return switch (whole) {
            case Map<?, ?> map -> map.containsKey(value);
            case Nil _ -> false;
            default -> {
                for (var item : Values.list(whole)) {
                    if (Values.same(item, value)) {
                        yield true;
                    }
                }
                yield false;
            }
        };
    }

    @org.jspecify.annotations.Nullable
    private static Node matches(Token operator, Node a, Node b) {
        if (!texts(a, b)) {
            return null;
        }
        if (b instanceof Node.Constant constant && constant.value() instanceof String text) {
            var pattern = pattern(text, operator);
            return Node.test(f -> pattern.matcher(text(a, f)).find());
        }
        return Node.test(f -> {
            try {
                return Regexes.compile(text(b, f)).matcher(text(a, f)).find();
            } catch (IllegalArgumentException e) {
                throw Values.no(String.valueOf(e.getMessage()));
            }
        });
    }

    private static Pattern pattern(String text, Token operator) {
        try {
            return Regexes.compile(text);
        } catch (PatternSyntaxException e) {
            throw new ExpressionException(String.valueOf(e.getMessage()), operator.at());
        } catch (IllegalArgumentException e) {
            throw new ExpressionException(String.valueOf(e.getMessage()), operator.at());
        }
    }

    private static Node range(Node a, Node b) {
        return Node.of(
                Kind.LIST,
                f -> {
                    long from = Values.whole(a.value(f));
                    long to = Values.whole(b.value(f));
                    if (to - from >= Values.SIZE_MAX) {
                        throw Values.no("a range of more than " + Values.SIZE_MAX + " numbers");
                    }
                    var list = new ArrayList<Object>();
                    for (long number = from; number <= to; number++) {
                        list.add(number);
                    }
                    return list;
                });
    }

    @org.jspecify.annotations.Nullable
    private static Node arithmetic(String operator, Node a, Node b) {
        boolean numbers = a.kind().maybeNumber() && b.kind().maybeNumber();
        boolean whole = a.kind() == Kind.INT && b.kind() == Kind.INT;
        boolean any = a.kind() == Kind.ANY || b.kind() == Kind.ANY;
        var number = any ? Kind.ANY : whole ? Kind.INT : Kind.FLOAT;
        return switch (operator) {
            case "+" -> plus(a, b, numbers, number);
            case "-" ->
                    numbers || times(a, b)
                            ? Node.of(
                                    times(a, b) ? Kind.ANY : number,
                                    f -> minus(a.value(f), b.value(f)))
                            : null;
            case "*" -> numbers ? Node.of(number, f -> times(a.value(f), b.value(f))) : null;
            case "/" ->
                    numbers
                            ? Node.of(
                                    Kind.FLOAT,
                                    f -> Values.decimal(a.value(f)) / Values.decimal(b.value(f)))
                            : null;
            case "%" ->
                    a.kind().maybe(Kind.INT) && b.kind().maybe(Kind.INT)
                            ? Node.of(Kind.INT, f -> remainder(a.value(f), b.value(f)))
                            : null;
            case "**", "^" ->
                    numbers
                            ? Node.of(
                                    Kind.FLOAT,
                                    f ->
                                            Math.pow(
                                                    Values.decimal(a.value(f)),
                                                    Values.decimal(b.value(f))))
                            : null;
            default -> null;
        };
    }

    private static boolean times(Node a, Node b) {
        return a.kind().maybe(Kind.TIME)
                        && (b.kind().maybe(Kind.TIME) || b.kind().maybe(Kind.DURATION))
                || a.kind().maybe(Kind.DURATION) && b.kind().maybe(Kind.DURATION);
    }

    @org.jspecify.annotations.Nullable
    private static Node plus(Node a, Node b, boolean numbers, Kind number) {
        if (texts(a, b) && a.kind() == Kind.STRING && b.kind() == Kind.STRING) {
            return Node.of(Kind.STRING, f -> joined(text(a, f), text(b, f)));
        }
        boolean moments =
                times(a, b) && !(a.kind() == Kind.TIME && b.kind() == Kind.TIME)
                        || b.kind() == Kind.TIME && a.kind() == Kind.DURATION;
        return numbers || texts(a, b) || moments
                ? Node.of(
                        texts(a, b) || moments ? Kind.ANY : number,
                        f -> plus(a.value(f), b.value(f)))
                : null;
    }

    private static String joined(String a, String b) {
        if (a.length() + b.length() > Values.SIZE_MAX) {
            throw Values.no("a text of more than " + Values.SIZE_MAX + " characters");
        }
        return a + b;
    }

    private static Object plus(Object a, Object b) {
        if (a instanceof Long one && b instanceof Long other) {
            return one + other;
        }
        if (a instanceof String one && b instanceof String other) {
            return joined(one, other);
        }
        if (a instanceof ZonedDateTime time && b instanceof Duration duration) {
            return time.plus(duration);
        }
        if (a instanceof Duration duration && b instanceof ZonedDateTime time) {
            return time.plus(duration);
        }
        if (a instanceof Duration one && b instanceof Duration other) {
            return one.plus(other);
        }
        return Values.decimal(a) + Values.decimal(b);
    }

    private static Object minus(Object a, Object b) {
        if (a instanceof Long one && b instanceof Long other) {
            return one - other;
        }
        if (a instanceof ZonedDateTime one && b instanceof ZonedDateTime other) {
            return Duration.between(other, one);
        }
        if (a instanceof ZonedDateTime time && b instanceof Duration duration) {
            return time.minus(duration);
        }
        if (a instanceof Duration one && b instanceof Duration other) {
            return one.minus(other);
        }
        return Values.decimal(a) - Values.decimal(b);
    }

    private static Object times(Object a, Object b) {
        return a instanceof Long one && b instanceof Long other
                ? (Object) (one * other)
                : (Object) (Values.decimal(a) * Values.decimal(b));
    }

    private static Object remainder(Object a, Object b) {
        long divisor = Values.whole(b);
        if (divisor == 0) {
            throw Values.no("integer divide by zero");
        }
        return Values.whole(a) % divisor;
    }

    static Node not(Node node, int at) {
        if (!node.kind().maybe(Kind.BOOL)) {
            throw new ExpressionException(
                    "invalid operation: not (mismatched type " + node.kind() + ")", at);
        }
        return Node.test(f -> !truth(node, f));
    }

    static Node sign(Token operator, Node node) {
        if (!node.kind().maybeNumber()) {
            throw new ExpressionException(
                    "invalid operation: %s (mismatched type %s)"
                            .formatted(operator.text(), node.kind()),
                    operator.at());
        }
        if (operator.is("+")) {
            return node;
        }
        if (node instanceof Node.Constant constant) {
            return Node.constant(node.kind(), negated(constant.value()));
        }
        return Node.of(node.kind(), f -> negated(node.value(f)));
    }

    private static Object negated(Object value) {
        return value instanceof Long number
                ? (Object) (-number)
                : (Object) (-Values.decimal(value));
    }

    static Node list(List<Node> items) {
        if (items.stream().allMatch(Node.Constant.class::isInstance)) {
            var constants = items.stream().map(Node.Constant.class::cast).map(Node.Constant::value);
            return Node.constant(Kind.LIST, constants.toList());
        }
        return Node.of(
                Kind.LIST,
                f -> {
                    var list = new ArrayList<Object>(items.size());
                    for (var item : items) {
                        list.add(item.value(f));
                    }
                    return list;
                });
    }

    static Node map(Map<Node, Node> entries) {
        return Node.of(
                Kind.MAP,
                f -> {
                    var map = new LinkedHashMap<String, Object>();
                    entries.forEach(
                            (key, value) -> map.put(Values.text(key.value(f)), value.value(f)));
                    return map;
                });
    }
}
