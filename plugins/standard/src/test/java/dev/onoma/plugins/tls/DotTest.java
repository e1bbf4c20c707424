package dev.onoma.plugins.tls;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.onoma.api.Names;
import dev.onoma.api.Time;
import dev.onoma.plugins.LiveServer;
import dev.onoma.server.tls.PemTls;
import dev.onoma.testkit.Authority;
import dev.onoma.testkit.Bench;
import dev.onoma.testkit.HandTime;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;
import java.util.Optional;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.xbill.DNS.DClass;
import org.xbill.DNS.EDNSOption;
import org.xbill.DNS.GenericEDNSOption;
import org.xbill.DNS.Message;
import org.xbill.DNS.OPTRecord;
import org.xbill.DNS.Record;
import org.xbill.DNS.Section;
import org.xbill.DNS.Type;

/// Queries over TLS (RFC 7858), asked by the JDK's TLS.
final class DotTest {
    private static final int PATIENCE_MILLIS = 20_000;

    @TempDir private Path folder;
    private final Time time = new HandTime();
    private final PemTls tls = new PemTls(time, Map.of());
    private Authority authority;

    @BeforeEach
    void files() {
        authority = Authority.in(folder);
        authority.issue("tls", "dns.example", "127.0.0.1");
    }

    private LiveServer server(String options) throws IOException {
        return new LiveServer(
                folder,
                """
                tls://test:0 {
                    tls tls.pem tls.key ca.pem {
                        client_auth nocert
                        %s
                    }
                    hosts {
                        192.0.2.1 a.test
                        fallthrough
                    }
                    whoami
                }
                """
                        .formatted(options));
    }

    private SSLContext client(Optional<String> certificate) throws IOException {
        var own =
                certificate.isEmpty()
                        ? Optional.<dev.onoma.api.Tls.Identity>empty()
                        : Optional.of(
                                tls.identity(
                                        folder.resolve(certificate.get() + ".pem"),
                                        folder.resolve(certificate.get() + ".key"),
                                        Optional.empty()));
        return tls.client(own, tls.certificates(authority.certificate()));
    }

    private static SSLSocket connect(SSLContext context, LiveServer server) throws IOException {
        var socket =
                (SSLSocket)
                        context.getSocketFactory()
                                .createSocket(InetAddress.ofLiteral("127.0.0.1"), port(server));
        socket.setSoTimeout(PATIENCE_MILLIS);
        var parameters = socket.getSSLParameters();
        parameters.setEndpointIdentificationAlgorithm("HTTPS");
        parameters.setApplicationProtocols(new String[] {"dot"});
        socket.setSSLParameters(parameters);
        return socket;
    }

    private static int port(LiveServer server) {
        return server.onoma().port();
    }

    private static Message query(String name, EDNSOption... options) {
        var query = Message.newQuery(Record.newRecord(Names.of(name), Type.A, DClass.IN));
        if (options.length > 0) {
            query.addRecord(new OPTRecord(1232, 0, 0, 0, options), Section.ADDITIONAL);
        }
        return query;
    }

    private static void send(SSLSocket socket, Message query) throws IOException {
        var octets = query.toWire();
        var out = new DataOutputStream(socket.getOutputStream());
        out.writeShort(octets.length);
        out.write(octets);
        out.flush();
    }

    private static byte[] receive(SSLSocket socket) throws IOException {
        var in = new DataInputStream(socket.getInputStream());
        var octets = new byte[in.readUnsignedShort()];
        in.readFully(octets);
        return octets;
    }

    @Test
    void queriesAreAnsweredAndTheProtocolIsDot() throws Exception {
        try (var server = server("");
                var socket = connect(client(Optional.empty()), server)) {
            for (int i = 0; i < 200; i++) {
                send(socket, query("a.test."));
            }
            for (int i = 0; i < 200; i++) {
                var answer = new Message(receive(socket));
                assertThat(Bench.records(answer, Section.ANSWER))
                        .containsExactly("a.test. 3600 IN A 192.0.2.1");
            }
            assertThat(socket.getApplicationProtocol()).isEqualTo("dot");
            assertThat(socket.getSession().getProtocol()).isEqualTo("TLSv1.3");
        }
    }

    @Test
    void whoamiSeesTcp() throws Exception {
        try (var server = server("");
                var socket = connect(client(Optional.empty()), server)) {
            send(socket, query("b.test."));
            assertThat(new Message(receive(socket)).toString()).contains("_tcp.b.test.");
        }
    }

    @Test
    void responsesArePaddedForThoseWhoPad() throws Exception {
        try (var server = server("");
                var socket = connect(client(Optional.empty()), server)) {
            send(socket, query("a.test.", new GenericEDNSOption(12, new byte[7])));
            var octets = receive(socket);
            assertThat(octets).hasSize(468);
            assertThat(new Message(octets).getOPT().getOptions(12)).hasSize(1);
            send(socket, query("a.test.", new GenericEDNSOption(3, new byte[0])));
            assertThat(receive(socket).length).isLessThan(100);
        }
    }

    @Test
    void theOldestProtocolIsTls12() throws Exception {
        try (var server = server("")) {
            var socket = connect(client(Optional.empty()), server);
            socket.setEnabledProtocols(new String[] {"TLSv1.2"});
            send(socket, query("a.test."));
            assertThat(new Message(receive(socket)).getRcode()).isZero();
            socket.close();
            assertThat(server.log()).doesNotContain("clear text");
        }
    }

    @Test
    void clientsShowTheirCertificatesWhereTheyMust() throws Exception {
        authority.issue("client", "client.example");
        try (var server = server("client_auth require_and_verify")) {
            try (var socket = connect(client(Optional.of("client")), server)) {
                send(socket, query("a.test."));
                assertThat(new Message(receive(socket)).getRcode()).isZero();
            }
            try (var socket = connect(client(Optional.empty()), server)) {
                assertThatThrownBy(
                                () -> {
                                    send(socket, query("a.test."));
                                    receive(socket);
                                })
                        .isInstanceOf(IOException.class);
            }
        }
    }

    @Test
    void aReloadKeepsConnectionsAndNewOnesGetTheNewCertificate() throws Exception {
        try (var server = server("");
                var before = connect(client(Optional.empty()), server)) {
            send(before, query("a.test."));
            receive(before);
            authority.issue("tls", "dns.example", "127.0.0.1");
            assertThat(server.onoma().reload()).isNull();
            send(before, query("a.test."));
            assertThat(new Message(receive(before)).getRcode()).isZero();
            try (var after = connect(client(Optional.empty()), server)) {
                send(after, query("a.test."));
                receive(after);
                assertThat(after.getSession().getPeerCertificates()[0])
                        .isNotEqualTo(before.getSession().getPeerCertificates()[0]);
            }
        }
    }

    @ParameterizedTest
    @CsvSource({"TLSv1.2, 0s", "TLSv1.3, 0s", "TLSv1.2, 200ms", "TLSv1.3, 200ms"})
    void whoEndsHisSideStillGetsHisAnswers(String version, String delay) throws Exception {
        var corefile =
                """
                tls://test:0 {
                    tls tls.pem tls.key
                    erratic {
                        drop 0
                        truncate 0
                        delay 2 %s
                    }
                }
                """
                        .formatted(delay);
        try (var server = new LiveServer(folder, corefile);
                var socket = connect(client(Optional.empty()), server)) {
            socket.setEnabledProtocols(new String[] {version});
            send(socket, query("a.test."));
            send(socket, query("b.test."));
            socket.shutdownOutput();
            assertThat(new Message(receive(socket)).getRcode()).isZero();
            assertThat(new Message(receive(socket)).getRcode()).isZero();
            assertThatThrownBy(() -> receive(socket)).isInstanceOf(EOFException.class);
        }
    }

    @Test
    void clearTextOnAPortForTlsEndsTheConnection() throws Exception {
        try (var server = server("")) {
            assertThat(LiveServer.send(port(server), "GET / HTTP/1.1\r\n\r\n"))
                    .doesNotContain("HTTP");
        }
    }

    @Test
    void keysAreLoggedWhereTheDirectiveSaysSo() throws Exception {
        try (var server = server("keylog keys.txt");
                var socket = connect(client(Optional.empty()), server)) {
            send(socket, query("a.test."));
            receive(socket);
            var keys = folder.resolve("keys.txt");
            assertThat(Files.readAllLines(keys))
                    .anyMatch(l -> l.matches("SERVER_TRAFFIC_SECRET_0 [0-9a-f]{64} [0-9a-f]+"));
            assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(keys)))
                    .isEqualTo("rw-------");
            assertThat(server.log()).contains("Writing TLS Key Log to");
        }
    }

    @Test
    void withoutACertificateThereIsClearTextAndAWarning() throws Exception {
        try (var server = new LiveServer(folder, "tls://test:0 {\n    whoami\n}\n")) {
            assertThat(server.log()).contains("served in clear text");
        }
    }
}
