package dev.onoma.zone;

import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// How a zone is signed.
///
/// @param keys which keys do what
/// @param serial that the signed zone has
/// @param inception of all signatures
/// @param expiration of all signatures
/// @param nsec3 how what is not there is denied; null for NSEC
/// @param digests that the zone has of itself (ZONEMD)
/// @param earlier the signed zone before, whose signatures stay where sets are the same; or null
public record Signing(
        SigningPlan keys,
        long serial,
        Instant inception,
        Instant expiration,
        @Nullable Nsec3 nsec3,
        List<ZoneDigest.Hash> digests,
        @Nullable EarlierCopy earlier) {}
