package dev.onoma.server.tls;

import dev.onoma.api.Time;
import io.netty.handler.ssl.OpenSslServerContext;
import io.netty.handler.ssl.OpenSslSessionTicketKey;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.Collections;
import java.util.Map;
import java.util.WeakHashMap;

/// The keys of session tickets (RFC 5077, RFC 8446): the same for all certificates of the process,
/// and all listeners that ask no client for one, so that clients resume after a reload; new ones
/// twice a day, after which the last ones are good for half a day more. Any thread.
final class SessionTickets {
    private static final long LIFE_NANOS = Duration.ofHours(12).toNanos();

    private final Time time;
    private final SecureRandom random = new SecureRandom();
    private final Map<OpenSslServerContext, Long> told =
            Collections.synchronizedMap(new WeakHashMap<>());
    private OpenSslSessionTicketKey[] keys;
    private volatile long madeNanos;

    SessionTickets(Time time) {
        this.time = time;
        keys = new OpenSslSessionTicketKey[] {key()};
        madeNanos = time.nanos();
    }

    private OpenSslSessionTicketKey key() {
        return new OpenSslSessionTicketKey(
                octets(OpenSslSessionTicketKey.NAME_SIZE),
                octets(OpenSslSessionTicketKey.HMAC_KEY_SIZE),
                octets(OpenSslSessionTicketKey.AES_KEY_SIZE));
    }

    private byte[] octets(int length) {
        var octets = new byte[length];
        random.nextBytes(octets);
        return octets;
    }

    /// Gives a context the present keys, if it has others.
    void renew(OpenSslServerContext context) {
        if (time.nanos() - madeNanos > LIFE_NANOS) {
            next();
        }
        Long known = told.get(context);
        if (known == null || known != madeNanos) {
            tell(context);
        }
    }

    private synchronized void next() {
        if (time.nanos() - madeNanos > LIFE_NANOS) {
            keys = new OpenSslSessionTicketKey[] {key(), keys[0]};
            madeNanos = time.nanos();
        }
    }

    private synchronized void tell(OpenSslServerContext context) {
        context.sessionContext().setTicketKeys(keys);
        told.put(context, madeNanos);
    }
}
