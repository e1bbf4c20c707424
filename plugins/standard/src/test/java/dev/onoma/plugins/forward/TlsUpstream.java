package dev.onoma.plugins.forward;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import dev.onoma.testkit.Authority;
import java.io.ByteArrayInputStream;
import java.io.Closeable;
import java.io.DataInputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyStore;
import java.security.cert.CertificateFactory;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLServerSocket;
import javax.net.ssl.TrustManagerFactory;
import org.xbill.DNS.ARecord;
import org.xbill.DNS.DClass;
import org.xbill.DNS.Flags;
import org.xbill.DNS.Message;
import org.xbill.DNS.Section;

/// An upstream over TLS or HTTPS that answers every question with its own address, and notes what
/// it saw. It answers the questions of a connection in pairs, the second first, if it is told so.
final class TlsUpstream implements AutoCloseable {
    private static final InetAddress LOOPBACK = InetAddress.ofLiteral("127.0.0.1");

    final AtomicInteger connections = new AtomicInteger();
    final List<byte[]> asked = new CopyOnWriteArrayList<>();
    final List<String> requests = new CopyOnWriteArrayList<>();
    volatile boolean inPairs;
    volatile int status = 200;
    volatile boolean hangsUp;
    private final int port;
    private final Closeable listener;

    private TlsUpstream(SSLServerSocket listener) {
        port = listener.getLocalPort();
        this.listener = listener;
        Thread.ofVirtual().start(() -> accept(listener));
    }

    private TlsUpstream(HttpsServer web) {
        port = web.getAddress().getPort();
        listener = () -> web.stop(0);
        web.createContext("/dns-query", this::answer);
        web.start();
    }

    /// @param subjects that its certificate is for
    static TlsUpstream overTls(Authority authority, Path folder, boolean mutual, String... subjects)
            throws IOException, GeneralSecurityException {
        var listener =
                (SSLServerSocket)
                        context(authority, folder, subjects)
                                .getServerSocketFactory()
                                .createServerSocket(0, 50, LOOPBACK);
        listener.setNeedClientAuth(mutual);
        return new TlsUpstream(listener);
    }

    static TlsUpstream overHttps(Authority authority, Path folder, String... subjects)
            throws IOException, GeneralSecurityException {
        var web = HttpsServer.create(new InetSocketAddress(LOOPBACK, 0), 50);
        web.setHttpsConfigurator(new HttpsConfigurator(context(authority, folder, subjects)));
        return new TlsUpstream(web);
    }

    private static SSLContext context(Authority authority, Path folder, String... subjects)
            throws IOException, GeneralSecurityException {
        authority.issue("upstream", subjects);
        var certificates = CertificateFactory.getInstance("X.509");
        var chain =
                certificates.generateCertificates(
                        new ByteArrayInputStream(
                                Files.readAllBytes(folder.resolve("upstream.pem"))));
        var text =
                Files.readString(folder.resolve("upstream.key")).replaceAll("-----[^-]*-----", "");
        var key =
                KeyFactory.getInstance("EC")
                        .generatePrivate(
                                new PKCS8EncodedKeySpec(Base64.getMimeDecoder().decode(text)));
        var store = KeyStore.getInstance("PKCS12");
        store.load(null, null);
        store.setKeyEntry(
                "upstream", key, new char[0], chain.toArray(java.security.cert.Certificate[]::new));
        try (var ca = Files.newInputStream(authority.certificate())) {
            store.setCertificateEntry("ca", certificates.generateCertificate(ca));
        }
        var keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        keys.init(store, new char[0]);
        var trusted = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        trusted.init(store);
        var context = SSLContext.getInstance("TLS");
        context.init(keys.getKeyManagers(), trusted.getTrustManagers(), null);
        return context;
    }

    int port() {
        return port;
    }

    private void accept(SSLServerSocket listener) {
        try {
            while (true) {
                var connection = listener.accept();
                connections.incrementAndGet();
                Thread.ofVirtual().start(() -> serve(connection));
            }
        } catch (IOException _) {
            // Closed: nobody asks any more.
        }
    }

    private void serve(Socket connection) {
        try (connection) {
            var in = new DataInputStream(connection.getInputStream());
            while (true) {
                var first = read(in);
                if (hangsUp) {
                    return;
                }
                if (inPairs) {
                    var second = read(in);
                    write(connection, second);
                }
                write(connection, first);
            }
        } catch (IOException _) {
            // The other side has closed the connection, or does not like the certificate.
        }
    }

    private byte[] read(DataInputStream in) throws IOException {
        var query = new byte[in.readUnsignedShort()];
        in.readFully(query);
        asked.add(query);
        return query;
    }

    private static void write(Socket connection, byte[] query) throws IOException {
        var reply = reply(query);
        var framed = new byte[reply.length + 2];
        framed[0] = (byte) (reply.length >> 8);
        framed[1] = (byte) reply.length;
        System.arraycopy(reply, 0, framed, 2, reply.length);
        connection.getOutputStream().write(framed);
    }

    private static byte[] reply(byte[] query) throws IOException {
        var asked = new Message(query);
        var question = asked.getQuestion();
        var reply = new Message(asked.getHeader().getID());
        reply.getHeader().setFlag(Flags.QR);
        reply.addRecord(question, Section.QUESTION);
        reply.addRecord(new ARecord(question.getName(), DClass.IN, 60, LOOPBACK), Section.ANSWER);
        return reply.toWire();
    }

    private void answer(HttpExchange exchange) throws IOException {
        try (exchange) {
            requests.add(exchange.getRequestMethod() + " " + exchange.getRequestURI());
            var parameter = exchange.getRequestURI().getQuery();
            var query =
                    parameter == null
                            ? exchange.getRequestBody().readAllBytes()
                            : Base64.getUrlDecoder().decode(parameter.replace("dns=", ""));
            asked.add(query);
            var reply = reply(query);
            exchange.getResponseHeaders().add("Content-Type", "application/dns-message");
            exchange.sendResponseHeaders(status, reply.length);
            exchange.getResponseBody().write(reply);
        }
    }

    @Override
    public void close() throws IOException {
        listener.close();
    }
}
