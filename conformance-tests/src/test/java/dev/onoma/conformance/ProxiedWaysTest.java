package dev.onoma.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import dev.onoma.testkit.Authority;
import dev.onoma.testkit.Cluster;
import dev.onoma.testkit.OnomaSubject;
import dev.onoma.testkit.Subject;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Base64;
import java.util.HexFormat;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.xbill.DNS.DClass;
import org.xbill.DNS.Message;
import org.xbill.DNS.Name;
import org.xbill.DNS.Rcode;
import org.xbill.DNS.Record;
import org.xbill.DNS.Section;
import org.xbill.DNS.Type;

/// PROXY headers in front of every transport: who the client is for `whoami`, `acl`, `view` and
/// `log`, and what becomes of headers that are broken, rejected or never end.
@Timeout(60)
final class ProxiedWaysTest {
    private static final String RECEIVED = "127.0.0.1 ";
    private static final byte[] NOTHING = {};

    @TempDir private Path folder;

    /// A header of version 2 that says that 192.0.2.N, port 4711, asked 198.51.100.1, port 53.
    private static byte[] header(Way way, int n) {
        var kind = way.isStream() ? "11" : "12";
        return binary("21%s000cc00002%02xc633640112670035".formatted(kind, n));
    }

    private static byte[] binary(String rest) {
        return HexFormat.of().parseHex("0d0a0d0a000d0a515549540a" + rest);
    }

    private static byte[] line(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }

    private Subject.Running start(Doors doors, String options) throws Exception {
        Authority.in(folder).issue("tls", "dns.example", "127.0.0.1");
        var corefile =
                """
                %s {
                    proxyproto {
                        %s
                    }
                    tls tls.pem tls.key
                    timeouts {
                        read 1s
                    }
                    view proxied {
                        expr client_ip() != '192.0.2.9'
                    }
                    log . "{remote} {port} {local} {proto}"
                    acl {
                        block net 192.0.2.8/32
                    }
                    whoami
                }
                """
                        .formatted(doors.keys("who.test"), options);
        var setup = new Subject.Setup(folder, corefile, doors.port(Way.UDP), Cluster.none(folder));
        return new OnomaSubject().start(setup);
    }

    private static Message ask(Way way, Doors doors, byte[] front) throws Exception {
        var name = Name.fromConstantString("who.test.");
        var query = Message.newQuery(Record.newRecord(name, Type.A, DClass.IN));
        query.getHeader().setID(way.id());
        try (var dialog = way.open(doors.port(way), front)) {
            return new Message(dialog.ask(query.toWire()).next());
        }
    }

    // The address that whoami says, and the port of the client.
    private static String client(Way way, Doors doors, byte[] front) throws Exception {
        var additional = ask(way, doors, front).getSection(Section.ADDITIONAL);
        return additional.get(0).rdataToString() + " " + additional.get(1).rdataToString();
    }

    @ParameterizedTest
    @EnumSource
    void theClientIsWhoTheHeaderSays(Way way) throws Exception {
        var doors = Doors.choose();
        try (var onoma = start(doors, "allow 127.0.0.0/8")) {
            assertThat(client(way, doors, header(way, 7))).isEqualTo("192.0.2.7 0 0 4711 .");
            assertLogs(onoma, "192.0.2.7 4711 198.51.100.1 ");
            assertThat(ask(way, doors, header(way, 8)).getRcode()).isEqualTo(Rcode.REFUSED);
            assertThat(ask(way, doors, header(way, 9)).getRcode()).isEqualTo(Rcode.REFUSED);
            assertThat(client(way, doors, binary("20000000"))).startsWith(RECEIVED);
            assertThat(client(way, doors, NOTHING)).startsWith(RECEIVED);
            if (way.isStream()) {
                var text = line("PROXY TCP4 192.0.2.7 198.51.100.1 4711 53\r\n");
                assertThat(client(way, doors, text)).isEqualTo("192.0.2.7 0 0 4711 .");
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void headersOfOthersAreTakenOffAndForgotten(Way way) throws Exception {
        var doors = Doors.choose();
        try (var _ = start(doors, "allow 192.0.2.0/24")) {
            assertThat(client(way, doors, header(way, 7))).startsWith(RECEIVED);
        }
    }

    @ParameterizedTest
    @EnumSource
    void whoeverIsRejectedOrSendsABrokenHeaderIsNotServed(Way way) throws Exception {
        var doors = Doors.choose();
        try (var onoma = start(doors, "allow 192.0.2.0/24\ndefault reject")) {
            assertThat(client(way, doors, NOTHING)).startsWith(RECEIVED);
            assertIsDropped(way, doors, onoma, header(way, 7));
        }
        try (var onoma = start(doors, "default use")) {
            assertIsDropped(way, doors, onoma, binary("31110000"));
        }
    }

    private static void assertIsDropped(Way way, Doors doors, Subject.Running onoma, byte[] front)
            throws Exception {
        var to = new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), doors.port(way));
        if (way.isStream()) {
            assertThat(readAfter(to, front)).isEmpty();
        } else {
            try (var socket = new DatagramSocket()) {
                socket.send(new DatagramPacket(front, front.length, to));
            }
        }
        var dropped = "dropping invalid Proxy Protocol " + (way.isStream() ? "conn" : "packet");
        assertLogs(onoma, dropped);
    }

    // The log is written behind the answers.
    private static void assertLogs(Subject.Running onoma, String part) throws Exception {
        for (int i = 0; i < 1000 && !onoma.log().contains(part); i++) {
            TimeUnit.MILLISECONDS.sleep(10);
        }
        assertThat(onoma.log()).contains(part);
    }

    // The first octet that comes on a connection, if one does before its end.
    private static Optional<Integer> readAfter(InetSocketAddress to, byte[] octets)
            throws IOException {
        try (var socket = new Socket(to.getAddress(), to.getPort())) {
            socket.setSoTimeout(10_000);
            socket.getOutputStream().write(octets);
            return Optional.of(socket.getInputStream().read()).filter(octet -> octet >= 0);
        } catch (SocketException _) {
            return Optional.empty(); // reset
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"TCP", "TLS", "HTTPS_POST", "GRPC"})
    void aHeaderThatDoesNotGetCompleteEndsTheConnection(Way way) throws Exception {
        var doors = Doors.choose();
        try (var _ = start(doors, "default use")) {
            var to = new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), doors.port(way));
            assertThat(readAfter(to, line("PROXY TCP4 192.0.2.7 "))).isEmpty();
        }
    }

    /// Fields of HTTP that say who the client is can be sent by anybody, so they are not believed.
    @ParameterizedTest
    @ValueSource(strings = {"--http1.1", "--http2"})
    void whatARequestSaysOfItsClientIsNotBelieved(String version) throws Exception {
        var curl = Tools.tool("curl", "curl");
        var doors = Doors.choose();
        var name = Name.fromConstantString("who.test.");
        var query = Message.newQuery(Record.newRecord(name, Type.A, DClass.IN)).toWire();
        var url =
                "https://127.0.0.1:%d/dns-query?dns=%s"
                        .formatted(
                                doors.port(Way.HTTPS_GET),
                                Base64.getUrlEncoder().withoutPadding().encodeToString(query));
        try (var onoma = start(doors, "default use")) {
            var _ =
                    Tools.run(
                            curl,
                            "-s",
                            version,
                            "-k",
                            "-o",
                            "/dev/null",
                            "-H",
                            "Forwarded: for=192.0.2.8",
                            "-H",
                            "X-Forwarded-For: 192.0.2.8",
                            "-H",
                            "X-Real-IP: 192.0.2.8",
                            url);
            assertLogs(onoma, RECEIVED);
            assertThat(onoma.log()).doesNotContain("192.0.2.8");
        }
    }

    /// A proxy that says once who the client is (Spectrum): the header may come alone.
    @ParameterizedTest
    @EnumSource(names = {"UDP", "QUIC", "HTTPS3"})
    void whatOnePeerSendsIsOfOneClientWhenThatIsTracked(Way way) throws Exception {
        var doors = Doors.choose();
        try (var _ = start(doors, "udp_session_tracking 1m");
                var socket = new DatagramSocket(0, InetAddress.ofLiteral("127.0.0.1"))) {
            var to = new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), doors.port(way));
            var header = header(way, 7);
            try (var relay = new DatagramRelay(socket, to)) {
                relay.send(header);
                assertThat(client(way, new Doors(relay.instead(doors, way)), NOTHING))
                        .isEqualTo("192.0.2.7 0 0 4711 .");
            }
        }
    }
}
