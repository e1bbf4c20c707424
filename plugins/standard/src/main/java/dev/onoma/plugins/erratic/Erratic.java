package dev.onoma.plugins.erratic;

import dev.onoma.api.Arguments;
import dev.onoma.api.Directive;
import dev.onoma.api.Handler;
import dev.onoma.api.Plugin;
import dev.onoma.api.ServerBlock;
import java.time.Duration;
import java.util.List;

/// Answers some questions with fixed data and drops, delays or truncates a part of its answers, so
/// that clients can be tested. Never for production.
public final class Erratic implements Plugin {
    private static final int AMOUNT_DEFAULT = 2;
    private static final Duration DELAY_DEFAULT = Duration.ofMillis(100);

    /// What is done to how many queries.
    ///
    /// @param drop every how many queries one is dropped, 0 for never
    /// @param truncate the bits of the query number that are 0 when TC is set, 0 for never
    /// @param delay every how many queries one is delayed, 0 for never
    /// @param duration how long one is delayed
    /// @param large whether answers of type A have 30 records
    record Options(int drop, int truncate, int delay, Duration duration, boolean large) {}

    @Override
    public String name() {
        return "erratic";
    }

    @Override
    public Handler setup(Directive directive, ServerBlock block) {
        return setup(List.of(directive), block);
    }

    /// All directives of a block together make one handler, as in CoreDNS.
    @Override
    public Handler setup(List<Directive> occurrences, ServerBlock block) {
        var reader = new Reader();
        for (var directive : occurrences) {
            directive.arguments("{ drop|truncate|delay|large }").ignoreRest();
            directive.properties().forEach(reader::read);
        }
        var handler = new ErraticHandler(reader.options(), block.time());
        block.readiness("erratic", handler::isReady);
        return handler;
    }

    /// Collects the properties.
    private static final class Reader {
        private int drop = -1;
        private int truncate;
        private int delay;
        private Duration duration = DELAY_DEFAULT;
        private boolean large;

        void read(Directive property) {
            switch (property.name()) {
                case "drop" -> {
                    var arguments = property.arguments("[AMOUNT]");
                    // Without a number it says nothing, not even that it was written.
                    drop = arguments.hasNext() ? amount(arguments) : drop;
                    arguments.expectEnd();
                }
                case "truncate" -> {
                    var arguments = property.arguments("[AMOUNT]");
                    truncate = amount(arguments);
                    arguments.expectEnd();
                }
                case "delay" -> {
                    var arguments = property.arguments("[AMOUNT [DURATION]]");
                    delay = amount(arguments);
                    duration = arguments.hasNext() ? arguments.duration("DURATION") : DELAY_DEFAULT;
                    arguments.expectEnd();
                }
                case "large" -> {
                    property.expectNothingElse();
                    large = true;
                }
                default -> throw property.unknown("drop", "truncate", "delay", "large");
            }
        }

        private static int amount(Arguments arguments) {
            return arguments.numberOr("AMOUNT", 0, Integer.MAX_VALUE, AMOUNT_DEFAULT);
        }

        Options options() {
            int unsaid = delay > 0 || truncate > 0 ? 0 : AMOUNT_DEFAULT;
            return new Options(drop < 0 ? unsaid : drop, truncate, delay, duration, large);
        }
    }
}
