package dev.onoma.plugins.acl;

import dev.onoma.api.Query;
import dev.onoma.api.ZoneSet;
import java.net.InetAddress;
import java.util.BitSet;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.xbill.DNS.Name;

/// One directive: zones, and policies of which the first that fits decides.
final class AclRule {
    private final ZoneSet zones;
    private final String[] labels;
    private final Policy[] policies;

    /// One line of a directive.
    ///
    /// @param types that it is about, null for all
    /// @param sources that it is about, null for all
    record Policy(AclAction action, @Nullable BitSet types, @Nullable Networks sources) {
        boolean fits(int type, @Nullable InetAddress client) {
            return (types == null || types.get(type))
                    && (sources == null || client != null && sources.contains(client));
        }
    }

    AclRule(List<Name> zones, List<Policy> policies) {
        this.zones = new ZoneSet(zones);
        labels = zones.stream().map(Name::toString).toArray(String[]::new);
        this.policies = policies.toArray(Policy[]::new);
    }

    /// The place of the zone that holds the name of the query, or -1.
    int zone(Query query) {
        return zones.match(query.key());
    }

    /// The label `zone` of metrics.
    String label(int zone) {
        return labels[zone];
    }

    /// What the first policy that fits says, or null.
    @Nullable AclAction decide(Query query) {
        var client = query.client().getAddress();
        for (var policy : policies) {
            if (policy.fits(query.type(), client)) {
                return policy.action();
            }
        }
        return null;
    }
}
