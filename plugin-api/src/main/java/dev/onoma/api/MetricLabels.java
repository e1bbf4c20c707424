package dev.onoma.api;

import java.net.Inet4Address;
import java.net.InetSocketAddress;
import org.xbill.DNS.Rcode;
import org.xbill.DNS.Type;

/// Values of labels, as CoreDNS's dashboards expect them. Constant texts: nothing is allocated.
public final class MetricLabels {
    /// What all types have in common that have no value of their own.
    public static final String OTHER = "other";

    private MetricLabels() {}

    /// The label `type`.
    public static String type(int type) {
        return switch (type) {
            case Type.A -> "A";
            case Type.AAAA -> "AAAA";
            case Type.CNAME -> "CNAME";
            case Type.DNSKEY -> "DNSKEY";
            case Type.DS -> "DS";
            case Type.MX -> "MX";
            case Type.NSEC3 -> "NSEC3";
            case Type.NSEC -> "NSEC";
            case Type.NS -> "NS";
            case Type.PTR -> "PTR";
            case Type.RRSIG -> "RRSIG";
            case Type.SOA -> "SOA";
            case Type.SRV -> "SRV";
            case Type.TXT -> "TXT";
            case Type.HTTPS -> "HTTPS";
            case Type.SVCB -> "SVCB";
            case Type.IXFR -> "IXFR";
            case Type.AXFR -> "AXFR";
            case Type.ANY -> "ANY";
            default -> OTHER;
        };
    }

    /// The label `family`: 1 for IPv4, 2 for IPv6.
    public static String family(InetSocketAddress client) {
        return client.getAddress() instanceof Inet4Address ? "1" : "2";
    }

    /// The label `rcode`.
    public static String rcode(int rcode) {
        return Rcode.string(rcode);
    }
}
