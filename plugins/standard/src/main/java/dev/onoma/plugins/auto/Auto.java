package dev.onoma.plugins.auto;

import dev.onoma.api.Directive;
import dev.onoma.api.Handler;
import dev.onoma.api.Plugin;
import dev.onoma.api.ServerBlock;
import dev.onoma.api.ZoneSet;
import dev.onoma.zone.ZoneHandler;
import java.util.List;

/// Serves the zones whose files lie in a folder. All occurrences of a server block are one.
public final class Auto implements Plugin {
    @Override
    public String name() {
        return "auto";
    }

    @Override
    public Handler setup(Directive directive, ServerBlock block) {
        return setup(List.of(directive), block);
    }

    @Override
    public Handler setup(List<Directive> occurrences, ServerBlock block) {
        var options = AutoOptions.parse(occurrences, block);
        var folder = block.keep(WatchedFolder.class, options.key(), _ -> watched(options, block));
        block.onValidate(folder::check);
        block.onStart(folder::start);
        block.onServing(folder::serving);
        folder.table().offer(block);
        var zones = new ZoneSet(options.zones());
        var answers =
                new ZoneHandler(
                        folder.table().fallingThrough(options.fallthrough()),
                        block.loads("metadata"));
        return (query, next) ->
                zones.contains(query.key()) ? answers.handle(query, next) : next.handle(query);
    }

    private static WatchedFolder watched(AutoOptions options, ServerBlock block) {
        var files =
                new ZoneFolder(
                        options.directory(), options.files(), options.origin(), block.log("auto"));
        return new WatchedFolder(files, options.reload(), block);
    }
}
