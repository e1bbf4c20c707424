package dev.onoma.plugins.kubernetes;

import java.util.List;
import java.util.Optional;
import org.xbill.DNS.AAAARecord;
import org.xbill.DNS.ARecord;
import org.xbill.DNS.CNAMERecord;
import org.xbill.DNS.DClass;
import org.xbill.DNS.NSRecord;
import org.xbill.DNS.Name;
import org.xbill.DNS.NameTooLongException;
import org.xbill.DNS.PTRRecord;
import org.xbill.DNS.Record;
import org.xbill.DNS.SOARecord;
import org.xbill.DNS.SRVRecord;
import org.xbill.DNS.TXTRecord;
import org.xbill.DNS.TextParseException;
import org.xbill.DNS.Type;

/// Makes the records of this plugin, all with the TTL of the option `ttl`.
///
/// @param ttl in seconds
record AnswerRecords(int ttl) {
    private static final int SOA_TTL_MAX = 300;
    private static final int REFRESH_SECONDS = 7200;
    private static final int RETRY_SECONDS = 1800;
    private static final int EXPIRE_SECONDS = 86_400;
    private static final int VERSION_TTL = 28_800;
    private static final String VERSION = "1.1.0";

    Record address(Name owner, Address address) {
        return address.isV4()
                ? new ARecord(owner, DClass.IN, ttl, address.toInetAddress())
                : new AAAARecord(owner, DClass.IN, ttl, address.toInetAddress());
    }

    Record service(Name owner, int weight, int port, Name target) {
        return new SRVRecord(owner, DClass.IN, ttl, 0, weight, port, target);
    }

    CNAMERecord alias(Name owner, Name target) {
        return new CNAMERecord(owner, DClass.IN, ttl, target);
    }

    Record pointer(Name owner, Name target) {
        return new PTRRecord(owner, DClass.IN, ttl, target);
    }

    Record nameServer(Name zone, Name target) {
        return new NSRecord(zone, DClass.IN, ttl, target);
    }

    /// The version of the schema.
    static Record version(Name owner) {
        return new TXTRecord(owner, DClass.IN, VERSION_TTL, VERSION);
    }

    /// The first name server of a zone, when no service is one.
    static final String NAME_SERVER = "ns.dns";

    Record soa(Name zone, long serialSeconds) {
        return new SOARecord(
                zone,
                DClass.IN,
                /* ttl= */ Math.min(ttl, SOA_TTL_MAX),
                under(NAME_SERVER, zone),
                under("hostmaster", zone),
                serialSeconds & 0xffff_ffffL,
                REFRESH_SECONDS,
                RETRY_SECONDS,
                EXPIRE_SECONDS,
                /* minimum= */ ttl);
    }

    /// Labels in front of a zone, which leaves room for them in any sensible cluster.
    ///
    /// @throws IllegalArgumentException if the name becomes longer than 255 octets
    static Name under(String labels, Name zone) {
        return fitting(labels, zone)
                .orElseThrow(() -> new IllegalArgumentException(labels + " in front of " + zone));
    }

    /// Labels in front of a zone; empty if that is no name, or one too long.
    static Optional<Name> fitting(String labels, Name zone) {
        try {
            return Optional.of(Name.concatenate(Name.fromString(labels), zone));
        } catch (TextParseException | NameTooLongException _) {
            return Optional.empty();
        }
    }

    /// What an alias leads to. A text that is an address, or no domain name, is no name to follow;
    /// CoreDNS treats such a service as absent.
    static Optional<Name> target(String text) {
        return Address.parse(text).isPresent()
                ? Optional.empty()
                : fitting(text.replaceFirst("\\.$", ""), Name.root);
    }

    static Name serviceName(ServiceName service, Name zone) {
        return under(service.name() + "." + service.namespace() + ".svc", zone);
    }

    static Name endpointName(String label, ServiceName service, Name zone) {
        return under(label + "." + service.name() + "." + service.namespace() + ".svc", zone);
    }

    /// Whether the address belongs into a record of this type.
    static boolean matches(int type, Address address) {
        return switch (type) {
            case Type.A -> address.isV4();
            case Type.AAAA -> !address.isV4();
            default -> false;
        };
    }

    /// Address records of one family, each address once.
    List<Record> addresses(Name owner, int type, List<Address> addresses) {
        return addresses.stream()
                .filter(address -> matches(type, address))
                .distinct()
                .map(address -> address(owner, address))
                .toList();
    }
}
