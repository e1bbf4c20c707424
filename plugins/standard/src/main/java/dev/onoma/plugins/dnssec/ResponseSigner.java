package dev.onoma.plugins.dnssec;

import dev.onoma.api.NameKey;
import dev.onoma.api.Query;
import dev.onoma.api.Response;
import dev.onoma.api.WireSections;
import dev.onoma.api.ZoneSet;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.xbill.DNS.CNAMERecord;
import org.xbill.DNS.DNSSEC.DNSSECException;
import org.xbill.DNS.Name;
import org.xbill.DNS.Rcode;
import org.xbill.DNS.Record;
import org.xbill.DNS.SOARecord;
import org.xbill.DNS.Section;
import org.xbill.DNS.Type;

/// Adds signatures, and proofs of what is not there, to one response. Any thread that may wait.
final class ResponseSigner {
    private final ZoneSet zones;
    private final KeyRing ring;
    private final Signatures signatures;

    ResponseSigner(ZoneSet zones, KeyRing ring, Signatures signatures) {
        this.zones = zones;
        this.ring = ring;
        this.signatures = signatures;
    }

    /// The name of the cut that a response refers to, in one of the zones; null if it is no
    /// referral.
    static @Nullable Name delegated(Response response, ZoneSet zones) {
        if (response.rcode() != Rcode.NOERROR
                || !response.hasType(Section.AUTHORITY, Type.NS)
                || response.hasType(Section.AUTHORITY, Type.SOA)) {
            return null;
        }
        for (var r : response.sections().records(response.name(), Section.AUTHORITY)) {
            int zone = zones.match(NameKey.of(r.getName()));
            if (r.getType() == Type.NS && zone >= 0 && !zones.name(zone).equals(r.getName())) {
                return r.getName();
            }
        }
        return null;
    }

    /// Signs.
    ///
    /// @param more what was said about the cut that the response is about: its DS records, or
    ///   whether it is one; null if it is about none
    void sign(Query query, Response response, @Nullable Response more, Instant now)
            throws DNSSECException, InterruptedException, TooManySignatures {
        var name = query.name();
        var cut = delegated(response, zones);
        var answers = List.copyOf(response.answers());
        var authorities = new ArrayList<>(response.authorities());
        var additionals = List.copyOf(response.additionals());
        var proofs = new ArrayList<Record>();
        if (cut != null) {
            proveKeys(cut, authorities, more, proofs);
        } else {
            deny(query, response, answers, authorities, more, proofs);
        }
        boolean moved = answers.isEmpty() && query.type() == Type.NSEC && !proofs.isEmpty();
        var signedAnswers = signed(moved ? proofs : answers, cut, now);
        authorities.addAll(proofs);
        var signedAuthorities = moved ? List.<Record>of() : signed(authorities, cut, now);
        var signedAdditionals = cut == null ? signed(additionals, null, now) : additionals;
        if (!proofs.isEmpty() && response.rcode() == Rcode.NXDOMAIN) {
            response.rcode(Rcode.NOERROR); // what the NSEC record says is in its types
        }
        response.sections(
                WireSections.of(name, signedAnswers, signedAuthorities, signedAdditionals));
    }

    private int zone(Name name) {
        int zone = zones.match(NameKey.of(name));
        return zone < 0 || ring.keys().get(zone).isEmpty() ? -1 : zone;
    }

    // The DS records of a cut, or that there are none (RFC 4035, section 3.1.4.1).
    private void proveKeys(
            Name cut, List<Record> authorities, @Nullable Response more, List<Record> proofs) {
        if (authorities.stream().anyMatch(r -> r.getType() == Type.DS) || zone(cut) < 0) {
            return;
        }
        if (more == null) {
            throw new IllegalStateException("it is not known whether " + cut + " has keys");
        }
        var keys = more.answers().stream().filter(r -> r.getType() == Type.DS).toList();
        if (!keys.isEmpty()) {
            authorities.addAll(keys);
            return;
        }
        var soa = soa(more.authorities());
        if (soa == null) {
            throw new IllegalStateException("it is not known whether " + cut + " has keys");
        }
        proofs.add(Denials.noKeys(cut, ttl(soa)));
    }

    private void deny(
            Query query,
            Response response,
            List<Record> answers,
            List<Record> authorities,
            @Nullable Response more,
            List<Record> proofs) {
        var soa = soa(authorities);
        if (soa == null) {
            return;
        }
        var end = end(query.name(), answers);
        int zone = zone(end);
        if (zone < 0 || !zones.name(zone).equals(soa.getName())) {
            return;
        }
        if (response.rcode() == Rcode.NXDOMAIN) {
            proofs.add(Denials.noName(end, ttl(soa)));
        } else if (query.type() == Type.DS && isCut(end, more)) {
            proofs.add(Denials.noKeys(end, ttl(soa)));
        } else {
            boolean apex = end.equals(soa.getName());
            proofs.add(Denials.noType(end, query.type(), apex, ttl(soa)));
        }
    }

    // What the zone says to a question for NS: a cut is referred to.
    private static boolean isCut(Name name, @Nullable Response more) {
        return more != null
                && more.count(Section.ANSWER) == 0
                && more.authorities().stream()
                        .anyMatch(r -> r.getType() == Type.NS && r.getName().equals(name));
    }

    private static @Nullable SOARecord soa(List<Record> authorities) {
        for (var r : authorities) {
            if (r instanceof SOARecord soa) {
                return soa;
            }
        }
        return null;
    }

    // RFC 9077.
    private static long ttl(SOARecord soa) {
        return Math.min(soa.getTTL(), soa.getMinimum());
    }

    // Where aliases lead from a name.
    private static Name end(Name name, List<Record> answers) {
        var end = name;
        for (var r : answers) {
            if (r instanceof CNAMERecord alias && alias.getName().equals(end)) {
                end = alias.getTarget();
            }
        }
        return end;
    }

    /// The records, each set followed by its signatures.
    ///
    /// @param cut whose NS records are not signed, or null
    private List<Record> signed(List<Record> records, @Nullable Name cut, Instant now)
            throws DNSSECException, InterruptedException, TooManySignatures {
        var sets = new LinkedHashMap<String, List<Record>>();
        for (var r : records) {
            var key = r.getName().toString().toLowerCase(java.util.Locale.ROOT) + " " + r.getType();
            sets.computeIfAbsent(key, _ -> new ArrayList<>()).add(r);
        }
        var all = new ArrayList<Record>();
        for (var set : sets.values()) {
            all.addAll(set);
            var first = set.getFirst();
            int zone = zone(first.getName());
            if (zone >= 0 && !isUnsigned(first, cut, records)) {
                all.addAll(signatures.of(ring, zone, set, now));
            }
        }
        return all;
    }

    // Delegations (RFC 4035, section 2.2), and aliases made of a DNAME record (RFC 6672, section
    // 5.3.1).
    private static boolean isUnsigned(Record first, @Nullable Name cut, List<Record> records) {
        if (first.getType() == Type.NS) {
            return first.getName().equals(cut);
        }
        return first.getType() == Type.CNAME
                && records.stream()
                        .anyMatch(r ->
                                r.getType() == Type.DNAME
                                        && first.getName().subdomain(r.getName())
                                        && !first.getName().equals(r.getName()));
    }
}
