package dev.onoma.plugins.metadata;

import dev.onoma.api.Directive;
import dev.onoma.api.Handler;
import dev.onoma.api.MetadataZones;
import dev.onoma.api.Plugin;
import dev.onoma.api.ServerBlock;
import java.util.List;

/// Lets the plugins of a server block say values about its queries before the chain runs.
public final class Metadata implements Plugin {
    @Override
    public String name() {
        return "metadata";
    }

    @Override
    public Handler setup(List<Directive> occurrences, ServerBlock block) {
        return setup(Directive.once(occurrences), block);
    }

    @Override
    public Handler setup(Directive directive, ServerBlock block) {
        var zones = directive.arguments("[ZONES...]").zonesOr(block.zones());
        directive.expectNoBlock();
        block.setting(MetadataZones.class, new MetadataZones(zones));
        return Handler.PASS;
    }
}
