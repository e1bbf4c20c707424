package dev.onoma.plugins.debug;

import dev.onoma.api.DebugMode;
import dev.onoma.api.Directive;
import dev.onoma.api.Handler;
import dev.onoma.api.Plugin;
import dev.onoma.api.ServerBlock;

/// Turns on debug messages, and stack traces of mistakes.
public final class Debug implements Plugin {
    @Override
    public String name() {
        return "debug";
    }

    @Override
    public Handler setup(Directive directive, ServerBlock block) {
        directive.expectNothingElse();
        block.setting(DebugMode.class, new DebugMode());
        return Handler.PASS;
    }
}
