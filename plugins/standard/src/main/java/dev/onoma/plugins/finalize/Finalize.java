package dev.onoma.plugins.finalize;

import dev.onoma.api.Directive;
import dev.onoma.api.Handler;
import dev.onoma.api.Plugin;
import dev.onoma.api.ServerBlock;
import java.util.List;

/// Answers with the addresses that aliases lead to, without the aliases.
public final class Finalize implements Plugin {
    @Override
    public String name() {
        return "finalize";
    }

    @Override
    public Handler setup(List<Directive> occurrences, ServerBlock block) {
        return setup(Directive.once(occurrences), block);
    }

    /// Reads `finalize [max_depth MAX]`.
    @Override
    public Handler setup(Directive directive, ServerBlock block) {
        directive.expectNoBlock();
        var arguments = directive.arguments("[max_depth MAX]");
        int depthMax = FinalizeHandler.DEPTH_MAX;
        if (arguments.hasNext()) {
            arguments.oneOf("the first word", "max_depth");
            depthMax = arguments.number("MAX", 1, FinalizeHandler.DEPTH_MAX);
        }
        arguments.expectEnd();
        return new FinalizeHandler(depthMax, new FinalizeMetrics(block.metrics()), block.time());
    }
}
