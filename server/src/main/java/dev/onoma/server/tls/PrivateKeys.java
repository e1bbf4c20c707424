package dev.onoma.server.tls;

import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.HexFormat;
import java.util.Map;
import java.util.Optional;

/// Reads private keys. What is not plain PKCS#8 (RFC 5208) is turned into that by BouncyCastle,
/// which is not loaded before.
final class PrivateKeys {
    private static final int ALGORITHM_OCTETS_MAX = 40;

    // The encoded object identifier of a key's algorithm, and what the JDK calls it.
    private static final Map<String, String> ALGORITHMS =
            Map.of(
                    "06092a864886f70d010101", "RSA",
                    "06072a8648ce3d0201", "EC",
                    "06032b6570", "EdDSA",
                    "06032b6571", "EdDSA");

    private PrivateKeys() {}

    static PrivateKey read(byte[] text, Optional<String> password) throws IOException {
        for (var section : PemSection.read(text)) {
            if (section.label().equals("PRIVATE KEY")) {
                return decode(section.octets());
            }
            if (section.label().endsWith("PRIVATE KEY")) {
                return decode(OtherKeys.toPkcs8(section.text(), password));
            }
        }
        throw new IOException("there is no private key in the file that should hold one");
    }

    private static PrivateKey decode(byte[] pkcs8) throws IOException {
        var start =
                HexFormat.of().formatHex(pkcs8, 0, Math.min(pkcs8.length, ALGORITHM_OCTETS_MAX));
        var algorithm =
                ALGORITHMS.entrySet().stream()
                        .filter(a -> start.contains(a.getKey()))
                        .findFirst()
                        .orElseThrow(() -> new IOException("a private key of an unknown kind"));
        try {
            return KeyFactory.getInstance(algorithm.getValue())
                    .generatePrivate(new PKCS8EncodedKeySpec(pkcs8));
        } catch (GeneralSecurityException e) {
            throw new IOException("a private key that cannot be decoded: " + e.getMessage(), e);
        }
    }
}
