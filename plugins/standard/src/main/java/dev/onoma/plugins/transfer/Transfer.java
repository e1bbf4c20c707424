package dev.onoma.plugins.transfer;

import dev.onoma.api.Directive;
import dev.onoma.api.Handler;
import dev.onoma.api.Plugin;
import dev.onoma.api.ServerBlock;
import dev.onoma.api.ZoneTransfers;
import java.util.List;

/// Gives zones of the plugins behind it to other servers, and tells those when zones change.
public final class Transfer implements Plugin {
    @Override
    public String name() {
        return "transfer";
    }

    @Override
    public Handler setup(Directive directive, ServerBlock block) {
        return setup(List.of(directive), block);
    }

    /// All directives are one handler, so that the longest zone decides, whatever the order.
    @Override
    public Handler setup(List<Directive> occurrences, ServerBlock block) {
        var all = occurrences.stream().map(d -> TransferRule.parse(d, block)).toList();
        var rules = new Rules(all);
        var log = block.log(name());
        var notifier = new Notifier(rules, log, block.random(), block.time());
        var transfers = new ZoneTransfers(notifier::changed);
        block.setting(ZoneTransfers.class, transfers);
        block.onServing(() -> transfers.zones().forEach(notifier::changed));
        block.onStop(notifier::close);
        return new TransferHandler(rules, transfers, log, block.time());
    }
}
