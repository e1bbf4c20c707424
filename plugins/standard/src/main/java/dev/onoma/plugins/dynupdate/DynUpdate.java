package dev.onoma.plugins.dynupdate;

import dev.onoma.api.Directive;
import dev.onoma.api.Handler;
import dev.onoma.api.Plugin;
import dev.onoma.api.ServerBlock;
import dev.onoma.tsig.TsigKeys;
import dev.onoma.zone.ZoneHandler;
import dev.onoma.zone.ZoneTable;
import java.util.List;

/// Serves a zone that clients with a key may change.
public final class DynUpdate implements Plugin {
    @Override
    public String name() {
        return "dynupdate";
    }

    @Override
    public Handler setup(Directive directive, ServerBlock block) {
        var options = DynUpdateOptions.parse(directive, block);
        var keys = block.setting(TsigKeys.class);
        for (var permission : options.permissions()) {
            if (keys.flatMap(k -> k.key(permission.key())).isEmpty()) {
                directive.warn(
                        "there is no key %s in tsig of this server block, so nobody has it"
                                .formatted(permission.key()));
            }
        }
        var zone =
                block.keep(
                        DynamicZone.class,
                        options.zone() + " " + directive.text(),
                        _ -> new DynamicZone(options, block));
        block.onStart(zone::start);
        block.onServing(zone::serving);
        var table = new ZoneTable();
        table.replace(List.of(zone.zone()));
        table.offer(block);
        block.onStop(() -> table.replace(List.of()));
        return new UpdateHandler(
                options,
                zone,
                new ZoneHandler(table, block.loads("metadata")),
                new UpdateMetrics(block.metrics()),
                block.log(name()));
    }
}
