package dev.onoma.server.listen;

import java.util.concurrent.atomic.AtomicLong;

/// Octets of one kind that clients make the server keep, of all connections of all transports.
///
/// One connection may have an eighth of what is allowed. From half of it on, none may have more
/// than an even share, which is looked at when something is added and by each sweep; at the whole,
/// none may add that has more than a little. So those who keep the server from forgetting go first,
/// and all others notice nothing. Any thread.
final class SharedOctets {
    /// Of every connection, this much is kept however many there are.
    static final int OWN_OCTETS_MIN = 512;

    private static final int CONNECTIONS_MIN = 8;

    private final AtomicLong all = new AtomicLong();
    private final long max;

    SharedOctets(long max) {
        this.max = max;
    }

    /// Counts.
    ///
    /// @param added negative when they are not kept any more, 0 to look only
    /// @param own what the connection makes us keep, with those
    /// @param connections that are open
    /// @return false if the connection is to be ended
    boolean add(long added, long own, int connections) {
        long together = added == 0 ? all.get() : all.addAndGet(added);
        if (added < 0 || own <= OWN_OCTETS_MIN) {
            return true;
        }
        long share = max / Math.max(CONNECTIONS_MIN, together <= max / 2 ? 0 : connections);
        return own <= share && (added == 0 || together <= max);
    }

    /// Whether there are so many that one connection could soon have too many.
    boolean isMuch() {
        return all.get() > max / CONNECTIONS_MIN / 2;
    }

    /// How many there are.
    long octets() {
        return all.get();
    }
}
