package dev.onoma.server.tls;

import dev.onoma.api.FileErrors;
import dev.onoma.api.ServerTls;
import dev.onoma.api.Time;
import dev.onoma.api.Tls;
import io.netty.handler.ssl.util.InsecureTrustManagerFactory;
import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.PrivateKey;
import java.security.Signature;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLException;
import javax.net.ssl.TrustManager;
import org.jspecify.annotations.Nullable;

/// Reads PEM files. Messages begin as CoreDNS's do. Any thread.
public final class PemTls implements Tls {
    private final Time time;
    private final Authorities authorities;
    private @Nullable SessionTickets tickets;

    /// @param environment for `SSL_CERT_FILE`
    public PemTls(Time time, Map<String, String> environment) {
        this.time = time;
        authorities = new Authorities(environment);
    }

    @Override
    public Identity identity(Path certificate, Path key, Optional<String> password)
            throws IOException {
        try {
            return identity(read(certificate), read(key), password);
        } catch (IOException e) {
            throw new IOException("could not load TLS cert: " + e.getMessage(), e);
        }
    }

    @Override
    public Following follow(Path certificate, Path key, Optional<String> password)
            throws IOException {
        return new IdentityFiles(this, certificate, key, password);
    }

    @Override
    public Identity identity(byte[] certificate, byte[] key, Optional<String> password)
            throws IOException {
        var chain = Certificates.read(certificate);
        if (chain.isEmpty()) {
            throw new IOException("there is no certificate in the file that should hold one");
        }
        var secret = PrivateKeys.read(key, password);
        if (!isPair(secret, chain.getFirst())) {
            throw new IOException("the private key is not that of " + place(secret, chain));
        }
        return new Identity(secret, chain);
    }

    // Which certificate should have been the one of a key.
    private static String place(PrivateKey key, List<X509Certificate> chain) throws IOException {
        for (int i = 1; i < chain.size(); i++) {
            if (isPair(key, chain.get(i))) {
                return "the first certificate in the file, but of number %d, which has to come first"
                        .formatted(i + 1);
            }
        }
        return "the certificate";
    }

    // Whatever the algorithm: what one signs, the other verifies.
    private static boolean isPair(PrivateKey key, X509Certificate certificate) throws IOException {
        var algorithm =
                switch (key.getAlgorithm()) {
                    case "RSA" -> "SHA256withRSA";
                    case "EC" -> "SHA256withECDSA";
                    default -> key.getAlgorithm();
                };
        try {
            var signing = Signature.getInstance(algorithm);
            signing.initSign(key);
            signing.update(certificate.getSignature());
            var signature = signing.sign();
            var verifying = Signature.getInstance(algorithm);
            verifying.initVerify(certificate.getPublicKey());
            verifying.update(certificate.getSignature());
            return verifying.verify(signature);
        } catch (java.security.InvalidKeyException | java.security.SignatureException _) {
            return false; // keys of two kinds
        } catch (GeneralSecurityException e) {
            throw new IOException("a key of this kind cannot be used: " + e.getMessage(), e);
        }
    }

    @Override
    public List<X509Certificate> certificates(Path file) throws IOException {
        byte[] text;
        try {
            text = read(file);
        } catch (IOException e) {
            throw new IOException("error reading " + file + ": " + e.getMessage(), e);
        }
        try {
            return certificates(text);
        } catch (IOException e) {
            throw new IOException("could not read root certs: " + file + ": " + e.getMessage(), e);
        }
    }

    @Override
    public List<X509Certificate> certificates(byte[] text) throws IOException {
        var all = Certificates.read(text);
        if (all.isEmpty()) {
            throw new IOException("no certificate (PEM) in it");
        }
        return all;
    }

    private static byte[] read(Path file) throws IOException {
        try {
            return Files.readAllBytes(file);
        } catch (FileSystemException e) {
            throw new IOException("open " + FileErrors.named(e), e);
        }
    }

    @Override
    public SSLContext client(ClientFiles files) throws IOException {
        var certificate = files.certificate();
        var key = files.key();
        var trusted =
                trusting(
                        files.authorities().isPresent()
                                ? certificates(files.authorities().get())
                                : List.of());
        if (certificate.isEmpty() || key.isEmpty()) {
            return context(null, trusted);
        }
        var own = new IdentityFiles(this, certificate.get(), key.get(), Optional.empty());
        return context(new IdentityKeyManager(() -> own.refreshed(time.nanos())), trusted);
    }

    @Override
    public SSLContext client(Optional<Identity> own, List<X509Certificate> roots)
            throws IOException {
        return context(
                own.map(identity -> (KeyManager) new IdentityKeyManager(() -> identity))
                        .orElse(null),
                trusting(roots));
    }

    @Override
    public SSLContext server(ServerTls tls) throws IOException {
        return context(new IdentityKeyManager(tls.identity()), clientsOf(tls));
    }

    /// Trusts the certificates of clients that the operator wants.
    TrustManager clientsOf(ServerTls tls) throws SSLException {
        return tls.clientAuth().isVerified()
                ? trusting(tls.authorities())
                : InsecureTrustManagerFactory.INSTANCE.getTrustManagers()[0];
    }

    /// The server's side of Netty's connections.
    ///
    /// @param protocols names for ALPN (RFC 7301), the best one first
    public synchronized ServerContext server(ServerTls tls, List<String> protocols) {
        var shared = tickets;
        if (shared == null) {
            shared = new SessionTickets(time);
            tickets = shared;
        }
        return new ServerContext(tls, protocols, this, shared);
    }

    /// Trusts these authorities, or those of the machine if there are none.
    private TrustManager trusting(List<X509Certificate> roots) throws SSLException {
        try {
            return (roots.isEmpty() ? authorities.ofMachine() : Authorities.only(roots))[0];
        } catch (IOException | GeneralSecurityException e) {
            throw new SSLException("authorities cannot be read: " + e.getMessage(), e);
        }
    }

    private static SSLContext context(@Nullable KeyManager own, TrustManager trusted)
            throws IOException {
        try {
            var context = SSLContext.getInstance("TLS");
            context.init(
                    own == null ? new KeyManager[0] : new KeyManager[] {own},
                    new TrustManager[] {trusted},
                    null);
            return context;
        } catch (GeneralSecurityException e) {
            throw new IOException("TLS cannot be set up: " + e.getMessage(), e);
        }
    }
}
