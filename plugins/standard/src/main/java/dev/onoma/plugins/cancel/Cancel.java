package dev.onoma.plugins.cancel;

import dev.onoma.api.Directive;
import dev.onoma.api.Handler;
import dev.onoma.api.Plugin;
import dev.onoma.api.ServerBlock;
import java.time.Duration;
import java.util.List;

/// Gives queries a deadline: `cancel [TIMEOUT]`. Of several, the last counts.
public final class Cancel implements Plugin {
    /// What a client waits is usually five seconds; a little more, and nobody listens any longer.
    private static final Duration TIMEOUT_DEFAULT = Duration.ofMillis(5001);

    @Override
    public String name() {
        return "cancel";
    }

    @Override
    public Handler setup(List<Directive> occurrences, ServerBlock block) {
        var timeouts = occurrences.stream().map(Cancel::timeout).toList();
        return new CancelHandler(timeouts.getLast(), block.time());
    }

    @Override
    public Handler setup(Directive directive, ServerBlock block) {
        return setup(List.of(directive), block);
    }

    private static Duration timeout(Directive cancel) {
        var arguments = cancel.arguments("[TIMEOUT]");
        var timeout = arguments.durationOr("TIMEOUT", Duration.ofNanos(1), TIMEOUT_DEFAULT);
        arguments.expectEnd();
        cancel.expectNoBlock();
        return timeout;
    }
}
