package dev.onoma.plugins.blocklist;

import dev.onoma.api.Directive;
import dev.onoma.api.Handler;
import dev.onoma.api.Plugin;
import dev.onoma.api.ServerBlock;
import java.util.List;

/// Does not answer names that are on lists.
public final class Blocklist implements Plugin {
    @Override
    public String name() {
        return "blocklist";
    }

    @Override
    public Handler setup(List<Directive> occurrences, ServerBlock block) {
        return setup(Directive.once(occurrences), block);
    }

    @Override
    public Handler setup(Directive directive, ServerBlock block) {
        var options = BlocklistOptions.parse(directive, block);
        var lists = block.keep(Lists.class, options.toString(), _ -> new Lists(options, block));
        block.onStart(lists::start);
        return new BlocklistHandler(options, lists, new BlocklistMetrics(block.metrics()));
    }
}
