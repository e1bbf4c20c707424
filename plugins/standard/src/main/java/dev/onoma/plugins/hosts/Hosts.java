package dev.onoma.plugins.hosts;

import dev.onoma.api.Directive;
import dev.onoma.api.Handler;
import dev.onoma.api.Metrics;
import dev.onoma.api.Plugin;
import dev.onoma.api.ServerBlock;
import dev.onoma.api.ZoneSet;
import java.util.List;

/// Answers addresses, and names of addresses, from a file like `/etc/hosts` and from lines of the
/// Corefile.
public final class Hosts implements Plugin {
    @Override
    public String name() {
        return "hosts";
    }

    @Override
    public void metrics(Metrics metrics) {
        HostsMetrics.reloaded(metrics);
    }

    @Override
    public Handler setup(List<Directive> occurrences, ServerBlock block) {
        return setup(Directive.once(occurrences), block);
    }

    @Override
    public Handler setup(Directive directive, ServerBlock block) {
        var options = HostsOptions.parse(directive, block);
        var zones = new ZoneSet(options.zones());
        var inline = inline(options, zones);
        var key = options.file() + " " + options.zones() + " " + directive.text();
        var file = block.keep(HostsFile.class, key, _ -> new HostsFile(options, inline, block));
        block.onStart(file::start);
        return new HostsHandler(file, zones, options);
    }

    private static HostsTable inline(HostsOptions options, ZoneSet zones) {
        var table = new HostsTable(options.reverse());
        for (var line : options.inline()) {
            new HostsReader(table, zones, (_, message) -> line.warn(message))
                    .read(String.join(" ", line.words()));
        }
        table.trim();
        return table;
    }
}
