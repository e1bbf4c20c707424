package dev.onoma.plugins.kubernetes;

import java.util.concurrent.atomic.AtomicBoolean;

/// The SOA serials of a store: when what a zone shows last changed, in seconds since 1970, so that
/// they go on rising after a restart.
///
/// A zone may change many times in a second. As long as nobody has taken a version away that hurts
/// nobody; once somebody has, the next change gets a serial of its own, so that no secondary takes
/// what it has for the newest. One writer, any reader.
final class ZoneSerials {
    private final AtomicBoolean taken = new AtomicBoolean();
    private volatile long cluster;
    private volatile long external;

    /// Somebody takes a version of a zone away. To be said before serials and objects are read.
    void take() {
        taken.set(true);
    }

    /// Of names inside the cluster; 0 before the first object.
    long cluster() {
        return cluster;
    }

    /// Of names outside of the cluster; 0 if there never was one.
    long external() {
        return external;
    }

    /// Something has changed, and is visible already.
    ///
    /// @param now in seconds since 1970; a clock that was set back turns no serial back
    void changed(long now, boolean inCluster, boolean inExternal) {
        long last = Math.max(cluster, external);
        long next = Math.max(now, taken.getAndSet(false) ? last + 1 : last);
        if (inCluster) {
            cluster = next;
        }
        if (inExternal) {
            external = next;
        }
    }
}
