package dev.onoma.plugins.secondary;

import dev.onoma.api.Log;
import dev.onoma.api.NameKey;
import dev.onoma.api.ZoneSet;
import dev.onoma.zone.CatalogMembers;
import dev.onoma.zone.ZoneException;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.xbill.DNS.Name;

/// A zone that lists zones (RFC 9432), and those of them that are served because of it: they come
/// from the same primaries, and go when they are not listed any more.
///
/// One thread at a time: that of the zone.
final class Catalog {
    private final SecondaryZone zone;
    private final SecondaryZones zones;
    private final Log log;
    private final @Nullable ZoneSet admitted;
    private final Map<NameKey, Member> members = new HashMap<>();
    private Map<NameKey, Name> handedOver = Map.of();

    /// @param id the label under which the catalog lists it
    private record Member(String id, SecondaryZone zone) {}

    Catalog(SecondaryZone zone, SecondaryZones zones, Log log) {
        this.zone = zone;
        this.zones = zones;
        this.log = log;
        var names = zone.options().members();
        admitted = names.isEmpty() ? null : new ZoneSet(names);
    }

    synchronized boolean owns(NameKey member) {
        return members.containsKey(member);
    }

    // Whether the catalog says that another one owns a member from now on.
    private synchronized boolean handsOver(NameKey member, Name to) {
        return to.equals(handedOver.get(member));
    }

    /// Another version of the catalog is served.
    void changed() {
        var data = zone.zone().data();
        if (data == null) {
            return;
        }
        Map<NameKey, CatalogMembers.Member> listed;
        try {
            listed = CatalogMembers.of(data);
        } catch (ZoneException e) {
            log.error("%s; its members stay as they are".formatted(e.getMessage()));
            return;
        }
        log.info(
                "Parsed catalog zone %s with %d member zones"
                        .formatted(zone.zone().apex(), listed.size()));
        var over = new HashMap<NameKey, Name>();
        listed.forEach((key, member) -> {
            if (member.newOwner() != null) {
                over.put(key, member.newOwner());
            }
        });
        synchronized (this) {
            handedOver = over;
        }
        gone(listed).forEach(member -> zones.remove(member.zone()));
        var come = come(listed);
        zones.publish();
        come.values().forEach(member -> member.zone().start());
    }

    private synchronized Collection<Member> gone(Map<NameKey, CatalogMembers.Member> listed) {
        var gone = new LinkedHashMap<NameKey, Member>();
        members.forEach((key, member) -> {
            var now = listed.get(key);
            if (now == null || !now.id().equals(member.id())) {
                gone.put(key, member);
                log.info(
                        now == null
                                ? "Removed catalog member zone %s from catalog %s"
                                        .formatted(key, zone.zone().apex())
                                : "Reset catalog member zone %s from %s after member ID changed from %s to %s"
                                        .formatted(key, zone.zone().apex(), member.id(), now.id()));
            }
        });
        members.keySet().removeAll(gone.keySet());
        return gone.values();
    }

    private Map<NameKey, Member> come(Map<NameKey, CatalogMembers.Member> listed) {
        var come = new LinkedHashMap<NameKey, Member>();
        int skipped = 0;
        for (var entry : listed.entrySet()) {
            var key = entry.getKey();
            if (owns(key)) {
                continue;
            }
            if (admitted != null && !admitted.contains(key)) {
                skipped++;
                continue;
            }
            takeOver(key);
            var added = zones.add(memberOptions(), entry.getValue().zone());
            if (added == null) {
                log.warning(
                        "Skipping catalog member zone %s from %s: zone already exists"
                                .formatted(key, zone.zone().apex()));
                continue;
            }
            var member = new Member(entry.getValue().id(), added);
            synchronized (this) {
                members.put(key, member);
            }
            come.put(key, member);
            log.info(
                    "Added catalog member zone %s from catalog %s"
                            .formatted(key, zone.zone().apex()));
        }
        if (skipped > 0) {
            log.warning(
                    "Skipped %d member zones from catalog %s: outside configured member zones"
                            .formatted(skipped, zone.zone().apex()));
        }
        return come;
    }

    // Another catalog owns it, and says that this one does from now on (RFC 9432, section 4.4.1).
    private void takeOver(NameKey key) {
        var owner = zones.owner(key);
        if (owner == null || owner == this || !owner.handsOver(key, zone.zone().apex())) {
            return;
        }
        Member member;
        synchronized (owner) {
            member = Objects.requireNonNull(owner.members.remove(key));
        }
        zones.remove(member.zone());
        log.info(
                "Migrated catalog member zone %s from catalog %s to %s"
                        .formatted(key, owner.zone.zone().apex(), zone.zone().apex()));
    }

    private SecondaryOptions memberOptions() {
        return zone.options().ofMember();
    }
}
