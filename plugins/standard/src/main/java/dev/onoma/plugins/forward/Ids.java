package dev.onoma.plugins.forward;

import java.util.random.RandomGenerator;

/// Message ids that nobody can predict (RFC 5452, section 9.2), taken from the generator in lots.
/// Belongs to one event loop.
final class Ids {
    private static final int LOT_OCTETS = 512;

    private final RandomGenerator random;
    private final byte[] lot = new byte[LOT_OCTETS];
    private int at = LOT_OCTETS;

    Ids(RandomGenerator random) {
        this.random = random;
    }

    /// 0 to 65535.
    int next() {
        if (at == LOT_OCTETS) {
            random.nextBytes(lot);
            at = 0;
        }
        return (lot[at++] & 0xff) << 8 | lot[at++] & 0xff;
    }

    /// 0 to `bound` - 1; `bound` is at most 65536.
    int below(int bound) {
        return next() * bound >>> 16;
    }
}
