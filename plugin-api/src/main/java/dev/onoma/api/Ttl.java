package dev.onoma.api;

/// How long a record may be kept.
///
/// @param seconds 0 to 2,147,483,647 (RFC 2181, section 8)
public record Ttl(int seconds) {
    /// @throws IllegalArgumentException if negative: a mistake in the calling code, not in a packet
    public Ttl {
        if (seconds < 0) {
            throw new IllegalArgumentException("a TTL is 0 or more seconds, not " + seconds);
        }
    }

    /// Reads the 32 bits of a TTL field; a set top bit counts as zero (RFC 2181, section 8).
    public static Ttl ofWire(int bits) {
        return new Ttl(Math.max(0, bits));
    }
}
