package dev.onoma.plugins.dnssec;

import dev.onoma.api.Names;
import java.util.Arrays;
import org.xbill.DNS.DClass;
import org.xbill.DNS.NSECRecord;
import org.xbill.DNS.Name;
import org.xbill.DNS.NameTooLongException;
import org.xbill.DNS.TextParseException;
import org.xbill.DNS.Type;

/// NSEC records of compact denial (RFC 9824): each is about one name, and covers nothing but it.
///
/// What is denied is denied exactly. That a type is absent is proved by a record that claims all
/// others to be there, but for those that would mean something else: NS, DS and SOA only where a
/// cut or an apex is, never CNAME and DNAME. So nobody can take a proof about one type as one about
/// another, and least of all as one of a delegation without keys.
final class Denials {
    /// The type that says: this name does not exist (RFC 9824, section 2).
    static final int NXNAME = 128;

    private static final int[] ANYWHERE = {
        Type.A,
        Type.HINFO,
        Type.MX,
        Type.PTR,
        Type.TXT,
        Type.RP,
        Type.AFSDB,
        Type.AAAA,
        Type.LOC,
        Type.SRV,
        Type.NAPTR,
        Type.CERT,
        Type.APL,
        Type.SSHFP,
        Type.IPSECKEY,
        Type.RRSIG,
        Type.NSEC,
        Type.DHCID,
        Type.TLSA,
        Type.SMIMEA,
        Type.HIP,
        Type.CDS,
        Type.CDNSKEY,
        Type.OPENPGPKEY,
        Type.SVCB,
        Type.HTTPS,
        Type.SPF,
        Type.URI,
        Type.CAA
    };
    private static final int[] APEX = {Type.NS, Type.SOA, Type.DNSKEY};

    private Denials() {}

    /// That a name does not exist.
    static NSECRecord noName(Name name, long ttl) {
        return about(name, ttl, new int[] {Type.RRSIG, Type.NSEC, NXNAME});
    }

    /// That a name lacks a type, and is no cut.
    static NSECRecord noType(Name name, int type, boolean isApex, long ttl) {
        var types = Arrays.copyOf(ANYWHERE, ANYWHERE.length + (isApex ? APEX.length : 0));
        if (isApex) {
            System.arraycopy(APEX, 0, types, ANYWHERE.length, APEX.length);
        }
        return about(
                name,
                ttl,
                Arrays.stream(types)
                        .filter(t -> t != type || t == Type.RRSIG || t == Type.NSEC)
                        .toArray());
    }

    /// That the zone below a cut has no keys.
    static NSECRecord noKeys(Name cut, long ttl) {
        return about(cut, ttl, new int[] {Type.NS, Type.RRSIG, Type.NSEC});
    }

    private static NSECRecord about(Name name, long ttl, int[] types) {
        return new NSECRecord(name, DClass.IN, ttl, next(name), types);
    }

    // The first name behind this one in canonical order; nearly that where a name leaves no room
    // for one more label.
    private static Name next(Name name) {
        try {
            return Name.concatenate(new Name("\\000"), name);
        } catch (NameTooLongException | TextParseException e) {
            return behind(name.toWireCanonical());
        }
    }

    private static Name behind(byte[] wire) {
        int last = wire[0];
        while (last > 1 && (wire[last] & 0xff) == 0xff) {
            last--;
        }
        var next = new byte[wire.length - wire[0] + last];
        System.arraycopy(wire, 1, next, 1, last);
        System.arraycopy(wire, wire[0] + 1, next, last + 1, wire.length - wire[0] - 1);
        next[0] = (byte) last;
        // Capital letters would be ordered as small ones.
        next[last] = (byte) (next[last] == '@' ? '[' : next[last] + 1);
        return Names.ofWire(next, 0);
    }
}
