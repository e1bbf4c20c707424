package dev.onoma.zone;

import java.util.ArrayList;
import java.util.List;
import org.xbill.DNS.CDNSKEYRecord;
import org.xbill.DNS.CDSRecord;
import org.xbill.DNS.DClass;
import org.xbill.DNS.DNSKEYRecord;
import org.xbill.DNS.DNSSEC;
import org.xbill.DNS.DSRecord;
import org.xbill.DNS.Name;
import org.xbill.DNS.Record;
import org.xbill.DNS.SOARecord;
import org.xbill.DNS.Type;

/// The records that signing makes at the name of a zone, with the TTL of the SOA record.
final class ApexRecords {
    private final SOARecord source;
    private final Name apex;
    private final long ttl;

    /// @param source the SOA record in the file
    ApexRecords(SOARecord source) {
        this.source = source;
        apex = source.getName();
        ttl = source.getTTL();
    }

    SOARecord soa(long serial) {
        return new SOARecord(
                apex,
                DClass.IN,
                ttl,
                source.getHost(),
                source.getAdmin(),
                serial,
                source.getRefresh(),
                source.getRetry(),
                source.getExpire(),
                source.getMinimum());
    }

    List<Record> keys(List<DNSKEYRecord> published) {
        var records = new ArrayList<Record>();
        for (var key : published) {
            records.add(
                    Record.newRecord(
                            apex, Type.DNSKEY, DClass.IN, ttl, key.rdataToWireCanonical()));
        }
        return records;
    }

    /// For the parent (RFC 7344).
    List<Record> digestsOf(List<DNSKEYRecord> keys) {
        var records = new ArrayList<Record>();
        for (var key : keys) {
            var ds = new DSRecord(apex, DClass.IN, ttl, DNSSEC.Digest.SHA256, key);
            records.add(
                    new CDSRecord(
                            apex,
                            DClass.IN,
                            ttl,
                            ds.getFootprint(),
                            ds.getAlgorithm(),
                            ds.getDigestID(),
                            ds.getDigest()));
        }
        return records;
    }

    /// For the parent, which makes digests itself (RFC 7344).
    List<Record> copiesOf(List<DNSKEYRecord> keys) {
        var records = new ArrayList<Record>();
        for (var key : keys) {
            records.add(
                    new CDNSKEYRecord(
                            apex,
                            DClass.IN,
                            ttl,
                            key.getFlags(),
                            key.getProtocol(),
                            key.getAlgorithm(),
                            key.getKey()));
        }
        return records;
    }
}
