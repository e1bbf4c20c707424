package dev.onoma.plugins.sign;

import java.time.Instant;

/// How long resolvers keep something of a zone: by its TTL of now, and as long as they may have it
/// with a longer one by that.
///
/// @param seconds of now
/// @param before a longer one that was served
/// @param beforeUntil when nobody has anything of then
record Lifetime(long seconds, long before, Instant beforeUntil) {
    static Lifetime of(long seconds) {
        return new Lifetime(seconds, 0, Instant.EPOCH);
    }

    /// The longest that matters.
    long longest(Instant now) {
        return now.isBefore(beforeUntil) ? Math.max(seconds, before) : seconds;
    }

    /// With another TTL from now on.
    Lifetime with(long changed, Instant now) {
        long longest = longest(now);
        return changed >= longest
                ? of(changed)
                : changed == seconds
                        ? this
                        : new Lifetime(changed, longest, now.plusSeconds(longest));
    }
}
