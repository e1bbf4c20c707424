package dev.onoma.plugins.proxyproto;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.onoma.api.Handler;
import dev.onoma.api.Names;
import dev.onoma.api.ProxyProtocol;
import dev.onoma.api.ProxyProtocol.Policy;
import dev.onoma.plugins.LiveServer;
import dev.onoma.testkit.Bench;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.xbill.DNS.DClass;
import org.xbill.DNS.Message;
import org.xbill.DNS.Record;
import org.xbill.DNS.Section;
import org.xbill.DNS.Type;

/// What the directive says, and that listeners do it: `whoami` tells clients who they are.
@Timeout(60)
final class ProxyProtoTest {
    private static final int PATIENCE_MILLIS = 10_000;
    private static final int SILENCE_MILLIS = 200;

    // From 192.0.2.7, port 4711: a connection, a datagram, a health check.
    private static final byte[] LINE =
            "PROXY TCP4 192.0.2.7 198.51.100.1 4711 53\r\n".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] STREAM = header("2111000cc0000207c633640112670035");
    private static final byte[] DATAGRAM = header("2112000cc0000207c633640112670035");
    private static final byte[] LOCAL = header("20000000");
    private static final byte[] NOTHING = new byte[0];

    @TempDir private Path folder;

    private static byte[] header(String rest) {
        return HexFormat.of().parseHex("0d0a0d0a000d0a515549540a" + rest);
    }

    private ProxyProtocol read(String directives) {
        var bench = new Bench("example.org.");
        assertThat(bench.setup(new ProxyProto(), directives)).isSameAs(Handler.PASS);
        return bench.setting(ProxyProtocol.class).orElseThrow();
    }

    @Test
    void withoutNetworksEverybodyIsBelieved() {
        var peer = InetAddress.getLoopbackAddress();
        assertThat(read("proxyproto").policy(peer)).isEqualTo(Policy.USE);
        assertThat(read("proxyproto {\ndefault SKIP\n}").policy(peer)).isEqualTo(Policy.SKIP);
        assertThat(read("proxyproto {\nallow\n}").policy(peer)).isEqualTo(Policy.USE);
    }

    @Test
    void withNetworksNobodyElseIsBelieved() {
        var read = read("proxyproto {\nallow 10.0.0.0/8\nallow 127.0.0.0/8 ::1/128\n}");
        assertThat(read.policy(InetAddress.ofLiteral("127.0.0.9"))).isEqualTo(Policy.USE);
        assertThat(read.policy(InetAddress.ofLiteral("::1"))).isEqualTo(Policy.USE);
        assertThat(read.policy(InetAddress.ofLiteral("192.0.2.1"))).isEqualTo(Policy.IGNORE);
        assertThat(read.sessionLife()).isZero();
        assertThat(read("proxyproto {\nudp_session_tracking 30s\n}"))
                .returns(Duration.ofSeconds(30), ProxyProtocol::sessionLife)
                .returns(10_240, ProxyProtocol::sessionsMax);
        assertThat(read("proxyproto {\nudp_session_tracking -1s 5\n}"))
                .returns(Duration.ZERO, ProxyProtocol::sessionLife)
                .returns(5, ProxyProtocol::sessionsMax);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "proxyproto x | \"proxyproto\" takes no arguments",
                "proxyproto { ; allow 1.2.3.4 ; } | CIDR is a network such as 10.0.0.0/8",
                "proxyproto { ; default require ; } | POLICY is one of use, ignore, reject, skip",
                "proxyproto { ; default ; } | POLICY is missing",
                "proxyproto { ; default use use ; } | \"use\"",
                "proxyproto { ; udp_session_tracking x ; } | DURATION is a duration such as",
                "proxyproto { ; udp_session_tracking 1s 0 ; } | MAX_SESSIONS is a whole number of at least 1",
                "proxyproto { ; x ; } | there is no property \"x\"",
            })
    void mistakesAreExplained(String directives, String message) {
        assertThatThrownBy(() -> read(directives.replace(";", "\n")))
                .hasMessageContaining("plugin/proxyproto: " + message);
    }

    private LiveServer server(String options) throws IOException {
        return new LiveServer(
                folder, ".:0 {\n proxyproto {\n%s\n}\n whoami\n prometheus\n}".formatted(options));
    }

    private static byte[] query() {
        return Message.newQuery(Record.newRecord(Names.of("who.test."), Type.A, DClass.IN))
                .toWire();
    }

    // The addresses that whoami says, with the port of the client.
    private static String said(byte[] response) throws IOException {
        var additional = new Message(response).getSection(Section.ADDITIONAL);
        return additional.get(0).rdataToString() + " " + additional.get(1).rdataToString();
    }

    private static String overTcp(LiveServer server, byte[]... parts) throws IOException {
        try (var socket = new Socket(InetAddress.getLoopbackAddress(), server.onoma().port())) {
            socket.setSoTimeout(PATIENCE_MILLIS);
            socket.setTcpNoDelay(true);
            for (var part : parts) {
                socket.getOutputStream().write(part);
            }
            var query = query();
            socket.getOutputStream().write(join(new byte[] {0, (byte) query.length}, query));
            var in = new DataInputStream(socket.getInputStream());
            return said(in.readNBytes(in.readUnsignedShort()));
        }
    }

    private static byte[] join(byte[] first, byte[] second) {
        var out = new ByteArrayOutputStream();
        out.writeBytes(first);
        out.writeBytes(second);
        return out.toByteArray();
    }

    private static Optional<String> overUdp(
            LiveServer server, DatagramSocket socket, byte[] header, byte[] query)
            throws IOException {
        var packet = join(header, query);
        socket.send(
                new DatagramPacket(
                        packet,
                        packet.length,
                        InetAddress.getLoopbackAddress(),
                        server.onoma().port()));
        var answer = new DatagramPacket(new byte[4096], 4096);
        try {
            socket.receive(answer);
        } catch (SocketTimeoutException _) {
            return Optional.empty();
        }
        return Optional.of(said(Arrays.copyOf(answer.getData(), answer.getLength())));
    }

    private static Optional<String> overUdp(LiveServer server, byte[] header) throws IOException {
        try (var socket = new DatagramSocket()) {
            socket.setSoTimeout(PATIENCE_MILLIS);
            return overUdp(server, socket, header, query());
        }
    }

    private static boolean isSilent(LiveServer server, byte[] header) throws IOException {
        try (var socket = new DatagramSocket()) {
            socket.setSoTimeout(SILENCE_MILLIS);
            return overUdp(server, socket, header, query()).isEmpty();
        }
    }

    @Test
    void aConnectionHasTheAddressOfItsHeader() throws IOException {
        try (var server = server("")) {
            assertThat(overTcp(server, LINE)).isEqualTo("192.0.2.7 0 0 4711 .");
            assertThat(overTcp(server, STREAM)).isEqualTo("192.0.2.7 0 0 4711 .");
            assertThat(overTcp(server)).startsWith("127.0.0.1 ");
            assertThat(overTcp(server, LOCAL)).startsWith("127.0.0.1 ");
        }
    }

    @Test
    void aHeaderMayComeInPieces() throws IOException {
        try (var server = server("")) {
            var pieces = new byte[STREAM.length][];
            for (int i = 0; i < STREAM.length; i++) {
                pieces[i] = new byte[] {STREAM[i]};
            }
            assertThat(overTcp(server, pieces)).isEqualTo("192.0.2.7 0 0 4711 .");
        }
    }

    @Test
    void aDatagramHasTheAddressOfItsHeaderAndTheProxyGetsTheAnswer() throws IOException {
        try (var server = server("")) {
            assertThat(overUdp(server, DATAGRAM)).contains("192.0.2.7 0 0 4711 .");
            assertThat(overUdp(server, NOTHING).orElseThrow()).startsWith("127.0.0.1 ");
            assertThat(overUdp(server, LOCAL).orElseThrow()).startsWith("127.0.0.1 ");
        }
    }

    @Test
    void headersThatAreNoDatagramsAreDroppedCountedAndLogged() throws IOException {
        try (var server = server("")) {
            assertThat(isSilent(server, LINE)).isTrue();
            assertThat(isSilent(server, STREAM)).isTrue();
            assertThat(
                            server.onoma()
                                    .metrics()
                                    .counters("onoma_proxyproto_dropped_total", "", "kind")
                                    .with("packet")
                                    .value())
                    .isEqualTo(2);
        }
    }

    @Test
    void headersOfOthersAreIgnoredRejectedOrNotLookedFor() throws IOException {
        try (var server = server("allow 192.0.2.0/24")) {
            assertThat(overTcp(server, LINE)).startsWith("127.0.0.1 ");
            assertThat(overUdp(server, DATAGRAM).orElseThrow()).startsWith("127.0.0.1 ");
        }
        try (var server = server("allow 192.0.2.0/24\ndefault reject")) {
            assertThat(overTcp(server)).startsWith("127.0.0.1 ");
            assertThatThrownBy(() -> overTcp(server, LINE)).isInstanceOf(IOException.class);
            assertThat(overUdp(server, NOTHING).orElseThrow()).startsWith("127.0.0.1 ");
            assertThat(isSilent(server, DATAGRAM)).isTrue();
        }
        try (var server = server("allow 192.0.2.0/24\ndefault skip")) {
            assertThat(overTcp(server)).startsWith("127.0.0.1 ");
            assertThat(overUdp(server, NOTHING).orElseThrow()).startsWith("127.0.0.1 ");
        }
    }

    @Test
    void laterDatagramsComeFromTheSameClientWhenThatIsTracked() throws IOException {
        try (var server = server("udp_session_tracking 1m");
                var socket = new DatagramSocket()) {
            socket.setSoTimeout(SILENCE_MILLIS);
            assertThat(overUdp(server, socket, DATAGRAM, NOTHING)).isEmpty();
            socket.setSoTimeout(PATIENCE_MILLIS);
            assertThat(overUdp(server, socket, NOTHING, query())).contains("192.0.2.7 0 0 4711 .");
            assertThat(overUdp(server, NOTHING).orElseThrow()).startsWith("127.0.0.1 ");
        }
    }

    @Test
    void peersThatAreRememberedAreBounded() throws Exception {
        try (var server = server("udp_session_tracking 1m 1")) {
            assertThat(overUdp(server, DATAGRAM)).isPresent();
            assertThat(sessions(server)).isEqualTo(1);
            assertThat(server.reached("proxy_sessions")).isZero();
            assertThat(overUdp(server, DATAGRAM)).isPresent();
            assertThat(sessions(server)).isEqualTo(1);
            assertThat(server.reached("proxy_sessions")).isEqualTo(1);
        }
    }

    @Test
    void headersMayBeAsLongAsIsSaid() throws Exception {
        // Behind the addresses a value that means nothing to us.
        var longer = Arrays.copyOf(DATAGRAM, DATAGRAM.length + 48);
        longer[15] = (byte) (longer[15] + 48);
        longer[DATAGRAM.length] = 4;
        longer[DATAGRAM.length + 2] = 45;
        try (var server = server("max_header_octets " + longer.length)) {
            assertThat(overUdp(server, longer).orElseThrow()).startsWith("192.0.2.7 ");
        }
        try (var server = server("max_header_octets " + (longer.length - 1))) {
            assertThat(isSilent(server, longer)).isTrue();
            LiveServer.until(() -> server.log().contains("where max_header_octets is"));
        }
    }

    private static double sessions(LiveServer server) {
        return server.onoma().metrics().gauges("onoma_proxyproto_sessions", "").with().value();
    }
}
