package dev.onoma.server;

import dev.onoma.api.Directive;
import dev.onoma.api.Handler;
import dev.onoma.api.Plugin;
import dev.onoma.api.ServerBlock;

/// `erratic`: throws.
public final class BrokenPlugin implements Plugin {
    @Override
    public String name() {
        return "erratic";
    }

    @Override
    public Handler setup(Directive directive, ServerBlock block) {
        return (_, _) -> {
            throw new IllegalStateException("thrown by a handler");
        };
    }
}
