package dev.onoma.plugins.auto;

import dev.onoma.api.Directive;
import dev.onoma.api.Handler;
import dev.onoma.api.Plugin;
import dev.onoma.api.ServerBlock;
import dev.onoma.api.ZoneSet;
import dev.onoma.zone.ZoneHandler;
import dev.onoma.zone.ZoneHandler.Zones;
import java.util.Collections;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

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
        block.onStart(folder::start);
        block.onServing(folder::serving);
        folder.table().offer(block);
        var zones = new ZoneSet(options.zones());
        var answers =
                new ZoneHandler(served(folder, options.fallthrough()), block.loads("metadata"));
        return (query, next) ->
                zones.contains(query.key()) ? answers.handle(query, next) : next.handle(query);
    }

    private static WatchedFolder watched(AutoOptions options, ServerBlock block) {
        var files =
                new ZoneFolder(
                        options.directory(), options.files(), options.origin(), block.log("auto"));
        return new WatchedFolder(files, options.reload(), block);
    }

    private static Supplier<Zones> served(WatchedFolder folder, @Nullable ZoneSet fallthrough) {
        return fallthrough == null ? folder.table() : new FallingThrough(folder, fallthrough);
    }

    /// The zones of a folder, with names that go on.
    private static final class FallingThrough implements Supplier<Zones> {
        private final WatchedFolder folder;
        private final ZoneSet fallthrough;
        private volatile Zones of = new Zones(List.of(), List.of());
        private volatile Zones made = of;

        FallingThrough(WatchedFolder folder, ZoneSet fallthrough) {
            this.folder = folder;
            this.fallthrough = fallthrough;
        }

        @Override
        public Zones get() {
            var current = folder.table().get();
            if (current != of) {
                var zones = current.zones();
                made = new Zones(zones, Collections.nCopies(zones.size(), fallthrough));
                of = current;
            }
            return made;
        }
    }
}
