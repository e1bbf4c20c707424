package dev.onoma.zone;

import dev.onoma.api.NameKey;
import dev.onoma.api.Names;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.xbill.DNS.Name;
import org.xbill.DNS.Type;

/// Reads what a catalog zone lists (RFC 9432, sections 3 and 4).
public final class CatalogMembers {
    /// How many zones one catalog may list.
    static final int MEMBERS_MAX = 100_000;

    private static final byte[] VERSION = {1, '2'};

    private CatalogMembers() {}

    /// A zone that is listed.
    ///
    /// @param id the label under which it is listed
    /// @param newOwner the catalog that it belongs to from now on, or null
    public record Member(Name zone, String id, @Nullable Name newOwner) {}

    /// The zones that a catalog lists, by name.
    ///
    /// @throws ZoneException if it is no catalog of version 2
    public static Map<NameKey, Member> of(ZoneData catalog) throws ZoneException {
        var place = "catalog zone " + catalog.apex();
        version(catalog, place);
        var zonesAt = new NameKey();
        var name = new NameKey();
        var zones = Names.of("zones." + catalog.apex());
        zonesAt.read(zones.toWire(), 0, zones.length());
        var found = new LinkedHashMap<NameKey, Member>();
        var owners = new HashMap<String, Name>();
        var blocks = new Blocks(catalog);
        for (int block = blocks.next(); block != Arena.NOTHING; block = blocks.next()) {
            var page = catalog.arena.page(block);
            int at = Arena.at(block);
            name.read(page, at + Node.NAME, page.length);
            if (!name.isUnder(zonesAt)) {
                continue;
            }
            int depth = name.labels() - zonesAt.labels();
            if (depth == 1 && Node.has(page, at, Type.PTR)) {
                member(place, name, page, at, found);
            } else if (depth == 2 && name.labelText(0).equals("coo")) {
                int set = Node.find(page, at, Type.PTR, false);
                if (set >= 0 && Node.recordCount(page, set) != 1) {
                    throw new ZoneException(
                            place,
                            "catalog member %s has more than one coo PTR record"
                                    .formatted(name.labelText(1)));
                }
                if (set >= 0) {
                    owners.put(name.labelText(1), lower(page, set));
                }
            }
        }
        found.replaceAll((_, m) -> new Member(m.zone(), m.id(), owners.get(m.id())));
        return found;
    }

    private static void version(ZoneData catalog, String place) throws ZoneException {
        var page = catalog.arena.page(catalog.top());
        if (!Node.has(page, Arena.at(catalog.top()), Type.NS)) {
            throw new ZoneException(place, "it has no NS record");
        }
        var owner = new NameKey();
        var name = Names.of("version." + catalog.apex());
        owner.read(name.toWire(), 0, name.length());
        int block = catalog.find(owner, 0);
        var texts = block == Arena.NOTHING ? null : catalog.arena.page(block);
        int set = texts == null ? -1 : Node.find(texts, Arena.at(block), Type.TXT, false);
        if (texts == null || set < 0 || Node.recordCount(texts, set) != 1) {
            throw new ZoneException(place, "it must have exactly one version TXT record");
        }
        int data = set + Node.SET + 2;
        int length = Arena.u16(texts, data - 2);
        if (!java.util.Arrays.equals(texts, data, data + length, VERSION, 0, VERSION.length)) {
            throw new ZoneException(place, "it has an unsupported version, not 2");
        }
    }

    private static Name lower(byte[] page, int set) {
        return NameKey.of(Names.ofWire(page, set + Node.SET + 2)).name();
    }

    private static void member(
            String place, NameKey name, byte[] page, int at, Map<NameKey, Member> found)
            throws ZoneException {
        int set = Node.find(page, at, Type.PTR, false);
        if (Node.recordCount(page, set) != 1) {
            throw new ZoneException(
                    place, "catalog member %s must have exactly one PTR record".formatted(name));
        }
        var zone = lower(page, set);
        var member = new Member(zone, name.labelText(0), null);
        var other = found.put(NameKey.of(zone), member);
        if (other != null) {
            throw new ZoneException(
                    place,
                    "catalog member zone %s is listed by both %s and %s"
                            .formatted(zone, other.id(), member.id()));
        }
        if (found.size() > MEMBERS_MAX) {
            throw new ZoneException(place, "it lists more than %d zones".formatted(MEMBERS_MAX));
        }
    }
}
