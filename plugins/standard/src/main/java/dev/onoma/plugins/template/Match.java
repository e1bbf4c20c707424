package dev.onoma.plugins.template;

import dev.onoma.api.Addresses;
import dev.onoma.api.Found;
import dev.onoma.api.NamePattern;
import dev.onoma.api.Query;
import dev.onoma.api.expression.Expression.Nil;
import java.time.Duration;
import java.time.ZonedDateTime;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.xbill.DNS.DClass;
import org.xbill.DNS.Type;

/// A query that a template matches: what the template begins with. Lives as long as the query.
final class Match implements GoTemplate.Data {
    private static final String EVERYTHING = ".*";

    private final Rule rule;
    private final Query query;
    private final int zone;
    private final String regex;
    private final @Nullable Found found;
    private final Object[] variables;
    private Map<String, Object> named = Map.of();
    private @Nullable String name;
    private @Nullable Map<String, Object> groups;
    private boolean personal;

    /// @param found null if every name matches
    Match(Rule rule, Query query, int zone, String regex, @Nullable Found found, int variables) {
        this.rule = rule;
        this.query = query;
        this.zone = zone;
        this.regex = regex;
        this.found = found;
        this.variables = new Object[variables];
        this.variables[0] = this;
    }

    Query query() {
        return query;
    }

    /// For expressions: the match itself, then the variables of the template.
    Object[] variables() {
        return variables;
    }

    void set(Rule.Step step, Object value) {
        variables[step.place()] = value;
        if (named.isEmpty()) {
            named = new LinkedHashMap<>();
        }
        named.put(step.name(), shown(value));
    }

    private static Object shown(Object value) {
        return value == Nil.NIL
                ? GoText.NIL
                : value instanceof Duration || value instanceof ZonedDateTime
                        ? value.toString()
                        : value;
    }

    /// Whether the template has looked at more than name, type and class, so that the next query
    /// for the same may get something else.
    boolean isPersonal() {
        return personal;
    }

    /// Which template it is, for an operator.
    String explain() {
        return "template %s %s for %s matches with \"%s\""
                .formatted(
                        DClass.string(rule.dclass()),
                        Type.string(rule.type()),
                        zoneName(),
                        regex.isEmpty() ? EVERYTHING : regex);
    }

    /// The number of the zone of the template that the name lies in.
    int zone() {
        return zone;
    }

    String zoneName() {
        return rule.zones().name(zone).toString();
    }

    /// The class of the query; that of the template if it is for any.
    String dclass() {
        return DClass.string(query.dclass() == DClass.ANY ? rule.dclass() : query.dclass());
    }

    /// The type of the query; that of the template if it is for any.
    String type() {
        return Type.string(query.type() == Type.ANY ? rule.type() : query.type());
    }

    String name() {
        var text = name;
        if (text == null) {
            text = NamePattern.textOf(query.key());
            name = text;
        }
        return text;
    }

    /// What a group has found, for expressions; empty if there is none.
    static Object group(Object[] variables, Object which) {
        var match = (Match) variables[0];
        var key = which instanceof Long number ? Long.toString(number) : String.valueOf(which);
        var value = match.groups().get(key);
        return value == null ? "" : value;
    }

    private List<String> matches() {
        var matcher = found;
        if (matcher == null) {
            return List.of(name());
        }
        var all = new ArrayList<String>();
        for (int i = 0; i <= matcher.groupCount(); i++) {
            all.add(orEmpty(matcher.group(i)));
        }
        return all;
    }

    private static String orEmpty(@Nullable String text) {
        return text == null ? "" : text;
    }

    private Map<String, Object> groups() {
        var known = groups;
        if (known == null) {
            known = findGroups();
            groups = known;
        }
        return known;
    }

    private Map<String, Object> findGroups() {
        var all = new LinkedHashMap<String, Object>();
        var matches = matches();
        for (int i = 0; i < matches.size(); i++) {
            all.put(Integer.toString(i), matches.get(i));
        }
        var matcher = found;
        if (matcher != null) {
            matcher.names().forEach(name -> all.put(name, orEmpty(matcher.group(name))));
        }
        return all;
    }

    @Override
    public @Nullable Object field(String field, Object[] arguments) {
        switch (field) {
            case "Zone", "Name", "Class", "Type", "Match", "Group", "Regex" -> {
                // the same for everybody
            }
            default -> personal = true;
        }
        if (field.equals("Meta")) {
            if (arguments.length != 1) {
                throw new GoException(
                        "wrong number of args for Meta: want 1 got " + arguments.length);
            }
            return query.metadata(GoText.of(arguments[0])).orElse("");
        }
        if (arguments.length > 0) {
            throw new GoException(field + " has arguments but cannot be invoked as function");
        }
        return switch (field) {
            case "Zone" -> zoneName();
            case "Name" -> name();
            case "Class" -> dclass();
            case "Type" -> type();
            case "Match" -> matches();
            case "Group" -> groups();
            case "Regex" -> regex.isEmpty() ? EVERYTHING : regex;
            case "Remote" -> Addresses.text(query.client().getAddress());
            case "Var" -> named;
            case "Question" -> new Question(query);
            case "Message" -> new Header(query);
            default -> null;
        };
    }

    @Override
    public @Nullable String text(String field, Object key) {
        return switch (field) {
            case "Name" -> name();
            case "Zone" -> zoneName();
            case "Class" -> dclass();
            case "Type" -> type();
            case "Group" -> group(key);
            case "Match" -> key instanceof Long number ? group(number) : null;
            default -> null;
        };
    }

    private @Nullable String group(Object key) {
        var in = found;
        if (in == null) {
            return null;
        }
        return switch (key) {
            case String name when in.names().contains(name) -> orEmpty(in.group(name));
            case Long number when number >= 0 && number <= in.groupCount() ->
                    orEmpty(in.group(number.intValue()));
            default -> null;
        };
    }

    @Override
    public String typeName() {
        return "*template.templateData";
    }

    /// `.Question`
    private record Question(Query query) implements GoTemplate.Data {
        @Override
        public @Nullable Object field(String field, Object[] arguments) {
            return switch (field) {
                case "Name" -> query.name().toString();
                case "Qtype" -> (long) query.type();
                case "Qclass" -> (long) query.dclass();
                default -> null;
            };
        }

        @Override
        public String typeName() {
            return "*dns.Question";
        }

        @Override
        public String toString() {
            return ";%s\t%s\t %s"
                    .formatted(
                            query.name(), DClass.string(query.dclass()), Type.string(query.type()));
        }
    }

    /// `.Message`, of which templates see the header and the question.
    private record Header(Query query) implements GoTemplate.Data {
        @Override
        public @Nullable Object field(String field, Object[] arguments) {
            return switch (field) {
                case "Id" -> (long) query.id();
                case "Opcode" -> (long) (query.wire()[2] >> 3 & 15);
                case "RecursionDesired" -> query.recursionDesired();
                case "CheckingDisabled" -> query.checkingDisabled();
                case "AuthenticatedData" -> query.authenticData();
                case "Response", "Authoritative", "Truncated", "RecursionAvailable", "Zero" ->
                        false;
                case "Rcode" -> 0L;
                case "Len" -> (long) query.sizeOctets();
                case "Question" -> List.of(new Question(query));
                default -> null;
            };
        }

        @Override
        public String typeName() {
            return "*dns.Msg";
        }
    }
}
