package dev.onoma.plugins.file;

import dev.onoma.api.Directive;
import dev.onoma.api.Handler;
import dev.onoma.api.Plugin;
import dev.onoma.api.ServerBlock;
import dev.onoma.api.ZoneSet;
import dev.onoma.zone.ServedZone;
import dev.onoma.zone.ZoneFile;
import dev.onoma.zone.ZoneHandler;
import dev.onoma.zone.ZoneTable;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.xbill.DNS.Name;

/// Serves zones from master files. All occurrences of a server block are one handler, so that of
/// several zones the longest answers, whatever directive it comes from.
public final class FilePlugin implements Plugin {
    /// A zone, and whose names go on when it does not have them.
    private record Entry(ServedZone zone, @Nullable ZoneSet fallthrough) {}

    @Override
    public String name() {
        return "file";
    }

    @Override
    public Handler setup(Directive directive, ServerBlock block) {
        return setup(List.of(directive), block);
    }

    @Override
    public Handler setup(List<Directive> occurrences, ServerBlock block) {
        var entries = new LinkedHashMap<Name, Entry>();
        for (var directive : occurrences) {
            var options = FileOptions.parse(directive, block);
            for (var zone : options.zones()) {
                var file = zoneFile(options, zone, block);
                var entry = new Entry(file.zone(), options.fallthrough());
                if (entries.put(zone, entry) != null) {
                    directive.warn(
                            "zone %s is served from the last file that is named for it"
                                    .formatted(zone));
                }
            }
        }
        var fallthrough = new ArrayList<@Nullable ZoneSet>();
        entries.values().forEach(entry -> fallthrough.add(entry.fallthrough()));
        var zones =
                new ZoneHandler.Zones(
                        entries.values().stream().map(Entry::zone).toList(), fallthrough);
        var table = new ZoneTable();
        table.replace(zones);
        table.offer(block);
        // The zones outlive this table when the Corefile is read again.
        block.onStop(() -> table.replace(List.of()));
        return new ZoneHandler(() -> zones, block.loads("metadata"));
    }

    private static ZoneFile zoneFile(FileOptions options, Name zone, ServerBlock block) {
        var key = options.path() + " " + zone + " " + options.reload() + " " + options.digest();
        var file = block.keep(ZoneFile.class, key, _ -> make(options, zone, block));
        block.onValidate(file::check);
        block.onStart(file::start);
        block.onServing(file::serving);
        return file;
    }

    private static ZoneFile make(FileOptions options, Name zone, ServerBlock block) {
        return new ZoneFile(
                options.path(), zone, options.reload(), "file", options.digest(), block);
    }
}
