package dev.onoma.server.tls;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.onoma.api.Time;
import dev.onoma.api.Tls;
import java.io.IOException;
import java.io.StringWriter;
import java.math.BigInteger;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.security.KeyFactory;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.spec.PKCS8EncodedKeySpec;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLEngineResult.HandshakeStatus;
import javax.net.ssl.SSLException;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.jce.provider.BouncyCastleProvider;
import org.bouncycastle.openssl.PKCS8Generator;
import org.bouncycastle.openssl.jcajce.JcaPEMWriter;
import org.bouncycastle.openssl.jcajce.JcaPKCS8Generator;
import org.bouncycastle.openssl.jcajce.JceOpenSSLPKCS8EncryptorBuilder;
import org.bouncycastle.openssl.jcajce.JcePEMEncryptorBuilder;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class PemTlsTest {
    private static final String PASSWORD = "correct horse";

    private final StillTime time = new StillTime();
    private final PemTls tls = new PemTls(time, Map.of());

    @TempDir private Path folder;
    private Path certificate;
    private Path key;

    @BeforeEach
    void names() {
        certificate = folder.resolve("tls.crt");
        key = folder.resolve("tls.key");
    }

    @ParameterizedTest
    @CsvSource({
        "RSA, PKCS8",
        "EC, PKCS8",
        "Ed25519, PKCS8",
        "RSA, TRADITIONAL",
        "EC, TRADITIONAL",
        "RSA, TRADITIONAL_LOCKED",
        "EC, TRADITIONAL_LOCKED",
        "RSA, PKCS8_LOCKED",
        "EC, PKCS8_LOCKED"
    })
    void everyFormOfPrivateKeyIsRead(String algorithm, Form form) throws Exception {
        var pair = pair(algorithm);
        write(pair, form);
        var identity = tls.identity(certificate, key, Optional.of(PASSWORD));
        // It has signed something that the certificate verifies.
        assertThat(identity.key().getAlgorithm()).isIn(algorithm, "EdDSA");
        assertThat(identity.chain()).hasSize(1);
    }

    @ParameterizedTest
    @ValueSource(strings = {"TRADITIONAL_LOCKED", "PKCS8_LOCKED"})
    void aWrongPasswordIsSaidToBeWrong(String form) throws Exception {
        write(pair("EC"), Form.valueOf(form));
        assertThatThrownBy(() -> tls.identity(certificate, key, Optional.of("wrong")))
                .hasMessage(
                        "could not load TLS cert: the password of the private key is not the right"
                                + " one");
        assertThatThrownBy(() -> tls.identity(certificate, key, Optional.empty()))
                .hasMessage(
                        "could not load TLS cert: the private key is encrypted, and no password"
                                + " given");
    }

    @Test
    void filesThatAreNotThereAreNamedAsCoreDnsNamesThem() {
        assertThatThrownBy(() -> tls.identity(certificate, key, Optional.empty()))
                .hasMessage(
                        "could not load TLS cert: open %s: no such file or directory"
                                .formatted(certificate));
        assertThatThrownBy(() -> tls.certificates(certificate))
                .hasMessage(
                        "error reading %s: open %s: no such file or directory"
                                .formatted(certificate, certificate));
    }

    @Test
    void aFileWithoutCertificatesIsNoAuthority() throws Exception {
        Files.writeString(certificate, "nothing\n");
        assertThatThrownBy(() -> tls.certificates(certificate))
                .hasMessageStartingWith("could not read root certs: ");
    }

    @Test
    void theCertificateOfTheKeyHasToBeTheFirst() throws Exception {
        write(pair("RSA"), Form.PKCS8);
        var other = Files.readString(certificate);
        write(pair("EC"), Form.PKCS8);
        Files.writeString(certificate, other + Files.readString(certificate));
        assertThatThrownBy(() -> tls.identity(certificate, key, Optional.empty()))
                .hasMessage(
                        "could not load TLS cert: the private key is not that of the first"
                                + " certificate in the file, but of number 2, which has to come"
                                + " first");
    }

    @Test
    void aKeyOfAnotherCertificateIsRefused() throws Exception {
        write(pair("EC"), Form.PKCS8);
        Files.writeString(key, pem(pair("RSA"), Form.PKCS8));
        assertThatThrownBy(() -> tls.identity(certificate, key, Optional.empty()))
                .hasMessage(
                        "could not load TLS cert: the private key is not that of the certificate");
        Files.writeString(key, pem(pair("EC"), Form.PKCS8));
        assertThatThrownBy(() -> tls.identity(certificate, key, Optional.empty()))
                .hasMessageEndingWith("the private key is not that of the certificate");
    }

    @Test
    void aServerIsKnownByItsNameAndItsAuthority() throws Exception {
        write(pair("EC"), Form.PKCS8);
        var server = context();
        var client = client();
        shakeHands(Tls.engine(client, "dns.example", 853), server.createSSLEngine());
        shakeHands(Tls.engine(client, "192.0.2.1", 853), server.createSSLEngine());
        assertThatThrownBy(() ->
                        shakeHands(
                                Tls.engine(client, "other.example", 853), server.createSSLEngine()))
                .isInstanceOf(SSLException.class);
        assertThatThrownBy(() ->
                        shakeHands(
                                Tls.engine(tls.client(Tls.ClientFiles.NONE), "dns.example", 853),
                                server.createSSLEngine()))
                .isInstanceOf(SSLException.class);
    }

    @Test
    void aClientShowsTheCertificateThatItsFilesHoldNow() throws Exception {
        write(pair("EC"), Form.PKCS8);
        var client =
                tls.client(
                        new Tls.ClientFiles(
                                Optional.of(certificate),
                                Optional.of(key),
                                Optional.of(certificate)));
        var before = tls.identity(certificate, key, Optional.empty());
        assertThat(shown(client, before)).isEqualTo(before.chain().getFirst());

        write(pair("EC"), Form.PKCS8);
        Files.setLastModifiedTime(key, FileTime.from(Instant.now().plusSeconds(7)));
        time.nanos += Duration.ofSeconds(2).toNanos();
        var after = tls.identity(certificate, key, Optional.empty());
        assertThat(shown(client, before)).isEqualTo(after.chain().getFirst());
    }

    @Test
    void aHalfReplacedPairChangesNothing() throws Exception {
        write(pair("EC"), Form.PKCS8);
        var files = new IdentityFiles(tls, certificate, key, Optional.empty());
        var before = files.identity();
        var next = pair("RSA");
        Files.writeString(certificate, pem(certificate(next)));
        assertThatThrownBy(files::refresh).isInstanceOf(IOException.class);
        assertThat(files.identity()).isSameAs(before);
        Files.writeString(key, pem(next, Form.PKCS8));
        assertThat(files.refresh()).isTrue();
        assertThat(files.identity().key()).isEqualTo(next.getPrivate());
        assertThat(files.refresh()).isFalse();
    }

    // What a server sees of the client that asks it.
    private Object shown(SSLContext client, Tls.Identity server) throws Exception {
        var roots = tls.client(Optional.of(server), List.of(server.chain().getFirst()));
        var other = roots.createSSLEngine();
        other.setUseClientMode(false);
        var seen = new java.util.concurrent.atomic.AtomicReference<Object>();
        var watching = SSLContext.getInstance("TLS");
        watching.init(
                new javax.net.ssl.KeyManager[] {new IdentityKeyManager(() -> server)},
                new javax.net.ssl.TrustManager[] {new AnybodyIsFine(chain -> seen.set(chain[0]))},
                null);
        var engine = watching.createSSLEngine();
        engine.setUseClientMode(false);
        engine.setNeedClientAuth(true);
        var asking = client.createSSLEngine();
        asking.setUseClientMode(true);
        shakeHandsAs(asking, engine);
        return seen.get();
    }

    private SSLContext client() throws IOException {
        return tls.client(
                new Tls.ClientFiles(Optional.empty(), Optional.empty(), Optional.of(certificate)));
    }

    private SSLContext context() throws IOException {
        return tls.client(
                Optional.of(tls.identity(certificate, key, Optional.empty())),
                tls.certificates(certificate));
    }

    private static void shakeHands(SSLEngine client, SSLEngine server) throws SSLException {
        server.setUseClientMode(false);
        shakeHandsAs(client, server);
    }

    private static void shakeHandsAs(SSLEngine client, SSLEngine server) throws SSLException {
        client.beginHandshake();
        server.beginHandshake();
        var toServer = java.nio.ByteBuffer.allocate(1 << 16);
        var toClient = java.nio.ByteBuffer.allocate(1 << 16);
        for (int i = 0; i < 50; i++) {
            step(client, toServer, toClient);
            step(server, toClient, toServer);
        }
        assertThat(client.getHandshakeStatus()).isEqualTo(HandshakeStatus.NOT_HANDSHAKING);
    }

    private static void step(SSLEngine engine, java.nio.ByteBuffer out, java.nio.ByteBuffer in)
            throws SSLException {
        var nothing = java.nio.ByteBuffer.allocate(0);
        switch (engine.getHandshakeStatus()) {
            case NEED_TASK -> engine.getDelegatedTask().run();
            case NEED_WRAP -> engine.wrap(nothing, out);
            default -> {
                in.flip();
                engine.unwrap(in, java.nio.ByteBuffer.allocate(1 << 16));
                in.compact();
            }
        }
    }

    enum Form {
        PKCS8,
        TRADITIONAL,
        TRADITIONAL_LOCKED,
        PKCS8_LOCKED
    }

    private static KeyPair pair(String algorithm) throws Exception {
        var generator = KeyPairGenerator.getInstance(algorithm);
        if (!algorithm.equals("Ed25519")) {
            generator.initialize(algorithm.equals("RSA") ? 2048 : 256);
        }
        return generator.generateKeyPair();
    }

    private void write(KeyPair pair, Form form) throws Exception {
        Files.writeString(key, pem(pair, form));
        Files.writeString(certificate, pem(certificate(pair)));
    }

    private static String pem(KeyPair pair, Form form) throws Exception {
        var aes = new JceOpenSSLPKCS8EncryptorBuilder(PKCS8Generator.AES_256_CBC);
        return switch (form) {
            case PKCS8 -> pem(new JcaPKCS8Generator(pair.getPrivate(), null));
            case TRADITIONAL -> pem(named(pair.getPrivate()));
            case PKCS8_LOCKED ->
                    pem(
                            new JcaPKCS8Generator(
                                    pair.getPrivate(),
                                    aes.setProvider(new BouncyCastleProvider())
                                            .setPassword(PASSWORD.toCharArray())
                                            .build()));
            case TRADITIONAL_LOCKED -> {
                var text = new StringWriter();
                try (var writer = new JcaPEMWriter(text)) {
                    writer.writeObject(
                            named(pair.getPrivate()),
                            new JcePEMEncryptorBuilder("AES-128-CBC")
                                    .setProvider(new BouncyCastleProvider())
                                    .build(PASSWORD.toCharArray()));
                }
                yield text.toString();
            }
        };
    }

    // SEC1 names the curve inside, as openssl does; the JDK's own encoding has it outside.
    private static PrivateKey named(PrivateKey key) throws Exception {
        return key.getAlgorithm().equals("EC")
                ? KeyFactory.getInstance("EC", new BouncyCastleProvider())
                        .generatePrivate(new PKCS8EncodedKeySpec(key.getEncoded()))
                : key;
    }

    private static String pem(Object something) throws IOException {
        var text = new StringWriter();
        try (var writer = new JcaPEMWriter(text)) {
            writer.writeObject(something);
        }
        return text.toString();
    }

    private static Object certificate(KeyPair pair) throws Exception {
        var name = new X500Name("CN=dns.example");
        var now = Instant.now();
        var algorithm =
                switch (pair.getPrivate().getAlgorithm()) {
                    case "RSA" -> "SHA256withRSA";
                    case "EC" -> "SHA256withECDSA";
                    default -> "Ed25519";
                };
        return new JcaX509v3CertificateBuilder(
                        name,
                        BigInteger.valueOf(System.nanoTime()),
                        Date.from(now.minusSeconds(3600)),
                        Date.from(now.plusSeconds(3600)),
                        name,
                        pair.getPublic())
                .addExtension(
                        Extension.subjectAlternativeName,
                        false,
                        new GeneralNames(
                                new GeneralName[] {
                                    new GeneralName(GeneralName.dNSName, "dns.example"),
                                    new GeneralName(GeneralName.iPAddress, "192.0.2.1")
                                }))
                .build(new JcaContentSignerBuilder(algorithm).build(pair.getPrivate()));
    }

    /// Accepts every certificate and tells what it was.
    private static final class AnybodyIsFine extends javax.net.ssl.X509ExtendedTrustManager {
        private final java.util.function.Consumer<java.security.cert.X509Certificate[]> seen;

        AnybodyIsFine(java.util.function.Consumer<java.security.cert.X509Certificate[]> seen) {
            this.seen = seen;
        }

        @Override
        public void checkClientTrusted(
                java.security.cert.X509Certificate[] chain, String kind, SSLEngine engine) {
            seen.accept(chain);
        }

        @Override
        public void checkClientTrusted(
                java.security.cert.X509Certificate[] chain, String kind, java.net.Socket socket) {
            seen.accept(chain);
        }

        @Override
        public void checkClientTrusted(java.security.cert.X509Certificate[] chain, String kind) {
            seen.accept(chain);
        }

        @Override
        public void checkServerTrusted(
                java.security.cert.X509Certificate[] chain, String kind, SSLEngine engine) {}

        @Override
        public void checkServerTrusted(
                java.security.cert.X509Certificate[] chain, String kind, java.net.Socket socket) {}

        @Override
        public void checkServerTrusted(java.security.cert.X509Certificate[] chain, String kind) {}

        @Override
        public java.security.cert.X509Certificate[] getAcceptedIssuers() {
            return new java.security.cert.X509Certificate[0];
        }
    }

    /// A clock that stands still until it is moved.
    private static final class StillTime implements Time {
        private long nanos = 1;

        @Override
        public long nanos() {
            return nanos;
        }

        @Override
        public Instant now() {
            return Instant.now();
        }

        @Override
        public Task after(Duration delay, Runnable work) {
            throw new UnsupportedOperationException();
        }

        @Override
        public Task every(Duration period, Runnable work) {
            throw new UnsupportedOperationException();
        }
    }
}
