package dev.onoma.comparison;

import dev.onoma.testkit.Http2Frames;
import java.io.DataInputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Base64;
import java.util.Map;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;

/// A server under attack, by the ports of its listeners: `dns`, `tls`, `https`, `grpc`, `quic`,
/// `https3`; `proxy`, where connections begin with a PROXY header; and those of probes and pages:
/// `health`, `ready`, `metrics`, `pprof`, `admin`.
///
/// @param context for clients of its listeners; they look at no certificate
record Victim(Map<String, Integer> ports, SSLContext context) {
    static final InetAddress ATTACKER = InetAddress.ofLiteral("127.0.0.1");
    static final InetAddress BYSTANDER = InetAddress.ofLiteral("127.0.0.2");

    /// A name with one address, and one with so many that an answer has 48 KiB.
    static final String NAME = "ready.test";

    static final String BIG_NAME = "big.test";

    /// A zone that may be transferred, of some megabytes.
    static final String ZONE = "zone.test";

    /// The server behind another door, without its clients.
    static final String PROXY_HEADER = "PROXY TCP4 192.0.2.%d 192.0.2.1 %d 53\r\n";

    private static final int TYPE_AXFR = 252;
    private static final int SOURCES = 200;
    private static final int PATIENCE_MILLIS = 2000;
    private static final int HEADER_OCTETS = 12;

    int port(String door) {
        return java.util.Objects.requireNonNull(ports.get(door), door);
    }

    InetSocketAddress address(String door) {
        return new InetSocketAddress(ATTACKER, port(door));
    }

    /// A connection in clear text.
    Socket connect(String door, InetAddress from) throws IOException {
        var socket = new Socket();
        try {
            socket.setSoTimeout(PATIENCE_MILLIS);
            socket.setTcpNoDelay(true);
            socket.bind(new InetSocketAddress(from, 0));
            socket.connect(address(door), PATIENCE_MILLIS);
            return socket;
        } catch (IOException e) {
            socket.close();
            throw e;
        }
    }

    /// One of many addresses that attackers have.
    static InetAddress attacker(int number) {
        return InetAddress.ofLiteral("127.0.1." + (1 + number % SOURCES));
    }

    /// A connection as the clients of a listener make it, with TLS where that belongs to it.
    Socket open(String door, InetAddress from) throws IOException {
        return switch (door) {
            case "proxy" -> proxied(from, 7, 1024);
            case "tls" -> encrypted(door, from, "dot");
            case "https", "grpc" -> encrypted(door, from, "h2");
            default -> connect(door, from);
        };
    }

    /// A connection of whom a PROXY header says.
    ///
    /// @param host the last octet of its address
    Socket proxied(InetAddress from, int host, int port) throws IOException {
        var socket = connect("proxy", from);
        var header = PROXY_HEADER.formatted(host, port);
        socket.getOutputStream().write(header.getBytes(StandardCharsets.US_ASCII));
        return socket;
    }

    /// A connection over TLS.
    ///
    /// @param versions of TLS, if not those that are usual
    SSLSocket encrypted(String door, InetAddress from, String protocol, String... versions)
            throws IOException {
        var plain = connect(door, from);
        try {
            var factory = context.getSocketFactory();
            var socket = (SSLSocket) factory.createSocket(plain, "127.0.0.1", port(door), true);
            var parameters = socket.getSSLParameters();
            parameters.setApplicationProtocols(new String[] {protocol});
            if (versions.length > 0) {
                parameters.setProtocols(versions);
            }
            socket.setSSLParameters(parameters);
            socket.startHandshake();
            return socket;
        } catch (IOException e) {
            plain.close();
            throw e;
        }
    }

    /// A query behind its length.
    static byte[] prefixed(String name) {
        var query = Server.query(name);
        var all = new byte[2 + query.length];
        all[0] = (byte) (query.length >> 8);
        all[1] = (byte) query.length;
        System.arraycopy(query, 0, all, 2, query.length);
        return all;
    }

    /// A query for all of [#ZONE], behind its length.
    static byte[] transfer() {
        var query = prefixed(ZONE);
        query[query.length - 3] = (byte) TYPE_AXFR;
        return query;
    }

    /// A query for a GET of DNS over HTTPS.
    static String base64(String name) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(Server.query(name));
    }

    /// Whether somebody else gets an answer over a new connection.
    boolean serves(String door) {
        try {
            return switch (door) {
                case "dns", "tls", "proxy" -> answersTcp(door);
                case "https" -> answersHttps();
                case "grpc" -> answersGrpc();
                case "quic", "https3" -> QuicClient.isServed(this, door);
                default -> answersHttp(door);
            };
        } catch (IOException _) {
            return false;
        }
    }

    private boolean answersTcp(String door) throws IOException {
        try (var socket = open(door, BYSTANDER)) {
            socket.getOutputStream().write(prefixed(NAME));
            var in = new DataInputStream(socket.getInputStream());
            var answer = new byte[in.readUnsignedShort()];
            in.readFully(answer);
            return answer.length > HEADER_OCTETS && (answer[3] & 0xf) == 0;
        }
    }

    private boolean answersHttps() throws IOException {
        try (var client = new Http2Frames(open("https", BYSTANDER), PATIENCE_MILLIS)) {
            client.write(
                    Http2Frames.frame(
                            Http2Frames.HEADERS,
                            Http2Frames.END_HEADERS | Http2Frames.END_STREAM,
                            1,
                            Http2Frames.get(base64(NAME))));
            return client.end(1).type() == Http2Frames.DATA;
        }
    }

    private boolean answersGrpc() throws IOException {
        try (var client = new Http2Frames(open("grpc", BYSTANDER), PATIENCE_MILLIS)) {
            client.call(1, Http2Frames.packet(Server.query(NAME)));
            return client.end(1).type() == Http2Frames.HEADERS;
        }
    }

    /// What there is to see at a door of probes or pages.
    static String path(String door) {
        return switch (door) {
            case "pprof" -> "/debug/pprof/cmdline";
            case "admin" -> "/";
            default -> "/" + door;
        };
    }

    private boolean answersHttp(String door) throws IOException {
        try (var socket = connect(door, BYSTANDER)) {
            var request =
                    "GET %s HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"
                            .formatted(path(door));
            socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
            var status = socket.getInputStream().readNBytes(HEADER_OCTETS);
            return Arrays.equals(status, "HTTP/1.1 200".getBytes(StandardCharsets.US_ASCII));
        }
    }
}
