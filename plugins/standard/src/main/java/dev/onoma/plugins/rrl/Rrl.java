package dev.onoma.plugins.rrl;

import dev.onoma.api.Directive;
import dev.onoma.api.Handler;
import dev.onoma.api.Plugin;
import dev.onoma.api.ServerBlock;
import java.util.List;

/// Limits how often one network gets the same answer, so that this server is no use for flooding
/// others with its answers.
public final class Rrl implements Plugin {
    @Override
    public String name() {
        return "rrl";
    }

    @Override
    public Handler setup(List<Directive> occurrences, ServerBlock block) {
        return setup(Directive.once(occurrences), block);
    }

    @Override
    public Handler setup(Directive directive, ServerBlock block) {
        var options = RrlOptions.parse(directive, block);
        var accounts =
                block.keep(
                        Accounts.class,
                        block.keys() + " " + directive.text(),
                        _ -> new Accounts(options.tableSize(), options.window()));
        return new RrlHandler(options, accounts, new RrlMetrics(block.metrics()));
    }
}
