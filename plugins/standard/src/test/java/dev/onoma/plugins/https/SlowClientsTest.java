package dev.onoma.plugins.https;

import static org.assertj.core.api.Assertions.assertThat;

import dev.onoma.plugins.LiveServer;
import dev.onoma.testkit.Authority;
import java.io.IOException;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import javax.net.ssl.SSLContext;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Clients that begin and do not go on: their connections end with the time-out, and others are
/// served meanwhile.
final class SlowClientsTest {
    private static final int CLIENTS = 300;
    private static final int PATIENCE_MILLIS = 20_000;
    private static final String GOOD =
            """
            GET /dns-query?dns=AAABAAABAAAAAAAAA3d3dwdleGFtcGxlA2NvbQAAAQAB HTTP/1.1\r
            Host: dns.example\r
            Connection: close\r
            \r
            """;
    private static final byte[] BEGINNING =
            GOOD.substring(0, 20).getBytes(StandardCharsets.US_ASCII);
    private static final String LIMITS =
            """
                timeouts {
                    read 1s
                    idle 1s
                }
                whoami
            }
            """;

    @TempDir private Path folder;

    private static Socket connect(LiveServer server) throws IOException {
        return connect(server, "127.0.0.1");
    }

    private static Socket connect(LiveServer server, String from) throws IOException {
        var to = InetAddress.ofLiteral("127.0.0.1");
        var socket = new Socket(to, server.onoma().port(), InetAddress.ofLiteral(from), 0);
        socket.setSoTimeout(PATIENCE_MILLIS);
        return socket;
    }

    private static void assertAllEnd(LiveServer server, byte[] beginning) throws IOException {
        var sockets = new ArrayList<Socket>();
        for (int i = 0; i < CLIENTS; i++) {
            var socket = connect(server);
            socket.getOutputStream().write(beginning);
            sockets.add(socket);
        }
        for (var socket : sockets) {
            assertThat(hasEnded(socket)).isTrue();
        }
    }

    // Whatever is said before, an alert or a status: then it ends.
    // Up to the end of the connection.
    private static String answer(Socket socket) throws IOException {
        return new String(socket.getInputStream().readAllBytes(), StandardCharsets.ISO_8859_1);
    }

    private static boolean hasEnded(Socket socket) throws IOException {
        try (socket) {
            socket.getInputStream().readAllBytes();
            return true;
        } catch (SocketException _) {
            return true; // a reset is an end, too
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"tls", "https"})
    void halfAHandshakeEnds(String scheme) throws Exception {
        Authority.in(folder).issue("tls", "127.0.0.1");
        var corefile = scheme + "://.:0 {\n    tls tls.pem tls.key\n" + LIMITS;
        try (var server = new LiveServer(folder, corefile)) {
            assertAllEnd(server, new byte[] {0x16, 3, 1, 2, 0, 1, 0, 1});
            int refused = scheme.equals("tls") ? 0 : CLIENTS - 150;
            assertThat(server.reached("handshake")).isEqualTo(CLIENTS - refused);
            // Of 200 places, a quarter is not for one address alone.
            assertThat(server.reached("per_source")).isEqualTo(refused);
            assertThat(server.log()).contains("(limit=\"handshake\")");
        }
    }

    @Test
    void handshakesOfOneSourceAreBounded() throws Exception {
        Authority.in(folder).issue("tls", "127.0.0.1");
        var corefile = "tls://.:0 {\n    tls tls.pem tls.key\n" + LIMITS;
        try (var server = new LiveServer(folder, corefile)) {
            assertAllEnd(server, hello());
            assertThat(server.reached("handshakes")).isEqualTo(CLIENTS - 256);
            assertThat(server.reached("handshake")).isEqualTo(256);
        }
    }

    @ParameterizedTest
    @CsvSource({"tls,6000", "https,6000", "tls,300", "https,300"})
    void halfGreetingsOfAllTogetherAreBounded(String scheme, int recordOctets) throws Exception {
        Authority.in(folder).issue("tls", "127.0.0.1");
        var corefile = scheme + "://.:0 {\n    tls tls.pem tls.key\n" + LIMITS;
        System.setProperty("onoma.unfinished.octets.max", "65536");
        try (var server = new LiveServer(folder, corefile)) {
            var half = halfHello(6000, recordOctets);
            var sockets = new ArrayList<Socket>();
            for (int i = 0; i < 20; i++) {
                sockets.add(connect(server));
                sockets.getLast().getOutputStream().write(half);
            }
            for (var socket : sockets) {
                assertThat(hasEnded(socket)).isTrue();
            }
            assertThat(server.reached("unfinished")).isBetween(10.0, 20.0);
            assertThat(unfinished(server)).isLessThanOrEqualTo(65_536);
            LiveServer.until(() -> unfinished(server) == 0);
        } finally {
            System.clearProperty("onoma.unfinished.octets.max");
        }
    }

    // A message of 16,128 octets, in records of so many, or cut off in the middle of its only one.
    private static byte[] halfHello(int octets, int recordOctets) {
        boolean isWhole = octets > recordOctets;
        var half = ByteBuffer.allocate(2 * octets);
        for (int at = 0; at < octets; at += recordOctets) {
            half.put((byte) 0x16).put((byte) 3).put((byte) 1);
            half.putShort((short) (isWhole ? recordOctets : 0x3f00));
            half.put(at == 0 ? new byte[] {1, 0, 0x3f, 0, 3, 3} : new byte[6]);
            half.put(new byte[recordOctets - 6]);
        }
        return Arrays.copyOf(half.array(), half.position());
    }

    private static double unfinished(LiveServer server) {
        return server.onoma().metrics().gauges("onoma_unfinished_octets", "").with().value();
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 150})
    void halfHeadersOfAllTogetherAreBounded(int fields) throws Exception {
        System.setProperty("onoma.unfinished.octets.max", "65536");
        try (var server = new LiveServer(folder, "https://.:0 {\n" + LIMITS)) {
            var field = "X-A: " + "a".repeat(6000 / fields) + "\r\n";
            var whole = GOOD.replace("Connection: close\r\n", "");
            // A request that is answered, and in the same octets half of the next.
            var half = whole + whole.substring(0, whole.length() - 2) + field.repeat(fields);
            var sockets = new ArrayList<Socket>();
            for (int i = 0; i < 20; i++) {
                sockets.add(connect(server));
                sockets.getLast().getOutputStream().write(half.getBytes(StandardCharsets.US_ASCII));
            }
            for (var socket : sockets) {
                assertThat(hasEnded(socket)).isTrue();
            }
            assertThat(server.reached("unfinished")).isBetween(10.0, 20.0);
        } finally {
            System.clearProperty("onoma.unfinished.octets.max");
        }
    }

    // What a client says first.
    private static byte[] hello() throws Exception {
        var engine = SSLContext.getDefault().createSSLEngine();
        engine.setUseClientMode(true);
        var hello = ByteBuffer.allocate(engine.getSession().getPacketBufferSize());
        engine.wrap(ByteBuffer.allocate(0), hello);
        return Arrays.copyOf(hello.array(), hello.position());
    }

    @Test
    void oneSourceLeavesPlacesForOthers() throws Exception {
        var corefile = "https://.:0 {\n    https {\n        max_connections 4\n    }\n" + LIMITS;
        try (var server = new LiveServer(folder, corefile)) {
            var sockets = new ArrayList<Socket>();
            for (int i = 0; i < 3; i++) {
                sockets.add(connect(server));
                sockets.getLast().getOutputStream().write(BEGINNING);
            }
            assertThat(hasEnded(connect(server))).isTrue();
            assertThat(server.reached("per_source")).isEqualTo(1);
            try (var other = connect(server, "127.0.0.2")) {
                other.getOutputStream().write(GOOD.getBytes(StandardCharsets.US_ASCII));
                assertThat(answer(other)).startsWith("HTTP/1.1 200");
            }
            for (var socket : sockets) {
                assertThat(hasEnded(socket)).isTrue();
            }
            assertThat(server.reached("read")).isEqualTo(3);
        }
    }

    @Test
    void withoutALimitOfTheListenerThereIsThatOfMemory() throws Exception {
        var corefile = "https://.:0 {\n    https {\n        max_connections 0\n    }\n" + LIMITS;
        System.setProperty("onoma.connections.heap.octets.max", "8192");
        System.setProperty("onoma.connections.reserved.percent", "0");
        try (var server = new LiveServer(folder, corefile)) {
            var sockets = new ArrayList<Socket>();
            for (int i = 0; i < 3; i++) {
                sockets.add(connect(server));
                sockets.getLast().getOutputStream().write(BEGINNING);
            }
            assertThat(hasEnded(connect(server))).isTrue();
            assertThat(server.reached("memory")).isEqualTo(1);
            LiveServer.until(() -> server.log().contains("memory that open connections take"));
            for (var socket : sockets) {
                assertThat(hasEnded(socket)).isTrue();
            }
            // Lines of the log are written behind.
            assertThat(server.log()).contains("memory that open connections take; more are closed");
            assertThat(LiveServer.send(server.onoma().port(), GOOD)).startsWith("HTTP/1.1 200");
        } finally {
            System.clearProperty("onoma.connections.heap.octets.max");
            System.clearProperty("onoma.connections.reserved.percent");
        }
    }

    @Test
    void whoComesLaterFindsPlacesToo() throws Exception {
        var corefile = "https://.:0 {\n    https {\n        max_connections 20\n    }\n" + LIMITS;
        try (var server = new LiveServer(folder, corefile)) {
            var sockets = new ArrayList<Socket>();
            for (int i = 0; i < 40; i++) {
                sockets.add(connect(server, i % 2 == 0 ? "127.0.0.1" : "127.0.0.2"));
                sockets.getLast().getOutputStream().write(BEGINNING);
            }
            try (var other = connect(server, "127.0.0.3")) {
                other.getOutputStream().write(GOOD.getBytes(StandardCharsets.US_ASCII));
                assertThat(answer(other)).startsWith("HTTP/1.1 200");
            }
            for (var socket : sockets) {
                assertThat(hasEnded(socket)).isTrue();
            }
            // Two together find nine each, as neither may have three times what is left.
            assertThat(server.reached("per_source")).isEqualTo(22);
        }
    }

    @Test
    void halfARequestEndsAndOthersAreServed() throws Exception {
        try (var server = new LiveServer(folder, "https://.:0 {\n" + LIMITS)) {
            var half = GOOD.substring(0, GOOD.length() - 4).getBytes(StandardCharsets.US_ASCII);
            var waiting = connect(server);
            waiting.getOutputStream().write(half);
            assertThat(LiveServer.send(server.onoma().port(), GOOD)).startsWith("HTTP/1.1 200");
            assertAllEnd(server, half);
            assertThat(hasEnded(waiting)).isTrue();
            assertThat(LiveServer.send(server.onoma().port(), GOOD)).startsWith("HTTP/1.1 200");
        }
    }

    @Test
    void moreConnectionsThanAllowedWaitToBeAccepted() throws Exception {
        var corefile = "https://.:0 {\n    https {\n        max_connections 2\n    }\n" + LIMITS;
        try (var server = new LiveServer(folder, corefile)) {
            var sockets = new ArrayList<Socket>();
            for (int i = 0; i < 12; i++) {
                var socket = connect(server);
                socket.getOutputStream().write(GOOD.getBytes(StandardCharsets.US_ASCII));
                sockets.add(socket);
            }
            // Each that ends lets another in, so all are answered in the end.
            for (var socket : sockets) {
                try (socket) {
                    assertThat(answer(socket)).startsWith("HTTP/1.1 200");
                }
            }
        }
    }

    @Test
    void theLargestNumberOfConnectionsIsNotTheSmallest() throws Exception {
        var most = "        max_connections " + Integer.MAX_VALUE + "\n";
        var corefile = "https://.:0 {\n    https {\n" + most + "    }\n" + LIMITS;
        try (var server = new LiveServer(folder, corefile)) {
            for (int i = 0; i < 3; i++) {
                assertThat(LiveServer.send(server.onoma().port(), GOOD)).startsWith("HTTP/1.1 200");
            }
        }
    }

    @Test
    void aListenerSaysWhatARequestMayHave() throws Exception {
        var corefile =
                """
                https://.:0 {
                    https {
                        max_header_fields 8
                        max_header_octets 1024
                        max_body_octets 600
                    }
                """
                        + LIMITS;
        try (var server = new LiveServer(folder, corefile)) {
            int port = server.onoma().port();
            var end = "Connection: close\r\n\r\n";
            assertThat(LiveServer.send(port, "GET / HTTP/1.1\r\n" + "a: b\r\n".repeat(9) + end))
                    .startsWith("HTTP/1.1 431");
            var longer = "a: " + "b".repeat(1100) + "\r\n";
            assertThat(LiveServer.send(port, "GET / HTTP/1.1\r\n" + longer + end))
                    .startsWith("HTTP/1.1 431");
            assertThat(server.reached("fields")).isEqualTo(2);
            var body = "Content-Length: 601\r\n" + end + "x".repeat(601);
            assertThat(LiveServer.send(port, "POST /dns-query HTTP/1.1\r\n" + body))
                    .startsWith("HTTP/1.1 413");
            assertThat(server.reached("body")).isEqualTo(1);
            assertThat(LiveServer.send(port, GOOD)).startsWith("HTTP/1.1 200");
        }
    }

    @Test
    void optionsOfHttp1BiteAtTheirNumber() throws Exception {
        var corefile =
                """
                https://.:0 {
                    https {
                        max_line_octets 512
                        max_header_fields 8
                        max_body_octets 512
                    }
                """
                        + LIMITS;
        try (var server = new LiveServer(folder, corefile)) {
            int port = server.onoma().port();
            var line = "GET /" + "a".repeat(512 - "GET / HTTP/1.1".length()) + " HTTP/1.1\r\n";
            var end = "Host: a\r\nConnection: close\r\n\r\n";
            assertThat(LiveServer.send(port, line + end)).startsWith("HTTP/1.1 404");
            assertThat(server.reached("fields")).isZero();
            assertThat(LiveServer.send(port, line.replace("/a", "/aa") + end))
                    .startsWith("HTTP/1.1 414");
            assertThat(server.reached("fields")).isEqualTo(1);
            var fields = "GET / HTTP/1.1\r\n" + "a: b\r\n".repeat(6);
            assertThat(LiveServer.send(port, fields + end)).startsWith("HTTP/1.1 404");
            assertThat(server.reached("fields")).isEqualTo(1);
            assertThat(LiveServer.send(port, fields + "a: b\r\n" + end)).startsWith("HTTP/1.1 431");
            assertThat(server.reached("fields")).isEqualTo(2);
            assertThat(LiveServer.send(port, post(512))).startsWith("HTTP/1.1 200");
            assertThat(server.reached("body")).isZero();
            assertThat(LiveServer.send(port, post(513))).startsWith("HTTP/1.1 413");
            assertThat(server.reached("body")).isEqualTo(1);
        }
    }

    private static String post(int octets) {
        return "POST /dns-query HTTP/1.1\r\nHost: a\r\nContent-Type: application/dns-message\r\n"
                + "Connection: close\r\nContent-Length: "
                + octets
                + "\r\n\r\n"
                + "x".repeat(octets);
    }

    @Test
    void requestsThatWaitAreBounded() throws Exception {
        try (var silent = new DatagramSocket(0, InetAddress.getLoopbackAddress());
                var server =
                        new LiveServer(
                                folder,
                                """
                                https://.:0 {
                                    https {
                                        max_pipelined 3
                                    }
                                    cancel 100ms
                                    forward . 127.0.0.1:%d
                                }
                                """
                                        .formatted(silent.getLocalPort()))) {
            int port = server.onoma().port();
            var one = GOOD.replace("Connection: close\r\n", "");
            // One is answered, three wait.
            assertThat(LiveServer.send(port, one.repeat(3) + GOOD).split("HTTP/1.1 200", -1))
                    .hasSize(5);
            assertThat(server.reached("pipelined")).isZero();
            assertThat(LiveServer.send(port, one.repeat(5))).isEmpty();
            assertThat(server.reached("pipelined")).isEqualTo(1);
        }
    }

    @Test
    void aListenerThatIsFullIsSaid() throws Exception {
        var corefile = "https://.:0 {\n    https {\n        max_connections 2\n    }\n" + LIMITS;
        try (var server = new LiveServer(folder, corefile)) {
            try (var one = connect(server);
                    var two = connect(server, "127.0.0.2")) {
                one.getOutputStream().write(BEGINNING);
                two.getOutputStream().write(BEGINNING);
                assertThat(server.reached("listener")).isZero();
                var three = connect(server, "127.0.0.3");
                three.getOutputStream().write(GOOD.getBytes(StandardCharsets.US_ASCII));
                assertThat(answer(three)).startsWith("HTTP/1.1 200");
            }
            assertThat(server.reached("listener")).isPositive();
            LiveServer.until(() -> server.log().contains("a client with fewer"));
        }
    }

    @Test
    void aHandshakeOfManyRecordsEnds() throws Exception {
        Authority.in(folder).issue("tls", "127.0.0.1");
        try (var server =
                new LiveServer(folder, "tls://.:0 {\n    tls tls.pem tls.key\n" + LIMITS)) {
            var socket = connect(server);
            socket.getOutputStream().write(halfHello(12_000, 60));
            assertThat(hasEnded(socket)).isTrue();
            assertThat(server.reached("records")).isEqualTo(1);
        }
    }

    @Test
    void aGreetingHasALimit() throws Exception {
        Authority.in(folder).issue("tls", "127.0.0.1");
        System.setProperty("onoma.greeting.octets.max", "600");
        try (var server =
                new LiveServer(folder, "tls://.:0 {\n    tls tls.pem tls.key\n" + LIMITS)) {
            var socket = connect(server);
            socket.getOutputStream().write(new byte[] {0x16, 3, 1, 2, 89});
            assertThat(hasEnded(socket)).isTrue();
            assertThat(server.reached("greeting")).isEqualTo(1);
        } finally {
            System.clearProperty("onoma.greeting.octets.max");
        }
    }

    @Test
    void whatIsTooLongOrNoRequestGetsItsStatus() throws Exception {
        try (var server = new LiveServer(folder, "https://.:0 {\n" + LIMITS)) {
            int port = server.onoma().port();
            assertThat(LiveServer.send(port, "GET /" + "a".repeat(9000) + " HTTP/1.1\r\n\r\n"))
                    .startsWith("HTTP/1.1 414");
            var field = "X-A: " + "a".repeat(7000) + "\r\n";
            // The client is still sending when its answer leaves.
            assertThat(LiveServer.send(port, "GET / HTTP/1.1\r\n" + field.repeat(30) + "\r\n"))
                    .startsWith("HTTP/1.1 431");
            var two = GOOD.replace("Connection: close\r\n", "");
            assertThat(server.reached("fields")).isEqualTo(2);
            assertThat(LiveServer.send(port, two + GOOD).split("HTTP/1.1 200", -1)).hasSize(3);
        }
    }
}
