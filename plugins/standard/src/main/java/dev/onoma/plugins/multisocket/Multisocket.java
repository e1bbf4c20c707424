package dev.onoma.plugins.multisocket;

import dev.onoma.api.Directive;
import dev.onoma.api.Handler;
import dev.onoma.api.Plugin;
import dev.onoma.api.ServerBlock;
import java.util.List;

/// Accepts what CoreDNS needs to use all processors. Each event loop of this server has a socket of
/// its own for each address (SO_REUSEPORT) anyway, so there is nothing to do.
public final class Multisocket implements Plugin {
    private static final int SOCKETS_MAX = 1024;

    @Override
    public String name() {
        return "multisocket";
    }

    @Override
    public Handler setup(List<Directive> occurrences, ServerBlock block) {
        return setup(Directive.once(occurrences), block);
    }

    @Override
    public Handler setup(Directive directive, ServerBlock block) {
        var arguments = directive.arguments("[N]");
        var _ = arguments.numberOr("N", 1, SOCKETS_MAX, 1);
        arguments.expectEnd();
        directive.expectNoBlock();
        return Handler.PASS;
    }
}
