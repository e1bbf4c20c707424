package dev.onoma.plugins.secondary;

import dev.onoma.api.NameKey;
import dev.onoma.api.ServerBlock;
import dev.onoma.zone.ServedZone;
import dev.onoma.zone.ZoneTable;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.xbill.DNS.Name;

/// The zones of a server block that come from other servers: those of the Corefile, and those that
/// catalogs list. Outlives reloads of the Corefile that do not touch it.
final class SecondaryZones implements AutoCloseable {
    private final ServerBlock block;
    private final ZoneTable table = new ZoneTable();
    private final Map<NameKey, SecondaryZone> zones = new ConcurrentHashMap<>();
    private final List<Catalog> catalogs = new java.util.ArrayList<>();
    private boolean closed;

    SecondaryZones(List<SecondaryOptions> all, ServerBlock block) {
        this.block = block;
        for (var options : all) {
            for (var apex : options.zones()) {
                var zone = new SecondaryZone(options, apex, block);
                zones.put(NameKey.of(apex), zone);
                if (options.catalog()) {
                    var catalog = new Catalog(zone, this, block.log("secondary"));
                    catalogs.add(catalog);
                    zone.zone().listen(_ -> catalog.changed());
                }
            }
        }
        publish();
    }

    /// The zones served. Any thread.
    ZoneTable table() {
        return table;
    }

    /// The zone of exactly this name, or null. Any thread; waits for nobody.
    @Nullable SecondaryZone zone(NameKey name) {
        return zones.get(name);
    }

    void start() {
        snapshot().forEach(SecondaryZone::start);
    }

    void serving() {
        snapshot().forEach(SecondaryZone::serving);
    }

    private synchronized List<SecondaryZone> snapshot() {
        return List.copyOf(zones.values());
    }

    /// Adds a zone that a catalog lists.
    ///
    /// @return whether there was none of this name
    synchronized @Nullable SecondaryZone add(SecondaryOptions options, Name apex) {
        var key = NameKey.of(apex);
        if (closed || zones.containsKey(key)) {
            return null;
        }
        var zone = new SecondaryZone(options, apex, block);
        zones.put(key, zone);
        return zone;
    }

    /// Takes a zone away that a catalog does not list any more.
    void remove(SecondaryZone zone) {
        synchronized (this) {
            zones.remove(NameKey.of(zone.zone().apex()), zone);
        }
        zone.forget();
    }

    /// Which catalog a member belongs to.
    @Nullable Catalog owner(NameKey member) {
        return catalogs.stream().filter(c -> c.owns(member)).findFirst().orElse(null);
    }

    /// Serves what has been added, and no more what has been removed.
    synchronized void publish() {
        List<ServedZone> served = zones.values().stream().map(SecondaryZone::zone).toList();
        table.replace(served);
    }

    @Override
    public void close() {
        synchronized (this) {
            closed = true;
        }
        snapshot().forEach(SecondaryZone::close);
    }
}
