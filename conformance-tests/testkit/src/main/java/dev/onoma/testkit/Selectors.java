package dev.onoma.testkit;

import java.util.List;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.regex.Pattern;

/// The selectors of a request to an API server, as far as DNS servers use them.
final class Selectors {
    private static final Pattern SET =
            Pattern.compile("(?<key>\\S+)\\s+(?<not>not)?in\\s*\\((?<values>[^()]*)\\)");

    /// Outside of parentheses.
    private static final String COMMA = ",(?![^(]*\\))";

    private Selectors() {}

    /// `KEY=VALUE`, `KEY!=VALUE`, `KEY in (VALUE,...)`, `KEY notin (VALUE,...)`, `KEY` and `!KEY`,
    /// with commas between them.
    static Predicate<ApiObject> ofLabels(String text) {
        return all(text, Selectors::label);
    }

    /// The name, and the phase of a pod; others are for a server to choose less, not more.
    static Predicate<ApiObject> ofFields(String text) {
        return all(text, Selectors::field);
    }

    private static Predicate<ApiObject> all(
            String text, Function<String, Predicate<ApiObject>> read) {
        Predicate<ApiObject> all = _ -> true;
        for (var part : text.isEmpty() ? List.<String>of() : List.of(text.split(COMMA))) {
            all = all.and(read.apply(part.strip()));
        }
        return all;
    }

    private static Predicate<ApiObject> label(String part) {
        var set = SET.matcher(part);
        if (set.matches()) {
            var key = set.group("key");
            var values = List.of(set.group("values").split("\\s*,\\s*"));
            return negated(
                    set.group("not") != null,
                    o -> values.contains(String.valueOf(o.labels().get(key))));
        }
        var sides = part.split("!?=+", 2);
        var key = sides[0].replace("!", "");
        return negated(
                part.contains("!"),
                sides.length == 1
                        ? o -> o.labels().containsKey(key)
                        : o -> sides[1].equals(o.labels().get(key)));
    }

    private static Predicate<ApiObject> field(String part) {
        var sides = part.split("!?=+", 2);
        boolean negative = part.contains("!=");
        return switch (sides[0]) {
            case "metadata.name" -> negated(negative, o -> o.key.endsWith("/" + sides[1]));
            case "status.phase" ->
                    negated(
                            negative,
                            o ->
                                    sides[1].equals(
                                            Json.object(o.content().get("status")).get("phase")));
            default -> _ -> true;
        };
    }

    private static Predicate<ApiObject> negated(boolean negative, Predicate<ApiObject> part) {
        return negative ? part.negate() : part;
    }
}
