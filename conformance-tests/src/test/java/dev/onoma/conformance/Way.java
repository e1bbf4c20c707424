package dev.onoma.conformance;

import io.netty.handler.ssl.util.InsecureTrustManagerFactory;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.concurrent.ThreadLocalRandom;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;

/// The ways in which queries come, for tests that hold for all of them: a [Dialog] goes each way.
enum Way {
    UDP("dns"),
    TCP("dns"),
    TLS("tls"),
    HTTP1("https"),
    HTTPS_GET("https"),
    HTTPS_POST("https"),
    GRPC("grpc"),
    QUIC("quic"),
    HTTPS3("https3");

    private final String scheme;

    Way(String scheme) {
        this.scheme = scheme;
    }

    /// The scheme of the keys in a Corefile.
    String scheme() {
        return scheme;
    }

    /// Whether a response may have several messages.
    boolean carriesTransfers() {
        return this == TCP || this == TLS || this == QUIC;
    }

    /// Whether a connection begins with octets, not with datagrams.
    boolean isStream() {
        return this != UDP && this != QUIC && this != HTTPS3;
    }

    /// An ID for a query that goes this way (RFC 9250, section 4.2.1).
    int id() {
        return this == QUIC ? 0 : ThreadLocalRandom.current().nextInt(1, 0x10000);
    }

    /// Connects to a server on this machine.
    Dialog open(int port) throws IOException {
        return open(port, new byte[0]);
    }

    /// Connects.
    ///
    /// @param front octets in front of the connection, or of every datagram: a PROXY header
    Dialog open(int port, byte[] front) throws IOException {
        return open("127.0.0.1", port, front);
    }

    /// Connects.
    ///
    /// @param from where the client is, if that matters for the transport: one of TCP
    Dialog open(String from, int port, byte[] front) throws IOException {
        return switch (this) {
            case UDP -> new DatagramDialog(port, front);
            case TCP -> new StreamDialog(connected(from, port, front));
            case TLS -> new StreamDialog(encrypted(from, port, front, "dot"));
            case HTTP1 -> new Http1Dialog(encrypted(from, port, front, "http/1.1"));
            case HTTPS_GET, HTTPS_POST, GRPC ->
                    new Http2Dialog(this, encrypted(from, port, front, "h2"));
            case QUIC, HTTPS3 -> new QuicDialog(this, port, front);
        };
    }

    /// Whom the certificate is for that a client gets to see who connects now; nobody in clear
    /// text.
    String subject(int port) throws IOException {
        return switch (this) {
            case UDP, TCP -> "";
            case TLS -> subject(port, "dot");
            case HTTP1 -> subject(port, "http/1.1");
            case HTTPS_GET, HTTPS_POST, GRPC -> subject(port, "h2");
            case QUIC, HTTPS3 -> {
                try (var dialog = new QuicDialog(this, port, new byte[0])) {
                    yield dialog.subject();
                }
            }
        };
    }

    private static String subject(int port, String protocol) throws IOException {
        try (var socket = encrypted("127.0.0.1", port, new byte[0], protocol)) {
            return socket.getSession().getPeerPrincipal().getName();
        }
    }

    private static Socket connected(String from, int port, byte[] front) throws IOException {
        var to = InetAddress.ofLiteral("127.0.0.1");
        var socket = new Socket(to, port, InetAddress.ofLiteral(from), 0);
        socket.setTcpNoDelay(true);
        socket.getOutputStream().write(front);
        return socket;
    }

    private static SSLSocket encrypted(String from, int port, byte[] front, String protocol)
            throws IOException {
        var socket = connected(from, port, front);
        try {
            var context = SSLContext.getInstance("TLS");
            context.init(
                    null,
                    InsecureTrustManagerFactory.INSTANCE.getTrustManagers(),
                    new SecureRandom());
            var factory = context.getSocketFactory();
            var tls = (SSLSocket) factory.createSocket(socket, "127.0.0.1", port, true);
            var parameters = tls.getSSLParameters();
            parameters.setApplicationProtocols(new String[] {protocol});
            tls.setSSLParameters(parameters);
            tls.startHandshake();
            return tls;
        } catch (GeneralSecurityException e) {
            throw new IOException(e);
        }
    }

    static int id(byte[] message) {
        return (message[0] & 0xff) << 8 | message[1] & 0xff;
    }

    static byte[] join(byte[] first, byte[] second) {
        var both = Arrays.copyOf(first, first.length + second.length);
        System.arraycopy(second, 0, both, first.length, second.length);
        return both;
    }
}
