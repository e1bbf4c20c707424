package dev.onoma.plugins.loadbalance;

import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.xbill.DNS.AAAARecord;
import org.xbill.DNS.ARecord;
import org.xbill.DNS.Record;
import org.xbill.DNS.Type;

/// The records of one section by what reordering does to them. Aliases must stay in front: stub
/// resolvers read from top to bottom.
record Sorted(
        List<Record> aliases, List<Record> addresses, List<Record> exchangers, List<Record> rest) {
    static Sorted of(List<Record> section) {
        var sorted =
                new Sorted(
                        new ArrayList<>(), new ArrayList<>(), new ArrayList<>(), new ArrayList<>());
        for (var r : section) {
            (switch (r.getType()) {
                        case Type.CNAME -> sorted.aliases;
                        case Type.A, Type.AAAA -> sorted.addresses;
                        case Type.MX -> sorted.exchangers;
                        default -> sorted.rest;
                    })
                    .add(r);
        }
        return sorted;
    }

    /// The address of a record, or null if it has none.
    static @Nullable InetAddress address(Record r) {
        return switch (r) {
            case ARecord a -> a.getAddress();
            case AAAARecord a -> a.getAddress();
            default -> null;
        };
    }
}
