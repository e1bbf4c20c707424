package dev.onoma.plugins.forward;

import static org.assertj.core.api.Assertions.assertThat;

import dev.onoma.server.Onoma;
import dev.onoma.server.corefile.CorefileSource;
import dev.onoma.testkit.Authority;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.xbill.DNS.DClass;
import org.xbill.DNS.EDNSOption;
import org.xbill.DNS.Message;
import org.xbill.DNS.Name;
import org.xbill.DNS.Rcode;
import org.xbill.DNS.Record;
import org.xbill.DNS.Section;
import org.xbill.DNS.Type;

/// Upstreams over TLS (RFC 7858) and HTTPS (RFC 8484).
@Timeout(60)
final class EncryptedUpstreamsTest {
    private static final InetAddress LOOPBACK = InetAddress.ofLiteral("127.0.0.1");

    @TempDir Path directory;
    private Authority authority;

    @BeforeEach
    void found() {
        authority = Authority.in(directory);
    }

    private Onoma start(String to, String options) throws IOException {
        var file = directory.resolve("Corefile");
        Files.writeString(file, ".:0 {\n forward . %s {\n %s\n }\n}\n".formatted(to, options));
        var out = new PrintStream(OutputStream.nullOutputStream(), true, StandardCharsets.UTF_8);
        return Onoma.start(
                new Onoma.Options(
                        CorefileSource.ofFile("Corefile", file),
                        "0",
                        Map.of(),
                        null,
                        out,
                        directory,
                        1,
                        true));
    }

    private static void send(DatagramSocket client, String name) throws IOException {
        var question = Record.newRecord(Name.fromConstantString(name), Type.A, DClass.IN);
        var wire = Message.newQuery(question).toWire();
        client.send(new DatagramPacket(wire, wire.length));
    }

    private static Message receive(DatagramSocket client) throws IOException {
        var packet = new DatagramPacket(new byte[4096], 4096);
        client.receive(packet);
        return new Message(Arrays.copyOf(packet.getData(), packet.getLength()));
    }

    private static Message ask(Onoma server, String name) throws IOException {
        try (var client = new DatagramSocket()) {
            client.connect(LOOPBACK, server.port());
            send(client, name);
            return receive(client);
        }
    }

    private static void assertAnswered(Message answer) {
        assertThat(answer.getRcode()).isEqualTo(Rcode.NOERROR);
        assertThat(answer.getSection(Section.ANSWER)).hasSize(1);
    }

    @Test
    void oneTlsConnectionServesManyQuestionsWhoseLengthsSayLittle() throws Exception {
        try (var upstream = TlsUpstream.overTls(authority, directory, false, "127.0.0.1");
                var server = start("tls://127.0.0.1:" + upstream.port(), "tls ca.pem");
                var client = new DatagramSocket()) {
            assertAnswered(ask(server, "first.test."));
            upstream.inPairs = true;
            client.connect(LOOPBACK, server.port());
            send(client, "second.test.");
            send(client, "a-third-one-with-a-longer-name.test.");
            assertAnswered(receive(client));
            assertAnswered(receive(client));
            assertThat(upstream.connections).hasValue(1);
            assertThat(upstream.asked).hasSize(3).allMatch(query -> query.length == 128);
            var options = new Message(upstream.asked.getFirst()).getOPT().getOptions();
            assertThat(options)
                    .singleElement()
                    .satisfies(o -> assertThat(o.getCode()).isEqualTo(EDNSOption.Code.PADDING));
            var opened =
                    server.metrics()
                            .counters(
                                    "coredns_proxy_conn_cache_misses_total",
                                    "",
                                    "proxy_name",
                                    "to",
                                    "proto");
            assertThat(opened.with("forward", "127.0.0.1:" + upstream.port(), "tcp-tls").value())
                    .isEqualTo(1);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"tls", "https"})
    void theCertificateMustBeForTheNameOfTheServer(String scheme) throws Exception {
        try (var upstream = upstream(scheme, "dns.example.")) {
            var address = scheme + "://127.0.0.1";
            var port = ":" + upstream.port();
            var ca = "tls ca.pem\nmax_fails 0\n";
            for (var wrong :
                    List.of(
                            new String[] {address + port, ca},
                            new String[] {address + port, ca + "tls_servername other.example"},
                            new String[] {address + "%other.example" + port, ca},
                            new String[] {address + "%dns.example" + port, "max_fails 0"})) {
                try (var server = start(wrong[0], wrong[1])) {
                    assertThat(ask(server, "a.test.").getRcode())
                            .as(String.join(" ", wrong))
                            .isEqualTo(Rcode.SERVFAIL);
                }
            }
            assertThat(upstream.asked).isEmpty();
            for (var right :
                    List.of(
                            new String[] {address + port, ca + "tls_servername dns.example"},
                            new String[] {address + "%dns.example" + port, ca})) {
                try (var server = start(right[0], right[1])) {
                    assertAnswered(ask(server, "a.test."));
                }
            }
        }
    }

    private TlsUpstream upstream(String scheme, String subject) throws Exception {
        return scheme.equals("tls")
                ? TlsUpstream.overTls(authority, directory, false, subject)
                : TlsUpstream.overHttps(authority, directory, subject);
    }

    @Test
    void aCertificateOfOurOwnIsShown() throws Exception {
        try (var upstream = TlsUpstream.overTls(authority, directory, true, "127.0.0.1")) {
            var address = "tls://127.0.0.1:" + upstream.port();
            try (var server = start(address, "tls ca.pem\nmax_fails 0")) {
                assertThat(ask(server, "a.test.").getRcode()).isEqualTo(Rcode.SERVFAIL);
            }
            authority.issue("client", "client.example.");
            try (var server = start(address, "tls client.pem client.key ca.pem")) {
                assertAnswered(ask(server, "a.test."));
            }
        }
    }

    @Test
    void anUpstreamThatHangsUpIsCheckedOverTls() throws Exception {
        try (var upstream = TlsUpstream.overTls(authority, directory, false, "127.0.0.1");
                var server = start("tls://127.0.0.1:" + upstream.port(), "tls ca.pem")) {
            upstream.hangsUp = true;
            assertThat(ask(server, "a.test.").getRcode()).isEqualTo(Rcode.SERVFAIL);
            upstream.hangsUp = false;
            var check = new Message(new byte[12]);
            while (check.getQuestion() == null || check.getQuestion().getType() != Type.NS) {
                Thread.onSpinWait();
                check = new Message(upstream.asked.getLast());
            }
            assertThat(check.getQuestion().getName()).isEqualTo(Name.root);
            assertAnswered(ask(server, "a.test."));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"POST", "GET"})
    void questionsGoOverHttps(String method) throws Exception {
        try (var upstream = TlsUpstream.overHttps(authority, directory, "127.0.0.1");
                var server =
                        start(
                                "https://127.0.0.1:" + upstream.port(),
                                "tls ca.pem\ndoh_method " + method)) {
            assertAnswered(ask(server, "a.test."));
            assertAnswered(ask(server, "b.test."));
            assertThat(upstream.requests).allMatch(r -> r.startsWith(method + " /dns-query"));
            var query = new Message(upstream.asked.getFirst());
            assertThat(query.getHeader().getID()).isZero();
            assertThat(upstream.asked).allMatch(octets -> octets.length == 128);
        }
    }

    @Test
    void anHttpErrorIsNoAnswer() throws Exception {
        try (var upstream = TlsUpstream.overHttps(authority, directory, "127.0.0.1");
                var server =
                        start("https://127.0.0.1:" + upstream.port(), "tls ca.pem\nmax_fails 0")) {
            upstream.status = 503;
            assertThat(ask(server, "a.test.").getRcode()).isEqualTo(Rcode.SERVFAIL);
            upstream.status = 200;
            assertAnswered(ask(server, "a.test."));
        }
    }
}
