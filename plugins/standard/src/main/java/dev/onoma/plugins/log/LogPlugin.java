package dev.onoma.plugins.log;

import dev.onoma.api.Directive;
import dev.onoma.api.Handler;
import dev.onoma.api.NameKey;
import dev.onoma.api.Names;
import dev.onoma.api.Plugin;
import dev.onoma.api.ServerBlock;
import dev.onoma.api.ZoneNames;
import dev.onoma.format.QueryFormat;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;

/// Writes a line for each query.
public final class LogPlugin implements Plugin {
    @Override
    public String name() {
        return "log";
    }

    /// All occurrences are one handler: the first rule whose name fits a query decides alone.
    @Override
    public Handler setup(List<Directive> occurrences, ServerBlock block) {
        var rules = new ArrayList<LogRule>();
        occurrences.forEach(log -> rules.addAll(read(log)));
        return new LogHandler(rules, block.log("").queued(), block.time());
    }

    @Override
    public Handler setup(Directive directive, ServerBlock block) {
        return setup(List.of(directive), block);
    }

    /// Reads `log [NAMES...] [FORMAT] { class CLASS... }`.
    private static List<LogRule> read(Directive log) {
        var words = log.arguments("[NAMES...] [FORMAT]").rest();
        var format = QueryFormat.DEFAULT;
        boolean hasFormat = !words.isEmpty() && words.getLast().contains("{");
        if (hasFormat) {
            format = words.getLast();
        }
        var names = new ArrayList<NameKey>();
        for (int i = 0; i < words.size() - (hasFormat ? 1 : 0); i++) {
            names.add(name(log, i + 1, words.get(i)));
        }
        if (names.isEmpty()) {
            names.add(NameKey.of(Names.of(".")));
        }
        var classes = classes(log);
        var compiled = new QueryFormat(format);
        return names.stream().map(name -> new LogRule(name, compiled, classes)).toList();
    }

    // No text, as of a variable that is not set, means all names: so does CoreDNS read it.
    private static NameKey name(Directive log, int index, String text) {
        try {
            return NameKey.of(ZoneNames.parse(text.isEmpty() ? "." : text));
        } catch (IllegalArgumentException _) {
            throw log.wrongAt(index, "NAMES are domain names, \"" + text + "\" is none");
        }
    }

    private static EnumSet<LogClass> classes(Directive log) {
        var classes = EnumSet.noneOf(LogClass.class);
        for (var property : log.properties()) {
            if (!property.name().equals("class")) {
                throw property.unknown("class");
            }
            var arguments = property.arguments("CLASS...");
            do {
                var name = arguments.oneOf("CLASS", "success", "denial", "error", "all");
                if (name.equals("all")) {
                    classes.addAll(EnumSet.allOf(LogClass.class));
                } else {
                    classes.add(LogClass.of(name));
                }
            } while (arguments.hasNext());
        }
        return classes.isEmpty() ? EnumSet.allOf(LogClass.class) : classes;
    }
}
