package dev.onoma.plugins.rewrite;

import org.jspecify.annotations.Nullable;
import org.xbill.DNS.CNAMERecord;
import org.xbill.DNS.DNAMERecord;
import org.xbill.DNS.MXRecord;
import org.xbill.DNS.NAPTRRecord;
import org.xbill.DNS.NSRecord;
import org.xbill.DNS.Name;
import org.xbill.DNS.PTRRecord;
import org.xbill.DNS.Record;
import org.xbill.DNS.SOARecord;
import org.xbill.DNS.SRVRecord;

/// The name in the data of a record, for the types whose names are rewritten.
final class RecordValue {
    private RecordValue() {}

    static @Nullable Name of(Record record) {
        return switch (record) {
            case CNAMERecord r -> r.getTarget();
            case DNAMERecord r -> r.getTarget();
            case NSRecord r -> r.getTarget();
            case PTRRecord r -> r.getTarget();
            case MXRecord r -> r.getTarget();
            case SRVRecord r -> r.getTarget();
            case NAPTRRecord r -> r.getReplacement();
            case SOARecord r -> r.getHost();
            default -> null;
        };
    }

    /// The record with another name in its data.
    static Record with(Record record, Name value) {
        var name = record.getName();
        int dclass = record.getDClass();
        long ttl = record.getTTL();
        return switch (record) {
            case CNAMERecord _ -> new CNAMERecord(name, dclass, ttl, value);
            case DNAMERecord _ -> new DNAMERecord(name, dclass, ttl, value);
            case NSRecord _ -> new NSRecord(name, dclass, ttl, value);
            case PTRRecord _ -> new PTRRecord(name, dclass, ttl, value);
            case MXRecord r -> new MXRecord(name, dclass, ttl, r.getPriority(), value);
            case SRVRecord r ->
                    new SRVRecord(
                            name, dclass, ttl, r.getPriority(), r.getWeight(), r.getPort(), value);
            case NAPTRRecord r ->
                    new NAPTRRecord(
                            name,
                            dclass,
                            ttl,
                            r.getOrder(),
                            r.getPreference(),
                            r.getFlags(),
                            r.getService(),
                            r.getRegexp(),
                            value);
            case SOARecord r ->
                    new SOARecord(
                            name,
                            dclass,
                            ttl,
                            value,
                            r.getAdmin(),
                            r.getSerial(),
                            r.getRefresh(),
                            r.getRetry(),
                            r.getExpire(),
                            r.getMinimum());
            default -> record;
        };
    }
}
