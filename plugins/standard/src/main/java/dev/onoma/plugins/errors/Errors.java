package dev.onoma.plugins.errors;

import dev.onoma.api.Directive;
import dev.onoma.api.Failure;
import dev.onoma.api.Handler;
import dev.onoma.api.PanicTraces;
import dev.onoma.api.Plugin;
import dev.onoma.api.ServerBlock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/// Logs why queries could not be answered, each one or together with those that are alike.
public final class Errors implements Plugin {
    private static final String USAGE = "DURATION REGEXP [LEVEL] [show_first]";
    private static final String SHOW_FIRST = "show_first";
    private static final Set<String> LEVELS = Set.of("warning", "error", "info", "debug");

    @Override
    public String name() {
        return "errors";
    }

    @Override
    public Handler setup(List<Directive> occurrences, ServerBlock block) {
        return setup(Directive.once(occurrences), block);
    }

    /// Reads `errors [stdout] { stacktrace | consolidate DURATION REGEXP [LEVEL] [show_first] }`.
    @Override
    public Handler setup(Directive directive, ServerBlock block) {
        var arguments = directive.arguments("[stdout]");
        if (arguments.hasNext() && !arguments.text("FILE").equals("stdout")) {
            throw arguments.wrong(
                    "invalid log file: only stdout is written to, not \"%s\""
                            .formatted(directive.words().get(1)));
        }
        arguments.expectEnd();
        var log = block.log("errors").queued();
        var kinds = new ArrayList<Consolidated>();
        for (var property : directive.properties()) {
            switch (property.name()) {
                case "stacktrace" -> {
                    property.expectNothingElse();
                    block.setting(PanicTraces.class, new PanicTraces());
                }
                case "consolidate" -> kinds.add(consolidated(property, block));
                default -> throw property.unknown("stacktrace", "consolidate");
            }
        }
        kinds.add(unread(block));
        kinds.forEach(kind -> block.onStop(kind::close));
        return new ErrorsHandler(kinds, log);
    }

    /// What cannot be answered before its source has been read would be the same line for every
    /// query. CoreDNS has none at all for it.
    private static Consolidated unread(ServerBlock block) {
        return new Consolidated(
                text -> text.contains(Failure.NotSynced.TEXT),
                Failure.NotSynced.TEXT,
                Duration.ofMinutes(1),
                Level.of("error", block.log("errors").queued()),
                true,
                block.time());
    }

    private static Consolidated consolidated(Directive property, ServerBlock block) {
        var arguments = property.arguments(USAGE);
        var window = arguments.duration("DURATION");
        var pattern = arguments.regex("REGEXP");
        var level = "";
        boolean showFirst = false;
        while (arguments.hasNext()) {
            var option = arguments.text("LEVEL");
            if (option.equals(SHOW_FIRST) && !showFirst) {
                showFirst = true;
            } else if (!LEVELS.contains(option)) {
                throw arguments.wrong(
                        "unknown option in consolidate: \"%s\"; expected a level (warning, error,"
                                        .formatted(option)
                                + " info, debug) or show_first");
            } else if (!level.isEmpty()) {
                throw arguments.wrong("multiple log levels specified in consolidate");
            } else if (showFirst) {
                throw arguments.wrong("log level must come before show_first in consolidate");
            } else {
                level = option;
            }
        }
        var positive = window.isNegative() ? Duration.ZERO : window;
        var sink = Level.of(level.isEmpty() ? "error" : level, block.log("errors").queued());
        return new Consolidated(
                text -> pattern.matcher(text).find(),
                pattern.pattern(),
                positive,
                sink,
                showFirst,
                block.time());
    }
}
