package dev.onoma.plugins.local;

import dev.onoma.api.Addresses;
import dev.onoma.api.NameKey;
import dev.onoma.api.Names;
import dev.onoma.api.Query;
import dev.onoma.api.Response;
import dev.onoma.api.WireSections;
import dev.onoma.api.ZoneSet;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.xbill.DNS.DClass;
import org.xbill.DNS.NSRecord;
import org.xbill.DNS.Name;
import org.xbill.DNS.PTRRecord;
import org.xbill.DNS.Rcode;
import org.xbill.DNS.Record;
import org.xbill.DNS.SOARecord;
import org.xbill.DNS.Type;

/// The zones that every server should know by itself: `localhost` (RFC 6761, section 6.3), and the
/// reverse zones of addresses that mean this host, or none (RFC 6303, sections 4.2 and 4.3).
final class LocalNames {
    /// One week.
    static final int TTL = 604_800;

    private static final Name LOCALHOST = Names.of("localhost.");
    private static final Name MAILBOX = Names.of("root.localhost.");
    private static final Name LOOPBACK_4 = Names.of("1.0.0.127.in-addr.arpa.");
    private static final Name LOOPBACK_6 = Names.of("1." + "0.".repeat(31) + "ip6.arpa.");
    private static final NameKey LOCALHOST_KEY = NameKey.of(LOCALHOST);
    private static final byte[] LOCALHOST_LABEL = "localhost".getBytes(StandardCharsets.US_ASCII);

    static final ZoneSet ZONES =
            new ZoneSet(
                    List.of(
                            LOCALHOST,
                            Names.of("0.in-addr.arpa."),
                            Names.of("127.in-addr.arpa."),
                            Names.of("255.in-addr.arpa."),
                            Names.of("0.".repeat(32) + "ip6.arpa."),
                            LOOPBACK_6));

    private static final WireSections ADDRESS_4 = addresses(Type.A, "127.0.0.1");
    private static final WireSections ADDRESS_6 = addresses(Type.AAAA, "::1");

    private LocalNames() {}

    private static WireSections addresses(int type, String text) {
        return WireSections.ofAddresses(
                type, TTL, Addresses.parse(text).orElseThrow().getAddress());
    }

    /// Whether a name lies below `localhost.`, or begins with that label: resolvers with a search
    /// list ask for `localhost.example.org.`.
    static boolean isBesideLocalhost(NameKey name, boolean prefix) {
        return name.labels() > 1
                && (name.isUnder(LOCALHOST_KEY) || prefix && name.labelEquals(0, LOCALHOST_LABEL));
    }

    /// The answer for a name that means this host.
    static Response localhost(Query query) {
        return switch (query.type()) {
            case Type.A -> query.reply().sections(ADDRESS_4);
            case Type.AAAA -> query.reply().sections(ADDRESS_6);
            default -> query.reply().authority(soa(query.name()));
        };
    }

    /// The answer for a name in one of [#ZONES].
    static Response answer(Query query, int zone) {
        var name = query.name();
        var apex = new Name(name, name.labels() - ZONES.name(zone).labels());
        boolean atApex = name.labels() == apex.labels();
        boolean loopback = name.equals(LOOPBACK_4) || name.equals(LOOPBACK_6);
        if (!atApex && !loopback) {
            return query.reply().rcode(Rcode.NXDOMAIN).authority(soa(apex));
        }
        if (loopback && query.type() == Type.PTR) {
            return query.reply().answer(new PTRRecord(name, DClass.IN, TTL, LOCALHOST));
        }
        return atApex ? apex(query) : query.reply().authority(soa(apex));
    }

    private static Response apex(Query query) {
        var name = query.name();
        return switch (query.type()) {
            case Type.SOA -> query.reply().answer(soa(name));
            case Type.NS -> query.reply().answer(new NSRecord(name, DClass.IN, TTL, LOCALHOST));
            default ->
                    name.equals(LOCALHOST) ? localhost(query) : query.reply().authority(soa(name));
        };
    }

    private static Record soa(Name owner) {
        return new SOARecord(owner, DClass.IN, TTL, LOCALHOST, MAILBOX, 1, 0, 0, 0, TTL);
    }
}
