package dev.onoma.api.expression;

import static dev.onoma.api.expression.Builtins.s;

import dev.onoma.api.expression.Builtins.Builtin;
import dev.onoma.api.expression.Expression.Nil;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// The functions of the language about lists and maps.
final class ListBuiltins {
    private static final int DEPTH_MAX = 64;

    private ListBuiltins() {}

    static void addTo(Map<String, Builtin> all) {
        all.put("len", Builtins.of("c", Kind.INT, a -> length(a[0])));
        all.put("join", Builtins.of("l?s", Kind.STRING, a -> join(a)));
        all.put("first", Builtins.of("l", Kind.ANY, a -> end(Values.list(a[0]), true)));
        all.put("last", Builtins.of("l", Kind.ANY, a -> end(Values.list(a[0]), false)));
        all.put("get", Builtins.of("aa", Kind.ANY, a -> get(a[0], a[1])));
        all.put(
                "take",
                Builtins.of("li", Kind.LIST, a -> take(Values.list(a[0]), Values.whole(a[1]))));
        all.put(
                "keys",
                Builtins.of("m", Kind.LIST, a -> new ArrayList<Object>(Values.map(a[0]).keySet())));
        all.put(
                "values",
                Builtins.of("m", Kind.LIST, a -> new ArrayList<>(Values.map(a[0]).values())));
        all.put("toPairs", Builtins.of("m", Kind.LIST, a -> toPairs(Values.map(a[0]))));
        all.put("fromPairs", Builtins.of("l", Kind.MAP, a -> fromPairs(Values.list(a[0]))));
        all.put(
                "reverse",
                Builtins.of("l", Kind.LIST, a -> new ArrayList<>(Values.list(a[0]).reversed())));
        all.put(
                "uniq",
                Builtins.of(
                        "l",
                        Kind.LIST,
                        a -> new ArrayList<>(Values.list(a[0]).stream().distinct().toList())));
        all.put("concat", Builtins.of("l*", Kind.LIST, ListBuiltins::concat));
        all.put("flatten", Builtins.of("l", Kind.LIST, a -> flatten(a[0])));
        all.put(
                "sort",
                Builtins.of(
                        "l?s",
                        Kind.LIST,
                        a -> sort(Values.list(a[0]), a.length > 1 && Closures.isDescending(a[1]))));
    }

    private static Object length(Object value) {
        return switch (value) {
            case String text -> (long) text.codePointCount(0, text.length());
            case Map<?, ?> map -> (long) map.size();
            default -> (long) Values.list(value).size();
        };
    }

    private static Object join(Object[] arguments) {
        var separator = arguments.length > 1 ? s(arguments, 1) : "";
        return String.join(
                separator, Values.list(arguments[0]).stream().map(Values::text).toList());
    }

    private static Object end(List<Object> list, boolean first) {
        return list.isEmpty() ? Nil.NIL : first ? list.getFirst() : list.getLast();
    }

    private static Object get(Object from, Object key) {
        if (from instanceof Map<?, ?> map) {
            return Values.orNil(map.get(key));
        }
        if (from == Nil.NIL) {
            return from;
        }
        var list = Values.list(from);
        long at = Values.whole(key);
        at += at < 0 ? list.size() : 0;
        return at < 0 || at >= list.size() ? Nil.NIL : list.get((int) at);
    }

    private static Object take(List<Object> list, long count) {
        if (count < 0) {
            throw Values.no("cannot take %d elements".formatted(count));
        }
        return new ArrayList<>(list.subList(0, (int) Math.min(count, list.size())));
    }

    private static Object toPairs(Map<String, Object> map) {
        var pairs = new ArrayList<Object>();
        map.forEach((key, value) -> pairs.add(List.of(key, value)));
        return pairs;
    }

    private static Object fromPairs(List<Object> pairs) {
        var map = new LinkedHashMap<String, Object>();
        for (var pair : pairs) {
            var two = Values.list(pair);
            if (two.size() != 2) {
                throw Values.no("invalid pair of length " + two.size());
            }
            map.put(Values.text(two.getFirst()), two.getLast());
        }
        return map;
    }

    private static Object concat(Object[] lists) {
        var all = new ArrayList<Object>();
        for (var list : lists) {
            all.addAll(Values.list(list));
        }
        return all;
    }

    private static Object flatten(Object list) {
        var all = new ArrayList<Object>();
        flatten(list, all, 0);
        return all;
    }

    private static void flatten(Object value, List<Object> into, int depth) {
        if (value instanceof List<?> list && depth < DEPTH_MAX) {
            list.forEach(item -> flatten(Values.orNil(item), into, depth + 1));
        } else {
            into.add(value);
        }
    }

    private static Object sort(List<Object> list, boolean descending) {
        var sorted = new ArrayList<>(list);
        Comparator<Object> order = Values::compare;
        sorted.sort(descending ? order.reversed() : order);
        return sorted;
    }

    /// Numbers given one by one, in lists, or both.
    static List<Object> flat(Object[] arguments) {
        var all = new ArrayList<Object>();
        for (var argument : arguments) {
            flatten(argument, all, 0);
        }
        return all;
    }

    /// Go's `strings.SplitN`: at most `limit` parts, all of them if it is negative.
    static List<Object> split(String text, String separator, long limit, boolean after) {
        var parts = new ArrayList<Object>();
        if (separator.isEmpty()) {
            text.codePoints().forEach(c -> parts.add(Character.toString(c)));
            return parts;
        }
        int at = 0;
        int found = text.indexOf(separator);
        while (found >= 0 && (limit < 0 || parts.size() + 1 < limit)) {
            parts.add(text.substring(at, found + (after ? separator.length() : 0)));
            at = found + separator.length();
            found = text.indexOf(separator, at);
        }
        if (limit != 0) {
            parts.add(text.substring(at));
        }
        return parts;
    }
}
