package dev.onoma.testkit;

import dev.onoma.api.Addresses;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigInteger;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.cert.CertificateEncodingException;
import java.security.cert.X509Certificate;
import java.security.spec.ECGenParameterSpec;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.Base64;
import java.util.Date;
import java.util.Optional;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.cert.CertIOException;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;

/// A certificate authority of a test: issues certificates, as files that everybody reads (PEM,
/// PKCS#8, P-256).
///
/// ```java
/// var authority = Authority.in(folder);           // folder/ca.pem
/// authority.issue("server", "dns.example.", "127.0.0.1"); // folder/server.pem, folder/server.key
/// ```
public final class Authority {
    private static final Duration LIFE = Duration.ofDays(30);

    private final Path folder;
    private final KeyPair keys;
    private final X500Name name;
    private long serial = System.nanoTime();

    private Authority(Path folder, KeyPair keys, X500Name name) {
        this.folder = folder;
        this.keys = keys;
        this.name = name;
    }

    /// Makes one, and writes its certificate to `ca.pem` in this folder.
    public static Authority in(Path folder) {
        var authority = new Authority(folder, keyPair(), new X500Name("CN=Test Authority"));
        authority.write(
                "ca.pem", authority.sign(authority.name, authority.keys, Instant.now().plus(LIFE)));
        return authority;
    }

    /// The file with its certificate.
    public Path certificate() {
        return folder.resolve("ca.pem");
    }

    /// Issues a certificate with a new key, in `FILE.pem` and `FILE.key`; what stood there before
    /// is replaced.
    ///
    /// @param subjects names and addresses that it is for
    public void issue(String file, String... subjects) {
        issue(file, Instant.now().plus(LIFE), subjects);
    }

    /// The same, of a certificate that has expired.
    public void issueExpired(String file, String... subjects) {
        issue(file, Instant.now().minus(Duration.ofDays(1)), subjects);
    }

    private void issue(String file, Instant end, String... subjects) {
        var pair = keyPair();
        write(file + ".key", pem("PRIVATE KEY", pair.getPrivate().getEncoded()));
        var subject = new X500Name("CN=" + (subjects.length > 0 ? subjects[0] : file));
        write(file + ".pem", sign(subject, pair, end, subjects));
    }

    private String sign(X500Name subject, KeyPair pair, Instant end, String... subjects) {
        var builder =
                new JcaX509v3CertificateBuilder(
                        name,
                        BigInteger.valueOf(serial++),
                        Date.from(end.minus(LIFE).minus(LIFE)),
                        Date.from(end),
                        subject,
                        pair.getPublic());
        try {
            builder.addExtension(
                    Extension.basicConstraints, true, new BasicConstraints(pair == keys));
            if (subjects.length > 0) {
                builder.addExtension(
                        Extension.subjectAlternativeName, false, alternatives(subjects));
            }
            var signer = new JcaContentSignerBuilder("SHA256withECDSA").build(keys.getPrivate());
            X509Certificate certificate =
                    new JcaX509CertificateConverter().getCertificate(builder.build(signer));
            return pem("CERTIFICATE", certificate.getEncoded());
        } catch (CertIOException | OperatorCreationException | CertificateEncodingException e) {
            throw new IllegalStateException(e);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    private static GeneralNames alternatives(String[] subjects) {
        return new GeneralNames(
                Arrays.stream(subjects)
                        .map(s ->
                                new GeneralName(
                                        Addresses.parse(s).isPresent()
                                                ? GeneralName.iPAddress
                                                : GeneralName.dNSName,
                                        s.replaceAll("\\.$", "")))
                        .toArray(GeneralName[]::new));
    }

    private static KeyPair keyPair() {
        try {
            var generator = KeyPairGenerator.getInstance("EC");
            generator.initialize(new ECGenParameterSpec("secp256r1"));
            return generator.generateKeyPair();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    private static String pem(String label, byte[] octets) {
        return "-----BEGIN %s-----%n%s%n-----END %s-----%n"
                .formatted(
                        label,
                        Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(octets),
                        label);
    }

    private void write(String file, String text) {
        try {
            var path = folder.resolve(file);
            Files.createDirectories(Optional.ofNullable(path.getParent()).orElse(folder));
            Files.writeString(path, text);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
