package dev.onoma.plugins.transfer;

import dev.onoma.api.NameKey;
import dev.onoma.api.ZoneSet;
import java.util.LinkedHashMap;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.xbill.DNS.Name;

/// Of several directives, the one with the longest zone decides about a name.
final class Rules {
    private final ZoneSet zones;
    private final List<TransferRule> rules;

    Rules(List<TransferRule> all) {
        var byZone = new LinkedHashMap<Name, TransferRule>();
        all.forEach(rule -> rule.zones().forEach(zone -> byZone.putIfAbsent(zone, rule)));
        zones = new ZoneSet(List.copyOf(byZone.keySet()));
        rules = List.copyOf(byZone.values());
    }

    /// The rule about a name, or null.
    @Nullable TransferRule of(NameKey name) {
        int place = zones.match(name);
        return place < 0 ? null : rules.get(place);
    }
}
