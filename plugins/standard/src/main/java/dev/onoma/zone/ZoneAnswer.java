package dev.onoma.zone;

import dev.onoma.api.WireSections;
import org.jspecify.annotations.Nullable;
import org.xbill.DNS.Name;

/// What a zone says to a question.
///
/// @param kept under what this was kept, see [ZoneAnswers]
/// @param more the rest of that
/// @param rcode NOERROR, NXDOMAIN or YXDOMAIN
/// @param authoritative AA: false for a referral alone
/// @param absent whether the name itself has no records: it does not exist, or is an empty
///   non-terminal
/// @param sections ready for the socket
/// @param outside the name outside the zone that an alias leads to, or null
/// @param wildcard the owner of the wildcard that answered, or null
public record ZoneAnswer(
        long kept,
        long more,
        int rcode,
        boolean authoritative,
        boolean absent,
        WireSections sections,
        @Nullable Name outside,
        @Nullable Name wildcard) {}
