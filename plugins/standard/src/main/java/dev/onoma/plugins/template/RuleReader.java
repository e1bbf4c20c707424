package dev.onoma.plugins.template;

import dev.onoma.api.Directive;
import dev.onoma.api.Ede;
import dev.onoma.api.NamePattern;
import dev.onoma.api.ServerBlock;
import dev.onoma.api.ZoneSet;
import dev.onoma.api.expression.Expression;
import dev.onoma.api.expression.Scope;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import org.xbill.DNS.DClass;
import org.xbill.DNS.Name;
import org.xbill.DNS.Rcode;
import org.xbill.DNS.Type;

/// Reads `template CLASS TYPE [ZONE...] { ... }`.
final class RuleReader {
    private final Directive directive;
    private final ServerBlock block;
    private final Scope scope;
    private final List<NamePattern> patterns = new ArrayList<>();
    private final List<Rule.Step> steps = new ArrayList<>();
    private final List<RecordTemplate> answers = new ArrayList<>();
    private final List<RecordTemplate> additionals = new ArrayList<>();
    private final List<RecordTemplate> authorities = new ArrayList<>();
    private int rcode = Rcode.NOERROR;
    private int ede = Ede.NONE;
    private String edeText = "";
    private @Nullable ZoneSet fallthrough;

    RuleReader(Directive directive, ServerBlock block) {
        this.directive = directive;
        this.block = block;
        scope = new Scope(block.time());
        scope.function("group", (_, variables, which) -> Match.group(variables, which));
        scope.declare("-match"); // no name that one could write
    }

    Rule read() {
        var arguments = directive.arguments("CLASS TYPE [ZONE...]");
        var dclass = arguments.text("CLASS");
        if (!List.of("IN", "CS", "CH", "HS", "NONE", "ANY").contains(dclass)) {
            throw arguments.wrong(
                    "invalid query class \"%s\", expected IN, CH, HS, NONE or ANY"
                            .formatted(dclass));
        }
        var type = arguments.text("TYPE");
        int number = type.equals(type.toUpperCase(Locale.ROOT)) ? Type.value(type, true) : -1;
        if (number <= 0) {
            throw arguments.wrong(
                    "invalid RR type \"%s\", expected one such as AAAA or ANY".formatted(type));
        }
        List<Name> zones = arguments.zonesOr(block.zones());
        directive.properties().forEach(this::property);
        return new Rule(
                new ZoneSet(zones),
                dclass.equals("CS") ? 2 : DClass.value(dclass),
                number,
                patterns,
                steps,
                answers,
                additionals,
                authorities,
                rcode,
                ede,
                edeText,
                fallthrough);
    }

    private void property(Directive property) {
        switch (property.name()) {
            case "match" -> match(property);
            case "var" -> variable(property);
            case "expr" -> {
                property.arguments("EXPRESSION...").restNotEmpty("EXPRESSION");
                steps.add(new Rule.Step(-1, "", Expression.compile(property, 1, scope)));
            }
            case "answer" -> records(property, answers, "");
            case "additional" -> records(property, additionals, "\n");
            case "authority" -> records(property, authorities, "\n");
            case "rcode" -> rcode(property);
            case "ederror" -> ederror(property);
            case "fallthrough" ->
                    fallthrough =
                            new ZoneSet(
                                    property.arguments("[ZONES...]").zonesOr(List.of(Name.root)));
            case "upstream" -> property.arguments("...").ignoreRest();
            default ->
                    throw property.unknown(
                            "match",
                            "var",
                            "expr",
                            "answer",
                            "additional",
                            "authority",
                            "rcode",
                            "ederror",
                            "fallthrough",
                            "upstream");
        }
    }

    private void match(Directive property) {
        var arguments = property.arguments("REGEX...");
        do {
            patterns.add(NamePattern.of(arguments.regex("REGEX")));
        } while (arguments.hasNext());
    }

    private void variable(Directive property) {
        var arguments = property.arguments("NAME EXPRESSION...");
        var name = arguments.text("NAME");
        if (!name.matches("[A-Za-z_][A-Za-z0-9_]*")) {
            throw arguments.wrong("invalid variable name \"" + name + "\"");
        }
        if (scope.isReserved(name)) {
            throw arguments.wrong("variable name \"" + name + "\" is reserved");
        }
        arguments.restNotEmpty("EXPRESSION");
        var expression = Expression.compile(property, 2, scope);
        steps.add(new Rule.Step(scope.declare(name, expression), name, expression));
    }

    private static void records(Directive property, List<RecordTemplate> into, String end) {
        var arguments = property.arguments("RR...");
        do {
            var text = arguments.text("RR");
            try {
                into.add(
                        new RecordTemplate(
                                property.name(), GoTemplate.parse(property.name(), text + end)));
            } catch (GoException e) {
                throw arguments.wrong(
                        "could not compile template: %s: %s".formatted(text, e.getMessage()));
            }
        } while (arguments.hasNext());
    }

    private void rcode(Directive property) {
        var arguments = property.arguments("CODE");
        var text = arguments.text("CODE");
        rcode = text.matches(".*[0-9].*") ? -1 : Rcode.value(text);
        if (rcode < 0) {
            throw arguments.wrong(
                    "unknown rcode \"%s\", expected a name such as NXDOMAIN".formatted(text));
        }
        arguments.expectEnd();
    }

    private void ederror(Directive property) {
        var arguments = property.arguments("CODE [REASON]");
        ede = arguments.number("CODE", 0, 65_535);
        edeText = arguments.textOr("REASON", "");
        arguments.expectEnd();
    }
}
