package dev.onoma.plugins.file;

import dev.onoma.api.Directive;
import dev.onoma.api.ServerBlock;
import dev.onoma.api.ZoneSet;
import dev.onoma.zone.ZoneDigest;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.xbill.DNS.Name;

/// What a `file` directive says.
///
/// @param path of the master file
/// @param zones that are read from it, each with itself as the origin
/// @param reload how often to look whether the file has changed; zero for never
/// @param fallthrough names in these zones that the zone does not have go on; null for none
/// @param digest whether the zones' digests are checked
record FileOptions(
        Path path,
        List<Name> zones,
        Duration reload,
        @Nullable ZoneSet fallthrough,
        ZoneDigest.Check digest) {
    private static final Duration RELOAD_DEFAULT = Duration.ofMinutes(1);

    /// Reads `file DBFILE [ZONES...] { ... }`.
    static FileOptions parse(Directive file, ServerBlock block) {
        var arguments = file.arguments("DBFILE [ZONES...]");
        var path = block.file(arguments.text("DBFILE"));
        var zones = arguments.zonesOr(block.zones());
        var reload = RELOAD_DEFAULT;
        ZoneSet fallthrough = null;
        var digest = ZoneDigest.Check.NONE;
        for (var property : file.properties()) {
            switch (property.name()) {
                case "reload" -> {
                    var words = property.arguments("DURATION");
                    reload = words.duration("reload", Duration.ZERO);
                    words.ignoreRest(); // CoreDNS does
                }
                case "fallthrough" ->
                        fallthrough =
                                new ZoneSet(
                                        property.arguments("[ZONES...]")
                                                .zonesOr(List.of(Name.root)));
                case "zonemd" -> digest = ZoneDigest.Check.of(property);
                // Any change of the file is noticed, so there is nothing to switch on.
                case "reload_by_mtime" -> property.arguments("").ignoreRest();
                // Look-ups have long gone through the server itself.
                case "upstream" -> property.arguments("[ADDRESS...]").ignoreRest();
                default ->
                        throw property.unknown(
                                "reload", "reload_by_mtime", "fallthrough", "zonemd");
            }
        }
        return new FileOptions(path, zones, reload, fallthrough, digest);
    }
}
