package dev.onoma.api;

import java.time.Duration;
import java.util.function.IntSupplier;

/// Set by `cache`: that a name does not exist may be remembered by whoever was told so by others,
/// for the types that were not asked (RFC 2308, section 5). The cache itself cannot know: for other
/// types another plugin may answer.
///
/// @param zones where
/// @param except but not there
/// @param ttlMax for no longer than that
/// @param flushes how often an operator has had something forgotten; when that has changed, nothing
///   from before counts
public record DenialMemory(ZoneSet zones, ZoneSet except, Duration ttlMax, IntSupplier flushes) {
    /// Whether it may be remembered of this name.
    public boolean covers(NameKey name) {
        return zones.contains(name) && !except.contains(name);
    }
}
