package dev.onoma.api;

import org.jspecify.annotations.Nullable;
import org.xbill.DNS.Record;

/// One version of a zone, ready to be transferred. Immutable.
public interface ZoneVersion {
    /// The serial of its SOA record, 0 to 2^32-1.
    long serial();

    /// Its SOA record.
    Record soa();

    /// What changed since an earlier version, as an incremental transfer has it (RFC 1995, section
    /// 4); null if nobody knows any more, or the whole zone says it in less.
    ///
    /// @param serial of the version that the client has
    /// @param question the name of the zone as the client spells it
    default @Nullable MoreMessages changes(long serial, NameKey question) {
        return null;
    }

    /// All records, as a transfer has them: the SOA record first and last (RFC 5936, section 2.2).
    ///
    /// @param question the name of the zone as the client spells it
    MoreMessages messages(NameKey question);
}
