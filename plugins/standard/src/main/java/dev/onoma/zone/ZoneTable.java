package dev.onoma.zone;

import dev.onoma.api.NameKey;
import dev.onoma.api.ServerBlock;
import dev.onoma.api.ZoneSet;
import dev.onoma.api.ZoneTransfers;
import dev.onoma.api.ZoneVersion;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.xbill.DNS.Name;
import org.xbill.DNS.Record;

/// Zones that are served together and may come and go. Any thread reads; whoever owns the table
/// writes.
public final class ZoneTable implements Supplier<ZoneHandler.Zones> {
    private volatile ZoneHandler.Zones zones = new ZoneHandler.Zones(List.of(), List.of());
    private final List<Consumer<Name>> listeners = new CopyOnWriteArrayList<>();
    private final Consumer<Name> changed = this::changed;

    @Override
    public ZoneHandler.Zones get() {
        return zones;
    }

    /// Serves these zones from now on, and tells listeners of those that are new. None of them
    /// falls through.
    public void replace(List<ServedZone> next) {
        replace(new ZoneHandler.Zones(next, Collections.nCopies(next.size(), null)));
    }

    /// Serves these zones from now on, and tells listeners of those that are new.
    public synchronized void replace(ZoneHandler.Zones next) {
        var before = new HashSet<>(zones.zones());
        zones = next;
        for (var zone : next.zones()) {
            if (!before.remove(zone)) {
                zone.listen(changed);
                if (!listeners.isEmpty()) {
                    zone.keepChanges();
                }
                if (zone.data() != null) {
                    changed(zone.apex());
                }
            }
        }
        before.forEach(gone -> gone.forget(changed));
    }

    /// The same zones, with names that go on when a zone does not have them.
    ///
    /// @param fallthrough of which zones; null for none
    public Supplier<ZoneHandler.Zones> fallingThrough(@Nullable ZoneSet fallthrough) {
        return fallthrough == null ? this : new FallingThrough(this, fallthrough);
    }

    /// The zones of a table, made anew when they are others.
    private static final class FallingThrough implements Supplier<ZoneHandler.Zones> {
        private final ZoneTable table;
        private final ZoneSet fallthrough;
        private volatile Made made;

        private record Made(ZoneHandler.Zones from, ZoneHandler.Zones zones) {}

        FallingThrough(ZoneTable table, ZoneSet fallthrough) {
            this.table = table;
            this.fallthrough = fallthrough;
            made = make(table.get());
        }

        private Made make(ZoneHandler.Zones from) {
            var zones = from.zones();
            return new Made(
                    from,
                    new ZoneHandler.Zones(zones, Collections.nCopies(zones.size(), fallthrough)));
        }

        @Override
        public ZoneHandler.Zones get() {
            var current = table.get();
            var known = made;
            if (known.from != current) {
                known = make(current);
                made = known;
            }
            return known.zones;
        }
    }

    private void changed(Name apex) {
        listeners.forEach(l -> l.accept(apex));
    }

    /// Offers the zones, and says when they change while the server block serves.
    public void offer(ServerBlock block) {
        block.setting(ZoneTransfers.class).ifPresent(transfers -> offer(transfers, block));
    }

    private void offer(ZoneTransfers transfers, ServerBlock block) {
        transfers.offer(new Offered(this));
        Consumer<Name> told = transfers::changed;
        block.onServing(() -> {
            listeners.add(told);
            get().zones().forEach(ServedZone::keepChanges);
        });
        block.onStop(() -> listeners.remove(told));
    }

    /// The SOA record of a version.
    public static Record soa(ZoneData version) {
        return new TransferredVersion(version, List.of()).soa();
    }

    /// The zones, for those who transfer them.
    private record Offered(ZoneTable table) implements ZoneTransfers.Source {
        @Override
        public List<Name> zones() {
            return table.get().zones().stream().map(ServedZone::apex).toList();
        }

        @Override
        public @Nullable ZoneVersion version(NameKey zone) {
            var served = table.get().exactly(zone);
            var data = served == null ? null : served.data();
            return served == null || data == null
                    ? null
                    : new TransferredVersion(data, served.changes());
        }
    }
}
