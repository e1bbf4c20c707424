package dev.onoma.plugins.reload;

import dev.onoma.api.Directive;
import dev.onoma.api.Durations;
import dev.onoma.api.Handler;
import dev.onoma.api.Metrics;
import dev.onoma.api.Plugin;
import dev.onoma.api.ServerBlock;
import java.time.Duration;
import java.util.List;

/// Reloads the Corefile when it has changed.
///
/// One [Watch] serves the process. It lives as long as some server block has the directive: take it
/// away, and the reload that does so is the last.
public final class Reload implements Plugin {
    private static final Duration INTERVAL_MIN = Duration.ofSeconds(2);
    private static final Duration INTERVAL_DEFAULT = Duration.ofSeconds(30);
    private static final Duration JITTER_MIN = Duration.ofSeconds(1);
    private static final Duration JITTER_DEFAULT = Duration.ofSeconds(15);

    @Override
    public String name() {
        return "reload";
    }

    @Override
    public void metrics(Metrics metrics) {
        ReloadMetrics.of(metrics);
    }

    @Override
    public Handler setup(List<Directive> occurrences, ServerBlock block) {
        occurrences.stream()
                .skip(1)
                .forEach(d -> d.warn("is ignored: the first reload of a server block counts"));
        return setup(occurrences.getFirst(), block);
    }

    /// Reads `reload [INTERVAL] [JITTER]`. Of several server blocks, the last counts.
    @Override
    public Handler setup(Directive directive, ServerBlock block) {
        var arguments = directive.arguments("[INTERVAL] [JITTER]");
        var interval = arguments.durationOr("INTERVAL", INTERVAL_MIN, INTERVAL_DEFAULT);
        var jitter = JITTER_DEFAULT;
        if (arguments.hasNext()) {
            jitter = arguments.duration("JITTER");
            if (!jitter.isZero() && jitter.compareTo(JITTER_MIN) < 0) {
                throw arguments.wrong(
                        "JITTER is 0s or a duration of at least 1s, not "
                                + Durations.format(jitter));
            }
        }
        arguments.expectEnd();
        directive.expectNoBlock();
        var watch = block.keep(Watch.class, "", _ -> new Watch(block));
        var wanted = watch.want(withJitter(interval, jitter, block));
        block.onServing(() -> watch.serving(wanted));
        return Handler.PASS;
    }

    // Half of the jitter to either side, never more than a quarter of the interval.
    static Duration withJitter(Duration interval, Duration jitter, ServerBlock block) {
        long half = Math.min(jitter.toNanos(), interval.toNanos() / 2) / 2;
        return half == 0 ? interval : interval.plusNanos(block.random().nextLong(-half, half));
    }
}
