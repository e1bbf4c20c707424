package dev.onoma.plugins.prometheus;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.locks.ReentrantLock;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.bouncycastle.crypto.generators.OpenBSDBCrypt;

/// Who may read, by user name and password (RFC 7617). A bcrypt hash is slow to check on purpose,
/// so one is checked at a time, and passwords that were right are remembered by a keyed hash.
final class Passwords {
    private static final int REMEMBERED_MAX = 100;
    private static final String SCHEME = "basic ";
    private static final int OCTETS_MAX = 72; // bcrypt reads no more

    private final Map<String, String> hashes;
    private final Mac mac;
    private final ReentrantLock checking = new ReentrantLock();
    private final Map<ByteBuffer, Boolean> right =
            new LinkedHashMap<>(16, 0.75f, true) {
                private static final long serialVersionUID = 1L;

                @Override
                protected boolean removeEldestEntry(Map.Entry<ByteBuffer, Boolean> eldest) {
                    return size() > REMEMBERED_MAX;
                }
            };

    /// @param hashes bcrypt, by user; nobody is asked if there are none
    Passwords(Map<String, String> hashes) {
        this.hashes = hashes;
        var key = new byte[32];
        new SecureRandom().nextBytes(key);
        try {
            mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(key, "HmacSHA256"));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every JDK has HmacSHA256", e);
        }
    }

    /// Whether a request may be answered. May take the tenth of a second.
    ///
    /// @param authorization the header, or nothing
    boolean admit(String authorization) {
        if (hashes.isEmpty()) {
            return true;
        }
        if (!authorization.toLowerCase(Locale.ROOT).startsWith(SCHEME)) {
            return false;
        }
        byte[] decoded;
        try {
            decoded = Base64.getDecoder().decode(authorization.substring(SCHEME.length()).strip());
        } catch (IllegalArgumentException _) {
            return false;
        }
        var text = new String(decoded, StandardCharsets.UTF_8);
        int colon = text.indexOf(':');
        return colon >= 0 && isRight(text.substring(0, colon), text.substring(colon + 1));
    }

    private boolean isRight(String user, String password) {
        var hash = hashes.get(user);
        // A user that there is not takes as long as one that there is.
        var compared = hash == null ? hashes.values().iterator().next() : hash;
        if (password.getBytes(StandardCharsets.UTF_8).length > OCTETS_MAX) {
            return false;
        }
        checking.lock();
        try {
            var trace =
                    ByteBuffer.wrap(
                            mac.doFinal((user + '\0' + password).getBytes(StandardCharsets.UTF_8)));
            if (right.get(trace) != null) {
                return true;
            }
            boolean same = OpenBSDBCrypt.checkPassword(compared, password.toCharArray());
            if (same && hash != null) {
                right.put(trace, true);
                return true;
            }
            return false;
        } finally {
            checking.unlock();
        }
    }
}
