package dev.onoma.plugins.forward;

import static org.assertj.core.api.Assertions.assertThat;

import dev.onoma.server.Onoma;
import dev.onoma.server.corefile.CorefileSource;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.xbill.DNS.Flags;
import org.xbill.DNS.Message;
import org.xbill.DNS.Section;
import org.xbill.DNS.Type;

/// Options whose effect only an upstream sees.
@Timeout(60)
final class OptionsTest {
    private static final InetAddress LOOPBACK = InetAddress.ofLiteral("127.0.0.1");

    @TempDir Path directory;

    private Onoma start(String forward) throws IOException {
        var file = directory.resolve("Corefile");
        Files.writeString(file, ".:0 {\n " + forward + "\n}\n");
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

    private static void ask(Onoma server, String name) throws IOException {
        try (var client = new DatagramSocket()) {
            var wire = SocketsTest.query(name, 1);
            client.send(new DatagramPacket(wire, wire.length, LOOPBACK, server.port()));
        }
    }

    private static Message receive(DatagramSocket upstream, DatagramPacket packet)
            throws IOException {
        upstream.receive(packet);
        return new Message(Arrays.copyOf(packet.getData(), packet.getLength()));
    }

    @Test
    void upstreamsAreAskedFromTheSourceAddress() throws IOException {
        var packet = new DatagramPacket(new byte[4096], 4096);
        try (var upstream = new DatagramSocket(0, LOOPBACK);
                var server =
                        start(
                                "forward . 127.0.0.1:%d {\n source_address 127.0.0.2\n}"
                                        .formatted(upstream.getLocalPort()))) {
            ask(server, "a.test.");
            receive(upstream, packet);
            assertThat(packet.getAddress().getHostAddress()).isEqualTo("127.0.0.2");
        }
    }

    @Test
    void healthChecksAskForTheDomainWithoutRecursion() throws IOException {
        var packet = new DatagramPacket(new byte[4096], 4096);
        try (var upstream = new DatagramSocket(0, LOOPBACK);
                var server =
                        start(
                                """
                                forward . 127.0.0.1:%d {
                                    read_timeout 100ms
                                    health_check 500ms no_rec domain probe.test
                                }\
                                """
                                        .formatted(upstream.getLocalPort()))) {
            ask(server, "a.test.");
            var check = receive(upstream, packet);
            while (check.getQuestion().getType() != Type.NS) {
                check = receive(upstream, packet);
            }
            assertThat(check.getQuestion().getName()).hasToString("probe.test.");
            assertThat(check.getHeader().getFlag(Flags.RD)).isFalse();
        }
    }

    @Test
    void nothingIsCheckedWithoutMaxFails() throws IOException {
        var packet = new DatagramPacket(new byte[4096], 4096);
        try (var upstream = new DatagramSocket(0, LOOPBACK);
                var server =
                        start(
                                "forward . 127.0.0.1:%d {\n read_timeout 50ms\n max_fails 0\n}"
                                        .formatted(upstream.getLocalPort()))) {
            for (int i = 0; i < 5; i++) {
                ask(server, "n" + i + ".test.");
            }
            for (int seen = 0; seen < 5; seen++) {
                assertThat(receive(upstream, packet).getQuestion().getType()).isEqualTo(Type.A);
            }
        }
    }

    @Test
    void namesOfUpstreamsAreLookedUpAtTheStart() throws Exception {
        var packet = new DatagramPacket(new byte[4096], 4096);
        try (var resolver = new DatagramSocket(0, LOOPBACK);
                var upstream = new DatagramSocket(0, LOOPBACK)) {
            Thread.startVirtualThread(() -> answerAll(resolver));
            try (var server =
                    start(
                            "forward . up.test:%d {\n resolver 127.0.0.1:%d\n}"
                                    .formatted(upstream.getLocalPort(), resolver.getLocalPort()))) {
                ask(server, "a.test.");
                assertThat(receive(upstream, packet).getSection(Section.QUESTION).getFirst())
                        .asString()
                        .startsWith("a.test.");
            }
        }
    }

    // Every name has the address of the loopback interface.
    private static void answerAll(DatagramSocket socket) {
        var packet = new DatagramPacket(new byte[4096], 4096);
        try {
            while (true) {
                socket.receive(packet);
                var reply = SocketsTest.reply(packet.getData(), packet.getLength(), false);
                socket.send(new DatagramPacket(reply, reply.length, packet.getSocketAddress()));
            }
        } catch (SocketException _) {
            // Closed: the test is over.
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }
}
