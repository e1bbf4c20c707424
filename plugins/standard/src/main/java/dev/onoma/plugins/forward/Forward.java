package dev.onoma.plugins.forward;

import dev.onoma.api.CorefileException;
import dev.onoma.api.DenialMemory;
import dev.onoma.api.Directive;
import dev.onoma.api.Handler;
import dev.onoma.api.Plugin;
import dev.onoma.api.ServerBlock;
import dev.onoma.api.UpstreamTap;
import java.util.ArrayList;
import java.util.List;

/// Asks other DNS servers, over UDP, TCP, TLS and HTTPS.
///
/// Each stanza has upstreams, sockets and limits of its own. Names of upstreams are looked up when
/// the configuration starts, which fails if one has no address.
public final class Forward implements Plugin {
    @Override
    public String name() {
        return "forward";
    }

    @Override
    public Handler setup(Directive directive, ServerBlock block) {
        return setup(List.of(directive), block);
    }

    @Override
    public Handler setup(List<Directive> occurrences, ServerBlock block) {
        var problems = new ArrayList<CorefileException>();
        var handlers = new ArrayList<Handler>();
        for (var occurrence : occurrences) {
            try {
                boolean last = occurrence == occurrences.getLast();
                handlers.add(stanza(occurrence, block, !last));
            } catch (CorefileException e) {
                problems.add(e);
            }
        }
        if (!problems.isEmpty()) {
            throw CorefileException.all(problems);
        }
        return Handler.inOrder(handlers);
    }

    private static Handler stanza(Directive directive, ServerBlock block, boolean hasSuccessor) {
        var options = ForwardOptions.parse(directive, block);
        var metrics = new ForwardMetrics(block.metrics());
        var flights =
                new Flights(
                        options,
                        metrics,
                        block.log("forward"),
                        block.time(),
                        block.random(),
                        block.setting(UpstreamTap.class).orElse(null));
        block.onStart(() -> flights.open(Upstreams.targets(options.to(), options.resolvers())));
        block.onStop(flights::close);
        return new ForwardHandler(
                options, flights, hasSuccessor, block.setting(DenialMemory.class).orElse(null));
    }
}
