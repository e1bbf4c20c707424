package dev.onoma.zone;

import java.util.List;
import org.xbill.DNS.DNSKEYRecord;

/// Which keys do what when a zone is signed. All are keys of the zone.
///
/// @param published have DNSKEY records
/// @param forKeys sign the DNSKEY records
/// @param forZone sign all else; of each algorithm that is published there is at least one
/// @param forParent have CDS and CDNSKEY records (RFC 7344): the DS records that the parent is to
///   have
public record SigningPlan(
        List<DNSKEYRecord> published,
        List<SigningKey> forKeys,
        List<SigningKey> forZone,
        List<DNSKEYRecord> forParent) {}
