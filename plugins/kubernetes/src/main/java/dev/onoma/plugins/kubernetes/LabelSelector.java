package dev.onoma.plugins.kubernetes;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// A label selector in the text form of Kubernetes: `app=web,tier!=cache,zone in (a,b),!old`.
///
/// @param text as it was written
/// @param requirements all of them have to hold
record LabelSelector(String text, List<Requirement> requirements) {
    static final LabelSelector EVERYTHING = new LabelSelector("", List.of());

    private static final String KEY = "(?<key>[A-Za-z0-9][-A-Za-z0-9_./]*)";
    private static final String VALUE = "(?<value>[-A-Za-z0-9_.]*)";
    private static final Pattern SET =
            Pattern.compile(KEY + "\\s+(?<not>not)?in\\s*\\((?<values>[^()]*)\\)");
    private static final Pattern EQUALITY =
            Pattern.compile(KEY + "\\s*(?<operator>==|=|!=)\\s*" + VALUE);
    private static final Pattern ORDER =
            Pattern.compile(KEY + "\\s*(?<operator>[<>])\\s*(?<value>-?\\d{1,18})");
    private static final Pattern EXISTENCE = Pattern.compile("(?<not>!)?\\s*" + KEY);
    private static final Pattern COMMA_OUTSIDE_PARENTHESES = Pattern.compile(",(?![^(]*\\))");

    /// One condition on one label.
    sealed interface Requirement {
        /// The label has one of the values.
        record In(String key, Set<String> values) implements Requirement {}

        /// The label is absent or has another value.
        record NotIn(String key, Set<String> values) implements Requirement {}

        /// The label is there.
        record Exists(String key) implements Requirement {}

        /// The label is not there.
        record Absent(String key) implements Requirement {}

        /// The label is a whole number above the bound.
        record Above(String key, long bound) implements Requirement {}

        /// The label is a whole number below the bound.
        record Below(String key, long bound) implements Requirement {}

        /// Whether the labels satisfy this condition.
        default boolean matches(Map<String, String> labels) {
            return switch (this) {
                case In(var key, var values) ->
                        labels.containsKey(key) && values.contains(labels.get(key));
                case NotIn(var key, var values) ->
                        !labels.containsKey(key) || !values.contains(labels.get(key));
                case Exists(var key) -> labels.containsKey(key);
                case Absent(var key) -> !labels.containsKey(key);
                case Above(var key, long bound) -> order(labels.get(key), bound) > 0;
                case Below(var key, long bound) -> order(labels.get(key), bound) < 0;
            };
        }

        private static int order(@Nullable String value, long bound) {
            return value == null || !value.matches("-?\\d{1,18}")
                    ? 0
                    : Long.compare(Long.parseLong(value), bound);
        }
    }

    /// Reads a selector.
    ///
    /// @throws IllegalArgumentException that says which part is not a requirement
    static LabelSelector parse(String text) {
        var requirements = new ArrayList<Requirement>();
        if (text.isBlank()) {
            return EVERYTHING;
        }
        for (String part : COMMA_OUTSIDE_PARENTHESES.split(text, -1)) {
            requirements.add(requirement(part.strip()));
        }
        return new LabelSelector(text, List.copyOf(requirements));
    }

    /// Every label of the map with its value, as the selector of a Service means it.
    static LabelSelector equalTo(Map<String, String> labels) {
        return new LabelSelector(
                labels.toString(),
                labels.entrySet().stream()
                        .<Requirement>map(e -> new Requirement.In(e.getKey(), Set.of(e.getValue())))
                        .toList());
    }

    boolean matches(Map<String, String> labels) {
        for (var requirement : requirements) {
            if (!requirement.matches(labels)) {
                return false;
            }
        }
        return true;
    }

    private static Requirement requirement(String part) {
        Matcher set = SET.matcher(part);
        if (set.matches()) {
            var values = values(set.group("values"));
            return set.group("not") == null
                    ? new Requirement.In(set.group("key"), values)
                    : new Requirement.NotIn(set.group("key"), values);
        }
        Matcher equality = EQUALITY.matcher(part);
        if (equality.matches()) {
            var value = Set.of(equality.group("value"));
            return equality.group("operator").equals("!=")
                    ? new Requirement.NotIn(equality.group("key"), value)
                    : new Requirement.In(equality.group("key"), value);
        }
        Matcher order = ORDER.matcher(part);
        if (order.matches()) {
            long bound = Long.parseLong(order.group("value"));
            return order.group("operator").equals(">")
                    ? new Requirement.Above(order.group("key"), bound)
                    : new Requirement.Below(order.group("key"), bound);
        }
        Matcher existence = EXISTENCE.matcher(part);
        if (existence.matches()) {
            return existence.group("not") == null
                    ? new Requirement.Exists(existence.group("key"))
                    : new Requirement.Absent(existence.group("key"));
        }
        throw new IllegalArgumentException(
                "\"%s\" is none of key=value, key!=value, key in (a,b), key notin (a,b), key, !key"
                        .formatted(part));
    }

    private static Set<String> values(String list) {
        return Stream.of(list.split(",", -1))
                .map(String::strip)
                .collect(Collectors.toUnmodifiableSet());
    }
}
