package dev.onoma.plugins.k8s_external;

import dev.onoma.api.Cluster;
import dev.onoma.api.Directive;
import dev.onoma.api.Handler;
import dev.onoma.api.Plugin;
import dev.onoma.api.ServerBlock;
import dev.onoma.api.ZoneTransfers;
import java.util.List;

/// Answers names of services with the addresses that they have outside of their cluster.
public final class K8sExternal implements Plugin {
    private static final String NAME = "k8s_external";
    private static final String SOURCE = "kubernetes";

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public Handler setup(Directive directive, ServerBlock block) {
        return setup(List.of(directive), block);
    }

    @Override
    public Handler setup(List<Directive> occurrences, ServerBlock block) {
        var options = ExternalOptions.parse(occurrences, block);
        if (!block.loads(SOURCE)) {
            throw occurrences
                    .getFirst()
                    .wrong(
                            "kubernetes plugin not loaded: add a kubernetes directive to this"
                                    + " server block, the services come from there");
        }
        // kubernetes stands behind this plugin in the chain, so it is set up later.
        var handler = new ExternalHandler(options);
        block.onStart(() -> handler.cluster(block.setting(Cluster.class).orElseThrow()));
        block.setting(ZoneTransfers.class)
                .ifPresent(transfers -> transfers.offerLive(handler.transferred(), block));
        return handler;
    }
}
