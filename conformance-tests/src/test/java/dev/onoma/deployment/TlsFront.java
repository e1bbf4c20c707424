package dev.onoma.deployment;

import dev.onoma.testkit.Authority;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyStore;
import java.security.cert.CertificateFactory;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Base64;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;

/// TLS in front of a server without it, on all addresses of this machine: what comes in goes to the
/// other, and back.
final class TlsFront implements AutoCloseable {
    private final ServerSocket server;
    private final InetSocketAddress behind;
    private final Set<Socket> sockets = ConcurrentHashMap.newKeySet();

    /// @param names of the certificate
    TlsFront(URI behind, Authority authority, String... names)
            throws IOException, GeneralSecurityException {
        this.behind = new InetSocketAddress(behind.getHost(), behind.getPort());
        authority.issue("front", names);
        this.server =
                context(authority.certificate().resolveSibling("front"))
                        .getServerSocketFactory()
                        .createServerSocket(0);
        Thread.ofVirtual().start(this::acceptAll);
    }

    int port() {
        return server.getLocalPort();
    }

    private static SSLContext context(Path file) throws IOException, GeneralSecurityException {
        var key =
                KeyFactory.getInstance("EC")
                        .generatePrivate(new PKCS8EncodedKeySpec(octets(file + ".key")));
        var store = KeyStore.getInstance("PKCS12");
        store.load(null, null);
        try (var in = Files.newInputStream(Path.of(file + ".pem"))) {
            var certificates = CertificateFactory.getInstance("X.509").generateCertificates(in);
            var chain = certificates.toArray(java.security.cert.Certificate[]::new);
            store.setKeyEntry("front", key, new char[0], chain);
        }
        var keys = KeyManagerFactory.getInstance("PKIX");
        keys.init(store, new char[0]);
        var context = SSLContext.getInstance("TLS");
        context.init(keys.getKeyManagers(), null, null);
        return context;
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
