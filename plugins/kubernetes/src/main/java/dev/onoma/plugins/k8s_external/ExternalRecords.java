package dev.onoma.plugins.k8s_external;

import dev.onoma.api.Addresses;
import java.net.Inet4Address;
import java.net.InetAddress;
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
import org.xbill.DNS.TextParseException;
import org.xbill.DNS.Type;

/// Makes the records of this plugin.
///
/// @param ttl in seconds, of every record
/// @param apex the labels below a zone, under which its name servers are
record ExternalRecords(int ttl, String apex) {
    private static final int REFRESH_SECONDS = 7200;
    private static final int RETRY_SECONDS = 1800;
    private static final int EXPIRE_SECONDS = 86_400;

    /// Labels in front of a zone; empty if that is no name, or one too long.
    static Optional<Name> under(String labels, Name zone) {
        try {
            return Optional.of(Name.concatenate(Name.fromString(labels), zone));
        } catch (TextParseException | NameTooLongException _) {
            return Optional.empty();
        }
    }

    /// A name outside of the cluster; empty if the text is none.
    static Optional<Name> hostname(String text) {
        return Addresses.parse(text).isPresent()
                ? Optional.empty()
                : under(
                        text.endsWith(".") ? text.substring(0, text.length() - 1) : text,
                        Name.root);
    }

    /// The name server of a zone. Whether it fits was checked with the Corefile.
    Name nameServer(Name zone) {
        return under("ns1." + apex, zone).orElseThrow();
    }

    Record soa(Name zone, long serialSeconds) {
        return new SOARecord(
                zone,
                DClass.IN,
                ttl,
                nameServer(zone),
                under("hostmaster." + apex, zone).orElseThrow(),
                serialSeconds & 0xffff_ffffL,
                REFRESH_SECONDS,
                RETRY_SECONDS,
                EXPIRE_SECONDS,
                /* minimum= */ ttl);
    }

    Record ns(Name zone) {
        return new NSRecord(zone, DClass.IN, ttl, nameServer(zone));
    }

    Record address(Name owner, InetAddress address) {
        return address instanceof Inet4Address
                ? new ARecord(owner, DClass.IN, ttl, address)
                : new AAAARecord(owner, DClass.IN, ttl, address);
    }

    /// Address records of one family, each address once.
    List<Record> addresses(Name owner, int type, List<InetAddress> addresses) {
        return addresses.stream()
                .filter(a -> type == (a instanceof Inet4Address ? Type.A : Type.AAAA))
                .distinct()
                .map(a -> address(owner, a))
                .toList();
    }

    CNAMERecord alias(Name owner, Name target) {
        return new CNAMERecord(owner, DClass.IN, ttl, target);
    }

    Record service(Name owner, int weight, int port, Name target) {
        return new SRVRecord(owner, DClass.IN, ttl, /* priority= */ 0, weight, port, target);
    }

    Record pointer(Name owner, Name target) {
        return new PTRRecord(owner, DClass.IN, ttl, target);
    }
}
