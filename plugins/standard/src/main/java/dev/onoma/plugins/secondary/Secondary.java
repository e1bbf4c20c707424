package dev.onoma.plugins.secondary;

import dev.onoma.api.Directive;
import dev.onoma.api.Handler;
import dev.onoma.api.Plugin;
import dev.onoma.api.ServerBlock;
import dev.onoma.api.ZoneSet;
import dev.onoma.zone.ZoneHandler;
import java.util.HashSet;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.xbill.DNS.Name;

/// Serves zones that come from other servers. All occurrences of a server block are one handler.
public final class Secondary implements Plugin {
    @Override
    public String name() {
        return "secondary";
    }

    @Override
    public Handler setup(Directive directive, ServerBlock block) {
        return setup(List.of(directive), block);
    }

    @Override
    public Handler setup(List<Directive> occurrences, ServerBlock block) {
        var seen = new HashSet<Name>();
        ZoneSet fallthrough = null;
        var all = new java.util.ArrayList<SecondaryOptions>();
        for (var directive : occurrences) {
            var options = SecondaryOptions.parse(directive, block);
            for (var zone : options.zones()) {
                if (!seen.add(zone)) {
                    directive.warn(
                            "zone %s stands here more than once; the last counts".formatted(zone));
                }
            }
            fallthrough = options.fallthrough() == null ? fallthrough : options.fallthrough();
            all.add(options);
        }
        var zones =
                block.keep(
                        SecondaryZones.class,
                        key(occurrences, block),
                        _ -> new SecondaryZones(all, block));
        block.onStart(zones::start);
        block.onServing(zones::serving);
        zones.table().offer(block);
        return new SecondaryHandler(
                zones,
                answers(zones, fallthrough, block),
                new SecondaryMetrics(block.metrics()),
                block.log(name()));
    }

    // Keys are named here, and said in `tsig`.
    private static String key(List<Directive> occurrences, ServerBlock block) {
        var keys =
                block.setting(dev.onoma.tsig.TsigKeys.class)
                        .map(dev.onoma.tsig.TsigKeys::fingerprint)
                        .orElse("");
        return block.zones()
                + " "
                + keys
                + occurrences.stream().map(Directive::text).collect(Collectors.joining("\n"));
    }

    private static Handler answers(
            SecondaryZones zones, @Nullable ZoneSet fallthrough, ServerBlock block) {
        boolean metadata = block.loads("metadata");
        return new ZoneHandler(zones.table().fallingThrough(fallthrough), metadata);
    }
}
