package dev.onoma.testkit;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Base64;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLServerSocket;
import javax.net.ssl.TrustManagerFactory;

/// TLS in front of a server without it, on all addresses of this machine: what comes in goes to the
/// other, and back.
public final class TlsFront implements AutoCloseable {
    private final SSLServerSocket server;
    private final InetSocketAddress behind;
    private final Set<Socket> sockets = ConcurrentHashMap.newKeySet();

    /// @param names of the certificate
    public TlsFront(URI behind, Authority authority, String... names)
            throws IOException, GeneralSecurityException {
        this.behind = new InetSocketAddress(behind.getHost(), behind.getPort());
        authority.issue("front", names);
        this.server =
                (SSLServerSocket) context(authority).getServerSocketFactory().createServerSocket(0);
        Thread.ofVirtual().start(this::acceptAll);
    }

    /// From now on clients must have a certificate of the authority.
    public void demandCertificates() {
        server.setNeedClientAuth(true);
    }

    public int port() {
        return server.getLocalPort();
    }

    private static SSLContext context(Authority authority)
            throws IOException, GeneralSecurityException {
        var file = authority.certificate().resolveSibling("front");
        var key =
                KeyFactory.getInstance("EC")
                        .generatePrivate(new PKCS8EncodedKeySpec(octets(file + ".key")));
        var store = KeyStore.getInstance("PKCS12");
        store.load(null, null);
        store.setKeyEntry("front", key, new char[0], certificates(Path.of(file + ".pem")));
        var keys = KeyManagerFactory.getInstance("PKIX");
        keys.init(store, new char[0]);
        var context = SSLContext.getInstance("TLS");
        context.init(keys.getKeyManagers(), trusted(authority).getTrustManagers(), null);
        return context;
    }

    private static TrustManagerFactory trusted(Authority authority)
            throws IOException, GeneralSecurityException {
        var store = KeyStore.getInstance("PKCS12");
        store.load(null, null);
        store.setCertificateEntry("authority", certificates(authority.certificate())[0]);
        var trust = TrustManagerFactory.getInstance("PKIX");
        trust.init(store);
        return trust;
    }

    private static Certificate[] certificates(Path file)
            throws IOException, GeneralSecurityException {
        try (var in = Files.newInputStream(file)) {
            return CertificateFactory.getInstance("X.509")
                    .generateCertificates(in)
                    .toArray(Certificate[]::new);
        }
    }

    private static byte[] octets(String pem) throws IOException {
        var text = Files.readString(Path.of(pem)).replaceAll("-----[A-Z ]+-----", "");
        return Base64.getMimeDecoder().decode(text);
    }

    private void acceptAll() {
        while (!server.isClosed()) {
            try {
                var client = server.accept();
                sockets.add(client);
                Thread.ofVirtual().start(() -> serve(client));
            } catch (IOException _) {
                return; // closed
            }
        }
    }

    private void serve(Socket client) {
        try (client;
                var other = new Socket()) {
            sockets.add(other);
            other.connect(behind);
            var back = Thread.ofVirtual().start(() -> copy(other, client));
            copy(client, other);
            back.join();
        } catch (IOException _) {
            // Whoever goes takes the other with him.
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        } finally {
            sockets.remove(client);
        }
    }

    private static void copy(Socket from, Socket to) {
        try (from;
                to) {
            from.getInputStream().transferTo(to.getOutputStream());
        } catch (IOException _) {
            // One of them has gone.
        }
    }

    @Override
    public void close() {
        try {
            server.close();
            for (var socket : sockets) {
                socket.close();
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
