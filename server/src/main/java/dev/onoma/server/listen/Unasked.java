package dev.onoma.server.listen;

import io.netty.handler.codec.http2.Http2Error;
import io.netty.handler.codec.http2.Http2Exception;
import java.time.Duration;

/// What a client of HTTP/2 does beside asking: pings between two queries, which are limited here,
/// and resets, which the codec limits and does not tell of.
final class Unasked {
    /// In which time resets are counted.
    static final Duration RESETS_TIME = Duration.ofSeconds(30);

    private final int pingsMax;
    private int pings;
    private int resetsRead;
    private int resetsWritten;
    private long countedNanos;

    Unasked(int pingsMax) {
        this.pingsMax = pingsMax;
    }

    /// @throws Http2Exception if there are too many: the connection is to end
    void ping() throws Http2Exception {
        pings++;
        if (arePingsTooMany()) {
            throw Http2Exception.connectionError(Http2Error.ENHANCE_YOUR_CALM, "too_many_pings");
        }
    }

    boolean arePingsTooMany() {
        return pings > pingsMax;
    }

    /// A request is complete.
    void asked() {
        pings = 0;
    }

    /// The client has reset a stream.
    void resetRead() {
        resetsRead++;
    }

    /// We have reset one.
    void resetWritten() {
        resetsWritten++;
    }

    /// Tells how far it has come.
    void tell(long nowNanos, Largest largest) {
        largest.see(Largest.Of.PINGS, pings);
        largest.see(Largest.Of.RESETS, Math.max(resetsRead, resetsWritten));
        if (nowNanos - countedNanos >= RESETS_TIME.toNanos()) {
            countedNanos = nowNanos;
            resetsRead = 0;
            resetsWritten = 0;
        }
    }
}
