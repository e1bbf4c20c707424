package dev.onoma.api.expression;

import dev.onoma.api.expression.Expression.Nil;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Set;

/// The functions that take a predicate: `all(list, # > 1)`.
final class Closures {
    static final Set<String> NAMES =
            Set.of(
                    "all",
                    "none",
                    "any",
                    "one",
                    "filter",
                    "map",
                    "find",
                    "findIndex",
                    "findLast",
                    "findLastIndex",
                    "count",
                    "sum",
                    "groupBy",
                    "sortBy",
                    "reduce");

    private Closures() {}

    static Node call(Token name, List<Node> arguments, Parser.Closure closure) {
        boolean alone = name.text().equals("count") || name.text().equals("sum");
        boolean third = name.text().equals("sortBy") || name.text().equals("reduce");
        int size = arguments.size();
        if (size < (alone ? 1 : 2)) {
            throw new ExpressionException("not enough arguments to call " + name.text(), name.at());
        }
        if (size > (third ? 3 : 2)) {
            throw new ExpressionException("too many arguments to call " + name.text(), name.at());
        }
        var list = arguments.get(0);
        if (!list.kind().maybe(Kind.LIST)) {
            throw new ExpressionException(
                    "builtin %s takes only array (got %s)".formatted(name.text(), list.kind()),
                    name.at());
        }
        var body = size > 1 ? arguments.get(1) : Node.of(Kind.ANY, f -> f.locals[closure.item()]);
        if (isTest(name.text()) && !body.kind().maybe(Kind.BOOL)) {
            throw new ExpressionException(
                    "predicate should return boolean (got " + body.kind() + ")", name.at());
        }
        var each = new Each(list, body, closure);
        return size == 3 ? withThird(name, each, arguments.get(2)) : of(name, each);
    }

    private static boolean isTest(String name) {
        return !Set.of("map", "sum", "groupBy", "sortBy", "reduce").contains(name);
    }

    /// A list, and what is computed for each of its elements.
    private record Each(Node list, Node body, Parser.Closure closure) {
        Object at(Frame frame, List<Object> items, int index) {
            frame.locals[closure.item()] = items.get(index);
            frame.locals[closure.index()] = (long) index;
            return body.value(frame);
        }

        boolean holds(Frame frame, List<Object> items, int index) {
            return Values.truth(at(frame, items, index));
        }

        List<Object> items(Frame frame) {
            return Values.list(list.value(frame));
        }

        long count(Frame frame) {
            var items = items(frame);
            long found = 0;
            for (int i = 0; i < items.size(); i++) {
                found += holds(frame, items, i) ? 1 : 0;
            }
            return found;
        }

        int find(Frame frame, boolean wanted, boolean last) {
            var items = items(frame);
            for (int i = 0; i < items.size(); i++) {
                int index = last ? items.size() - 1 - i : i;
                if (holds(frame, items, index) == wanted) {
                    return index;
                }
            }
            return -1;
        }
    }

    private static Node of(Token name, Each each) {
        return switch (name.text()) {
            case "all" -> Node.test(f -> each.find(f, false, false) < 0);
            case "none" -> Node.test(f -> each.find(f, true, false) < 0);
            case "any" -> Node.test(f -> each.find(f, true, false) >= 0);
            case "one" -> Node.test(f -> each.count(f) == 1);
            case "count" -> Node.of(Kind.INT, each::count);
            case "find" -> Node.of(Kind.ANY, f -> element(each, f, each.find(f, true, false)));
            case "findLast" -> Node.of(Kind.ANY, f -> element(each, f, each.find(f, true, true)));
            case "findIndex" -> Node.of(Kind.ANY, f -> place(each.find(f, true, false)));
            case "findLastIndex" -> Node.of(Kind.ANY, f -> place(each.find(f, true, true)));
            case "filter" -> Node.of(Kind.LIST, f -> filter(each, f));
            case "map" -> Node.of(Kind.LIST, f -> map(each, f));
            case "sum" -> Node.of(Kind.ANY, f -> sum(map(each, f)));
            case "groupBy" -> Node.of(Kind.MAP, f -> group(each, f));
            case "sortBy" -> Node.of(Kind.LIST, f -> sort(each, f, false));
            default -> Node.of(Kind.ANY, f -> reduce(each, f, Nil.NIL));
        };
    }

    private static Node withThird(Token name, Each each, Node third) {
        return name.text().equals("sortBy")
                ? Node.of(Kind.LIST, f -> sort(each, f, isDescending(third.value(f))))
                : Node.of(Kind.ANY, f -> reduce(each, f, third.value(f)));
    }

    private static Object place(int index) {
        return index < 0 ? Nil.NIL : (Object) (long) index;
    }

    private static Object element(Each each, Frame frame, int index) {
        return index < 0 ? Nil.NIL : each.items(frame).get(index);
    }

    private static List<Object> filter(Each each, Frame frame) {
        var items = each.items(frame);
        var kept = new ArrayList<Object>();
        for (int i = 0; i < items.size(); i++) {
            if (each.holds(frame, items, i)) {
                kept.add(items.get(i));
            }
        }
        return kept;
    }

    private static List<Object> map(Each each, Frame frame) {
        var items = each.items(frame);
        var made = new ArrayList<Object>(items.size());
        for (int i = 0; i < items.size(); i++) {
            made.add(each.at(frame, items, i));
        }
        return made;
    }

    private static Object sum(List<Object> numbers) {
        return numbers.stream().allMatch(Long.class::isInstance)
                ? (Object) numbers.stream().mapToLong(Values::whole).sum()
                : (Object) numbers.stream().mapToDouble(Values::decimal).sum();
    }

    private static Object group(Each each, Frame frame) {
        var items = each.items(frame);
        var groups = new LinkedHashMap<Object, List<Object>>();
        for (int i = 0; i < items.size(); i++) {
            groups.computeIfAbsent(each.at(frame, items, i), _ -> new ArrayList<>())
                    .add(items.get(i));
        }
        return groups;
    }

    private static Object sort(Each each, Frame frame, boolean descending) {
        var items = each.items(frame);
        var keys = map(each, frame);
        var order = new ArrayList<Integer>();
        for (int i = 0; i < items.size(); i++) {
            order.add(i);
        }
        order.sort((a, b) -> {
            int compared = Values.compare(keys.get(a), keys.get(b));
            return descending ? -compared : compared;
        });
        return new ArrayList<>(order.stream().map(items::get).toList());
    }

    static boolean isDescending(Object order) {
        return switch (Values.text(order)) {
            case "asc" -> false;
            case "desc" -> true;
            default -> throw Values.no("invalid order " + order + ", expected asc or desc");
        };
    }

    private static Object reduce(Each each, Frame frame, Object initial) {
        var items = each.items(frame);
        int from = initial == Nil.NIL ? 1 : 0;
        if (items.isEmpty() && from == 1) {
            throw Values.no("reduce of empty array with no initial value");
        }
        var accumulated = from == 1 ? items.getFirst() : initial;
        for (int i = from; i < items.size(); i++) {
            frame.locals[each.closure().accumulated()] = accumulated;
            accumulated = each.at(frame, items, i);
        }
        return accumulated;
    }
}
