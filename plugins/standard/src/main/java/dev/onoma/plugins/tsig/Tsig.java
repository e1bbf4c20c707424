package dev.onoma.plugins.tsig;

import dev.onoma.api.Directive;
import dev.onoma.api.Handler;
import dev.onoma.api.Plugin;
import dev.onoma.api.ServerBlock;
import dev.onoma.tsig.TsigKeys;
import java.util.List;

/// Checks signatures of queries, lets responses be signed, and refuses queries that should be
/// signed and are not.
public final class Tsig implements Plugin {
    @Override
    public String name() {
        return "tsig";
    }

    @Override
    public Handler setup(List<Directive> occurrences, ServerBlock block) {
        return setup(Directive.once(occurrences), block);
    }

    @Override
    public Handler setup(Directive directive, ServerBlock block) {
        var options = TsigOptions.parse(directive, block);
        if (options.keys().isEmpty()) {
            directive.warn("there are no keys, so every signed query is refused");
        }
        var keys = new TsigKeys(options.keys());
        block.setting(TsigKeys.class, keys);
        return new TsigHandler(options, keys, new TsigMetrics(block.metrics()), block);
    }
}
