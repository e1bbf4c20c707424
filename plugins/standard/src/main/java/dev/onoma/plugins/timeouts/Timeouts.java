package dev.onoma.plugins.timeouts;

import dev.onoma.api.Arguments;
import dev.onoma.api.Directive;
import dev.onoma.api.Handler;
import dev.onoma.api.Plugin;
import dev.onoma.api.ServerBlock;
import dev.onoma.api.TcpLimits;
import java.time.Duration;
import java.util.List;

/// Sets how long the connections of a listener wait, and for how many queries they are.
public final class Timeouts implements Plugin {
    private static final Duration MIN = Duration.ofSeconds(1);
    private static final Duration MAX = Duration.ofHours(24);

    @Override
    public String name() {
        return "timeouts";
    }

    /// Later directives of a block change what earlier ones have set.
    @Override
    public Handler setup(List<Directive> occurrences, ServerBlock block) {
        var limits = TcpLimits.DEFAULT;
        for (var timeouts : occurrences) {
            limits = read(timeouts, limits);
        }
        block.setting(TcpLimits.class, limits);
        return Handler.PASS;
    }

    @Override
    public Handler setup(Directive directive, ServerBlock block) {
        return setup(List.of(directive), block);
    }

    private static TcpLimits read(Directive timeouts, TcpLimits before) {
        timeouts.arguments("").expectEnd();
        if (timeouts.properties().isEmpty()) {
            throw timeouts.wrong(
                    "timeouts block with no timeouts specified; give read, write, idle or"
                            + " maxtcpqueries");
        }
        var read = before.read();
        var write = before.write();
        var idle = before.idle();
        int queries = before.queriesMax();
        for (var property : timeouts.properties()) {
            boolean counts = property.name().equals("maxtcpqueries");
            var arguments = property.arguments(counts ? "N" : "DURATION");
            switch (property.name()) {
                case "read" -> read = duration(arguments);
                case "write" -> write = duration(arguments);
                case "idle" -> idle = duration(arguments);
                case "maxtcpqueries" -> queries = queries(arguments);
                default -> throw property.unknown("read", "write", "idle", "maxtcpqueries");
            }
            arguments.expectEnd();
        }
        return new TcpLimits(read, write, idle, queries);
    }

    private static Duration duration(Arguments arguments) {
        return arguments.durationOrSeconds("DURATION", MIN, MAX);
    }

    private static int queries(Arguments arguments) {
        int queries = arguments.number("N", -1);
        if (queries == 0) {
            throw arguments.wrong("N is -1 (unlimited) or a positive integer, not 0");
        }
        return Math.max(0, queries);
    }
}
