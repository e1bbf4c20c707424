package dev.onoma.conformance;

import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.util.Arrays;
import java.util.concurrent.ThreadLocalRandom;
import org.xbill.DNS.DClass;
import org.xbill.DNS.Message;
import org.xbill.DNS.Name;
import org.xbill.DNS.Record;

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

    /// A query that goes this way.
    byte[] query(String name, int type) throws IOException {
        var question = Record.newRecord(Name.fromString(name), type, DClass.IN);
        var query = Message.newQuery(question);
        query.getHeader().setID(id());
        return query.toWire();
    }

    /// How [Dialog#awaitEnd] tells that the server has ended a connection as it should: behind a
    /// close_notify where there is TLS, with the word for "no error" where the protocol has one.
    String orderlyEnd() {
        return switch (this) {
            case UDP -> throw new IllegalArgumentException("datagrams do not end");
            case TCP, TLS, HTTP1 -> "in order";
            case HTTPS_GET, HTTPS_POST, GRPC -> "GOAWAY 0, in order";
            case QUIC -> "closed 0"; // DOQ_NO_ERROR
            case HTTPS3 -> "closed 256"; // H3_NO_ERROR
        };
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
    /// @param from where the client is, unless it sends single datagrams
    Dialog open(String from, int port, byte[] front) throws IOException {
        return switch (this) {
            case UDP -> new DatagramDialog(port, front);
            case QUIC, HTTPS3 -> new QuicDialog(this, from, port, front);
            case TCP -> new StreamDialog(connected(from, port, front));
            default -> over(encrypted(from, port, front));
        };
    }

    /// Connects over TLS 1.2.
    Dialog openOverOldTls(int port) throws IOException {
        var socket = connected("127.0.0.1", port, new byte[0]);
        return over(new TlsSocket(socket, protocol(), "TLSv1.2"));
    }

    private Dialog over(Socket encrypted) throws IOException {
        return switch (this) {
            case TLS -> new StreamDialog(encrypted);
            case HTTP1 -> new Http1Dialog(encrypted);
            default -> new Http2Dialog(this, encrypted);
        };
    }

    /// What is spoken in TLS (RFC 7301).
    private String protocol() {
        return switch (this) {
            case TLS -> "dot";
            case HTTP1 -> "http/1.1";
            default -> "h2";
        };
    }

    /// Whom the certificate is for that a client gets to see who connects now; nobody in clear
    /// text.
    String subject(int port) throws IOException {
        return switch (this) {
            case UDP, TCP -> "";
            case QUIC, HTTPS3 -> {
                try (var dialog = new QuicDialog(this, "127.0.0.1", port, new byte[0])) {
                    yield dialog.subject();
                }
            }
            default -> {
                try (var socket = encrypted("127.0.0.1", port, new byte[0])) {
                    yield socket.subject();
                }
            }
        };
    }

    private static Socket connected(String from, int port, byte[] front) throws IOException {
        var to = InetAddress.ofLiteral("127.0.0.1");
        var socket = new Socket(to, port, InetAddress.ofLiteral(from), 0);
        socket.setTcpNoDelay(true);
        socket.getOutputStream().write(front);
        return socket;
    }

    private TlsSocket encrypted(String from, int port, byte[] front) throws IOException {
        return new TlsSocket(connected(from, port, front), protocol(), "TLSv1.3", "TLSv1.2");
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
