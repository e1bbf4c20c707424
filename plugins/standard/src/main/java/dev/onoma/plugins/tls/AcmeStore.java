package dev.onoma.plugins.tls;

import dev.onoma.api.Tls;
import dev.onoma.api.WholeFile;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.cert.X509Certificate;
import java.security.spec.ECGenParameterSpec;
import java.security.spec.PKCS8EncodedKeySpec;
import java.security.spec.X509EncodedKeySpec;
import java.util.Base64;
import java.util.Optional;

/// Keys and certificates on disk, for nobody else to read. A certificate and its key are one file,
/// which is replaced whole, so they always fit. Waits for the disk.
final class AcmeStore {
    private static final String CURVE = "secp256r1";
    private static final Base64.Encoder BASE64 =
            Base64.getMimeEncoder(64, "\n".getBytes(StandardCharsets.US_ASCII));

    private final Tls tls;
    private final Path folder;
    private final Path file;

    AcmeStore(AcmeOptions options, Tls tls) {
        this.tls = tls;
        folder = options.storage().resolve(safe(authority(options)));
        file = folder.resolve(safe(options.domains().getFirst()) + ".pem");
    }

    private static String authority(AcmeOptions options) {
        var url = options.authority();
        var port = url.getPort() < 0 ? "" : "_" + url.getPort();
        return url.getHost() + port + url.getPath();
    }

    private static String safe(String text) {
        return text.replace("*", "wildcard").replaceAll("[^A-Za-z0-9.-]", "_");
    }

    /// The file with the certificate.
    Path file() {
        return file;
    }

    /// A key as authorities like them: P-256.
    static KeyPair newKey() {
        try {
            var generator = KeyPairGenerator.getInstance("EC");
            generator.initialize(new ECGenParameterSpec(CURVE));
            return generator.generateKeyPair();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every Java has P-256", e);
        }
    }

    /// The certificate that was saved last, if it can be used.
    Optional<Tls.Identity> load() throws IOException {
        if (!Files.exists(file)) {
            return Optional.empty();
        }
        var text = Files.readAllBytes(file);
        return Optional.of(tls.identity(text, text, Optional.empty()));
    }

    /// Saves a certificate with its key.
    void save(Tls.Identity identity) throws IOException {
        var text = new StringBuilder(pem("PRIVATE KEY", identity.key().getEncoded()));
        try {
            for (X509Certificate certificate : identity.chain()) {
                text.append(pem("CERTIFICATE", certificate.getEncoded()));
            }
        } catch (GeneralSecurityException e) {
            throw new IOException(e);
        }
        write(file, text.toString());
    }

    /// The key of the account; a new one is saved before it is used.
    KeyPair account() throws IOException {
        var known = folder.resolve("account.pem");
        if (!Files.exists(known)) {
            var made = newKey();
            write(
                    known,
                    pem("PRIVATE KEY", made.getPrivate().getEncoded())
                            + pem("PUBLIC KEY", made.getPublic().getEncoded()));
            return made;
        }
        var text = Files.readString(known);
        try {
            var factory = KeyFactory.getInstance("EC");
            return new KeyPair(
                    factory.generatePublic(new X509EncodedKeySpec(section(text, "PUBLIC KEY"))),
                    factory.generatePrivate(new PKCS8EncodedKeySpec(section(text, "PRIVATE KEY"))));
        } catch (GeneralSecurityException | IllegalArgumentException e) {
            throw new IOException(known + " holds no key of an account: " + e.getMessage(), e);
        }
    }

    private void write(Path to, String text) throws IOException {
        Files.createDirectories(
                folder,
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
        WholeFile.writeSecret(to, out -> out.write(text.getBytes(StandardCharsets.US_ASCII)));
    }

    private static String pem(String label, byte[] octets) {
        return "-----BEGIN %s-----\n%s\n-----END %s-----\n"
                .formatted(label, BASE64.encodeToString(octets), label);
    }

    private static byte[] section(String text, String label) {
        var begin = "-----BEGIN " + label + "-----";
        int at = text.indexOf(begin);
        int end = text.indexOf("-----END " + label + "-----");
        if (at < 0 || end < at) {
            throw new IllegalArgumentException("there is no " + label);
        }
        return Base64.getMimeDecoder().decode(text.substring(at + begin.length(), end));
    }
}
