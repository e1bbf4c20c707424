package dev.onoma.zone;

import dev.onoma.api.NameKey;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.xbill.DNS.DClass;
import org.xbill.DNS.Rcode;
import org.xbill.DNS.Type;

/// An update message (RFC 2136): what must be so before, and what is to be so afterwards.
///
/// @param prerequisites in the order of the message
/// @param changes in the order of the message
public record Update(List<UpdateRecord> prerequisites, List<UpdateRecord> changes) {
    private static final int META_FIRST = 128;
    private static final int META_LAST = 255;

    /// Reads a message.
    ///
    /// @throws ZoneException if its records are malformed
    public static Update read(byte[] message, int length) throws ZoneException {
        return MessageRecords.update(message, length);
    }

    /// Whether all that must be so is so (section 3.2).
    ///
    /// @return the response code
    public int check(ZoneEdit zone) {
        var sets = new HashMap<NameKey, Map<Integer, List<byte[]>>>();
        for (var wanted : prerequisites) {
            int rcode = check(wanted, zone, sets);
            if (rcode != Rcode.NOERROR) {
                return rcode;
            }
        }
        for (var owner : sets.entrySet()) {
            for (var set : owner.getValue().entrySet()) {
                if (!isSame(zone, owner.getKey(), set.getKey(), set.getValue())) {
                    return Rcode.NXRRSET;
                }
            }
        }
        return Rcode.NOERROR;
    }

    private static int check(
            UpdateRecord wanted, ZoneEdit zone, Map<NameKey, Map<Integer, List<byte[]>>> sets) {
        if (wanted.ttl() != 0) {
            return Rcode.FORMERR;
        }
        var name = wanted.name();
        if (!name.isUnder(zone.base().apexKey())) {
            return Rcode.NOTZONE;
        }
        boolean empty = wanted.data().length == 0;
        boolean anyType = wanted.type() == Type.ANY;
        return switch (wanted.dclass()) {
            case DClass.ANY -> {
                if (!empty) {
                    yield Rcode.FORMERR;
                }
                yield anyType
                        ? zone.exists(name) ? Rcode.NOERROR : Rcode.NXDOMAIN
                        : zone.has(name, wanted.type()) ? Rcode.NOERROR : Rcode.NXRRSET;
            }
            case DClass.NONE -> {
                if (!empty) {
                    yield Rcode.FORMERR;
                }
                yield anyType
                        ? zone.exists(name) ? Rcode.YXDOMAIN : Rcode.NOERROR
                        : zone.has(name, wanted.type()) ? Rcode.YXRRSET : Rcode.NOERROR;
            }
            case DClass.IN -> {
                if (isMeta(wanted.type())) {
                    yield Rcode.FORMERR;
                }
                sets.computeIfAbsent(name, _ -> new HashMap<>())
                        .computeIfAbsent(wanted.type(), _ -> new ArrayList<>())
                        .add(wanted.data());
                yield Rcode.NOERROR;
            }
            default -> Rcode.FORMERR;
        };
    }

    private static boolean isSame(ZoneEdit zone, NameKey name, int type, List<byte[]> wanted) {
        var unique = new ArrayList<byte[]>();
        for (var data : wanted) {
            if (unique.stream().noneMatch(other -> Arrays.equals(other, data))) {
                unique.add(data);
            }
        }
        return zone.data(name, type).size() == unique.size()
                && unique.stream().allMatch(data -> zone.contains(name, type, data));
    }

    /// Whether the changes are ones that can be made at all (section 3.4.1).
    ///
    /// @return the response code
    public int prescan(NameKey apex) {
        for (var change : changes) {
            if (!change.name().isUnder(apex)) {
                return Rcode.NOTZONE;
            }
            boolean meta = isMeta(change.type());
            boolean right =
                    switch (change.dclass()) {
                        case DClass.IN -> !meta;
                        case DClass.ANY ->
                                change.ttl() == 0
                                        && change.data().length == 0
                                        && (!meta || change.type() == Type.ANY);
                        case DClass.NONE -> change.ttl() == 0 && !meta;
                        default -> false;
                    };
            if (!right) {
                return Rcode.FORMERR;
            }
        }
        return Rcode.NOERROR;
    }

    private static boolean isMeta(int type) {
        return type == 0 || type == Type.OPT || type >= META_FIRST && type <= META_LAST;
    }

    /// Makes the changes (section 3.4.2), in the order of the message. What must not be done is
    /// passed over, as the RFC wants it.
    public void apply(ZoneEdit zone) {
        for (var change : changes) {
            switch (change.dclass()) {
                case DClass.IN -> add(change, zone);
                case DClass.ANY -> removeSets(change, zone);
                default -> remove(change, zone);
            }
        }
    }

    private static void add(UpdateRecord change, ZoneEdit zone) {
        var name = change.name();
        int type = change.type();
        if (type == Type.SOA) {
            replaceSoa(change, zone);
            return;
        }
        if (type == Type.CNAME) {
            if (zone.types(name).stream().anyMatch(t -> !standsBesideCname(t))) {
                return;
            }
            zone.removeAll(name, Type.CNAME);
        } else if (!standsBesideCname(type) && zone.has(name, Type.CNAME)) {
            return;
        }
        zone.add(name, type, change.ttl(), change.data());
        zone.ttl(name, type, change.ttl());
    }

    private static boolean standsBesideCname(int type) {
        return type == Type.CNAME || type == Type.RRSIG || type == Type.NSEC || type == Type.KEY;
    }

    private static void replaceSoa(UpdateRecord change, ZoneEdit zone) {
        var apex = zone.base().apexKey();
        if (!change.name().equals(apex)) {
            return;
        }
        var present = zone.data(apex, Type.SOA).getFirst();
        if (IncomingTransfer.isNewer(ZoneEdit.serial(change.data()), ZoneEdit.serial(present))) {
            zone.removeAll(apex, Type.SOA);
            zone.add(apex, Type.SOA, change.ttl(), change.data());
        }
    }

    private static void removeSets(UpdateRecord change, ZoneEdit zone) {
        var name = change.name();
        boolean isApex = name.equals(zone.base().apexKey());
        var types = change.type() == Type.ANY ? zone.types(name) : List.of(change.type());
        for (int type : types) {
            if (!isApex || type != Type.SOA && type != Type.NS) {
                zone.removeAll(name, type);
            }
        }
    }

    private static void remove(UpdateRecord change, ZoneEdit zone) {
        var name = change.name();
        int type = change.type();
        boolean lastServer =
                type == Type.NS
                        && name.equals(zone.base().apexKey())
                        && zone.data(name, Type.NS).size() == 1;
        if (type != Type.SOA && !lastServer) {
            zone.remove(name, type, change.data());
        }
    }
}
