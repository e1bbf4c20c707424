package dev.onoma.plugins.grpc;

import dev.onoma.api.Directive;
import dev.onoma.api.Handler;
import dev.onoma.api.Plugin;
import dev.onoma.api.ServerBlock;
import java.util.List;

/// Asks other servers over gRPC.
public final class Grpc implements Plugin {
    @Override
    public String name() {
        return "grpc";
    }

    @Override
    public Handler setup(List<Directive> occurrences, ServerBlock block) {
        if (occurrences.size() > 1) {
            throw occurrences.get(1).wrong("this plugin can only be used once per Server Block");
        }
        return setup(occurrences.getFirst(), block);
    }

    @Override
    public Handler setup(Directive directive, ServerBlock block) {
        var options = GrpcOptions.parse(directive, block);
        var handler = new GrpcHandler(options, new GrpcMetrics(block.metrics()), block.random());
        block.onStart(() -> handler.isLast(block.chain().getLast().equals(name())));
        block.onStop(handler::close);
        return handler;
    }
}
