package dev.onoma.plugins.cookies;

import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.List;

/// The server's part of a cookie (RFC 9018, section 4): version 1, three reserved octets, a time
/// stamp of four, and a hash of eight over all that, the client's part and its address. Servers
/// that share a secret accept each other's.
final class ServerCookie {
    static final int CLIENT_OCTETS = 8;
    static final int OCTETS = 16;

    // RFC 9018, section 4.3: an hour old at most, renewed after half, five minutes in the future.
    private static final int AGE_MAX_SECONDS = 3600;
    private static final int AGE_RENEWED_SECONDS = 1800;
    private static final int FUTURE_MAX_SECONDS = 300;

    private static final byte VERSION = 1;
    private static final int SIGNED_OCTETS = 8;

    /// What a cookie is worth.
    enum Worth {
        /// There is no server part, or it is not ours, or too old.
        NONE,
        /// Ours, but it is time for another.
        OLD,
        FRESH
    }

    private final List<SipHash> secrets;

    /// @param secrets of 16 octets; the first signs, all are accepted
    ServerCookie(List<byte[]> secrets) {
        this.secrets = secrets.stream().map(SipHash::new).toList();
    }

    /// Checks a whole cookie of 8 to 40 octets.
    Worth check(byte[] cookie, InetAddress client, long nowSeconds) {
        if (cookie.length != CLIENT_OCTETS + OCTETS || cookie[CLIENT_OCTETS] != VERSION) {
            return Worth.NONE;
        }
        int stamp = ByteBuffer.wrap(cookie).getInt(CLIENT_OCTETS + 4);
        int age = (int) nowSeconds - stamp; // serial numbers (RFC 1982)
        if (age > AGE_MAX_SECONDS || age < -FUTURE_MAX_SECONDS) {
            return Worth.NONE;
        }
        var hash = Arrays.copyOfRange(cookie, CLIENT_OCTETS + SIGNED_OCTETS, cookie.length);
        var message = message(cookie, client);
        for (int i = 0; i < secrets.size(); i++) {
            if (MessageDigest.isEqual(hash, hash(secrets.get(i), message))) {
                return age > AGE_RENEWED_SECONDS || i > 0 ? Worth.OLD : Worth.FRESH;
            }
        }
        return Worth.NONE;
    }

    /// A whole cookie for the client whose part begins `cookie`.
    byte[] make(byte[] cookie, InetAddress client, long nowSeconds) {
        var made = Arrays.copyOf(cookie, CLIENT_OCTETS + SIGNED_OCTETS);
        made[CLIENT_OCTETS] = VERSION;
        Arrays.fill(made, CLIENT_OCTETS + 1, CLIENT_OCTETS + 4, (byte) 0);
        ByteBuffer.wrap(made).putInt(CLIENT_OCTETS + 4, (int) nowSeconds);
        var hash = hash(secrets.getFirst(), message(made, client));
        var whole = Arrays.copyOf(made, CLIENT_OCTETS + OCTETS);
        System.arraycopy(hash, 0, whole, CLIENT_OCTETS + SIGNED_OCTETS, hash.length);
        return whole;
    }

    private static byte[] message(byte[] cookie, InetAddress client) {
        var address = client.getAddress();
        var message = Arrays.copyOf(cookie, CLIENT_OCTETS + SIGNED_OCTETS + address.length);
        System.arraycopy(address, 0, message, CLIENT_OCTETS + SIGNED_OCTETS, address.length);
        return message;
    }

    private static byte[] hash(SipHash secret, byte[] message) {
        return ByteBuffer.allocate(Long.BYTES)
                .putLong(Long.reverseBytes(secret.hash(message)))
                .array();
    }
}
