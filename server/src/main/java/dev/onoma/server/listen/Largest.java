package dev.onoma.server.listen;

import java.util.Locale;
import java.util.concurrent.atomic.AtomicLongArray;

/// How far the connection of one event loop has come that has most of something: put together by
/// each sweep, so that nothing is counted where packets pass.
///
/// Belongs to its event loop, but for [#shown].
final class Largest {
    private final long[] seen = new long[Of.values().length];
    private final AtomicLongArray shown = new AtomicLongArray(seen.length);

    /// What a connection has, which is limited.
    enum Of {
        /// Streams, and queries over TCP, that are not done.
        STREAMS(0),
        /// Pings over HTTP/2 between two queries.
        PINGS(1),
        /// Streams of HTTP/2 that were reset, by one side.
        RESETS(2),
        /// Octets of queries that are not complete.
        UNFINISHED_OCTETS(3),
        /// Octets of answers that are not taken.
        UNSENT_OCTETS(4);

        private final int at;

        Of(int at) {
            this.at = at;
        }

        /// Its label in metrics.
        String label() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /// A connection has so many.
    void see(Of of, long count) {
        seen[of.at] = Math.max(seen[of.at], count);
    }

    /// All connections were seen.
    void show() {
        for (int i = 0; i < seen.length; i++) {
            shown.set(i, seen[i]);
            seen[i] = 0;
        }
    }

    /// What the last sweep has found. Any thread.
    long shown(Of of) {
        return shown.get(of.at);
    }
}
