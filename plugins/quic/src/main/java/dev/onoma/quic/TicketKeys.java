package dev.onoma.quic;

import io.netty.handler.codec.quic.QuicSslContext;
import io.netty.handler.codec.quic.SslSessionTicketKey;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.Collections;
import java.util.Map;
import java.util.WeakHashMap;
import java.util.function.LongSupplier;

/// The keys of the session tickets of a listener, so that clients resume after a reload, with
/// another certificate too; new ones twice a day, after which the last ones are good for half a day
/// more. Any thread.
final class TicketKeys {
    private static final long LIFE_NANOS = Duration.ofHours(12).toNanos();

    private final LongSupplier nanos;
    private final SecureRandom random = new SecureRandom();
    private final Map<QuicSslContext, SslSessionTicketKey> told =
            Collections.synchronizedMap(new WeakHashMap<>());
    private volatile SslSessionTicketKey[] keys;
    private volatile long madeNanos;

    TicketKeys(LongSupplier nanos) {
        this.nanos = nanos;
        keys = new SslSessionTicketKey[] {key()};
        madeNanos = nanos.getAsLong();
    }

    private SslSessionTicketKey key() {
        return new SslSessionTicketKey(
                octets(SslSessionTicketKey.NAME_SIZE),
                octets(SslSessionTicketKey.HMAC_KEY_SIZE),
                octets(SslSessionTicketKey.AES_KEY_SIZE));
    }

    private byte[] octets(int length) {
        var octets = new byte[length];
        random.nextBytes(octets);
        return octets;
    }

    /// The present ones, the first of which seals.
    SslSessionTicketKey[] present() {
        if (nanos.getAsLong() - madeNanos > LIFE_NANOS) {
            next();
        }
        return keys;
    }

    private synchronized void next() {
        if (nanos.getAsLong() - madeNanos > LIFE_NANOS) {
            keys = new SslSessionTicketKey[] {key(), keys[0]};
            madeNanos = nanos.getAsLong();
        }
    }

    /// Gives a context the present keys, if it has others.
    void tell(QuicSslContext context) {
        var present = present();
        if (told.put(context, present[0]) != present[0]) {
            context.sessionContext().setTicketKeys(present);
        }
    }
}
