package dev.onoma.zone;

import dev.onoma.api.NameKey;
import dev.onoma.api.ServerBlock;
import dev.onoma.api.ZoneSet;
import dev.onoma.api.ZoneTransfers;
import dev.onoma.api.ZoneVersion;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.xbill.DNS.Name;

/// Zones that do not change but in what they say, for those who transfer them.
public final class ZoneSource implements ZoneTransfers.Source {
    private final List<ServedZone> zones;
    private final List<Name> names;
    private final ZoneSet set;

    private ZoneSource(List<ServedZone> zones) {
        this.zones = List.copyOf(zones);
        names = zones.stream().map(ServedZone::apex).toList();
        set = new ZoneSet(names);
    }

    /// Offers zones, and says when they change while the server block serves.
    public static void offer(List<ServedZone> zones, ZoneTransfers transfers, ServerBlock block) {
        transfers.offer(new ZoneSource(zones));
        Consumer<Name> changed = transfers::changed;
        block.onServing(() -> zones.forEach(zone -> zone.listen(changed)));
        block.onStop(() -> zones.forEach(zone -> zone.forget(changed)));
    }

    @Override
    public List<Name> zones() {
        return names;
    }

    @Override
    public @Nullable ZoneVersion version(NameKey zone) {
        int place = set.match(zone);
        if (place < 0 || zone.labels() != names.get(place).labels() - 1) {
            return null;
        }
        var data = zones.get(place).data();
        return data == null ? null : new TransferredVersion(data);
    }
}
