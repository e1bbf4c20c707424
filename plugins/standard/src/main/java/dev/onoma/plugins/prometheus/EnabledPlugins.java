package dev.onoma.plugins.prometheus;

import dev.onoma.api.Addresses;
import dev.onoma.api.BindAddresses;
import dev.onoma.api.Metrics;
import dev.onoma.api.ServerBlock;
import dev.onoma.api.ViewFilter;
import java.util.ArrayList;
import java.util.List;

/// Exports which plugins the queries of a server block pass: for its first key, on each of its
/// addresses.
final class EnabledPlugins {
    private final ServerBlock block;
    private final Metrics.Family<Metrics.Gauge> enabled;
    private final List<String[]> exported = new ArrayList<>();

    EnabledPlugins(ServerBlock block) {
        this.block = block;
        enabled =
                block.metrics()
                        .gauges(
                                "coredns_plugin_enabled",
                                "A metric that indicates whether a plugin is enabled on per server"
                                        + " and zone basis.",
                                "server",
                                "zone",
                                "view",
                                "name");
    }

    /// Adds the block's series; those of the configuration before are gone by then.
    void export() {
        var zone = block.zones().isEmpty() ? "." : block.zones().getFirst().toString();
        var view = block.setting(ViewFilter.class).map(ViewFilter::name).orElse("");
        for (var server : servers()) {
            for (var plugin : block.chain()) {
                var labels = new String[] {server, zone, view, plugin};
                enabled.with(labels).set(1);
                exported.add(labels);
            }
        }
    }

    // A key is SCHEME://ZONE:PORT, and a listener SCHEME://[ADDRESS]:PORT.
    private List<String> servers() {
        var key = block.keys().isEmpty() ? "dns://.:53" : block.keys().getFirst();
        var scheme = key.substring(0, key.indexOf("://") + 3);
        var port = key.substring(key.lastIndexOf(':'));
        var bound = block.setting(BindAddresses.class);
        if (bound.isEmpty()) {
            return List.of(scheme + port);
        }
        return bound.get().addresses().stream()
                .map(Addresses::text)
                .map(host -> scheme + (host.contains(":") ? "[" + host + "]" : host) + port)
                .toList();
    }

    /// Takes away what this block has exported.
    void forget() {
        exported.forEach(enabled::remove);
        exported.clear();
    }
}
