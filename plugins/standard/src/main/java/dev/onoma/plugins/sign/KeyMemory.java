package dev.onoma.plugins.sign;

import java.nio.file.Path;
import java.time.Instant;
import org.jspecify.annotations.Nullable;
import org.xbill.DNS.DNSKEYRecord;

/// What a key has done in the zone so far: what resolvers may have of it. Times are of the signing
/// with which something changed; null means that it is not so.
///
/// @param record the DNSKEY record
/// @param published the DNSKEY record is in the zone since
/// @param withdrawn the DNSKEY record is out of the zone since
/// @param signsKeys it signs the DNSKEY records
/// @param signing it signs all else since
/// @param ceased it signs all else no more since
/// @param requested its CDS record is in the zone since
/// @param released its CDS record is out of the zone since, or was to be
/// @param file where it lies, without `.key` and `.private`
record KeyMemory(
        DNSKEYRecord record,
        @Nullable Instant published,
        @Nullable Instant withdrawn,
        boolean signsKeys,
        @Nullable Instant signing,
        @Nullable Instant ceased,
        @Nullable Instant requested,
        @Nullable Instant released,
        @Nullable Path file) {
    /// Of a key that has done nothing.
    static KeyMemory nothing(DNSKEYRecord record) {
        return new KeyMemory(record, null, null, false, null, null, null, null, null);
    }

    /// Of a key that a copy was signed with of which nothing else is known.
    static KeyMemory longAgo(DNSKEYRecord record, boolean signing) {
        var then = Instant.EPOCH;
        return new KeyMemory(
                record, then, null, true, signing ? then : null, null, then, null, null);
    }

    /// Whether the parent is asked for its DS record.
    boolean isRequested() {
        return requested != null && released == null;
    }
}
