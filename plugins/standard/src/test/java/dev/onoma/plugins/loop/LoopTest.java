package dev.onoma.plugins.loop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.onoma.server.Onoma;
import dev.onoma.server.corefile.CorefileSource;
import dev.onoma.testkit.Ports;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.xbill.DNS.DClass;
import org.xbill.DNS.Message;
import org.xbill.DNS.Name;
import org.xbill.DNS.Rcode;
import org.xbill.DNS.Record;
import org.xbill.DNS.Type;

/// A server that forwards to itself.
@Timeout(60)
final class LoopTest {
    @TempDir Path directory;
    private final ByteArrayOutputStream logged = new ByteArrayOutputStream();

    private Onoma start(String corefile) throws IOException {
        return Onoma.start(
                new Onoma.Options(
                        CorefileSource.ofText("Corefile", corefile, directory),
                        "0",
                        Map.of(),
                        null,
                        new PrintStream(logged, true, StandardCharsets.UTF_8),
                        directory,
                        1,
                        true));
    }

    @Test
    void aServerThatForwardsToItselfSaysSoAndLives() throws IOException {
        int port = Ports.free();
        try (var server =
                start(".:%d {\n loop\n forward . 127.0.0.1:%d\n}".formatted(port, port))) {
            while (!logged.toString(StandardCharsets.UTF_8).contains("Loop (127.0.0.1:")) {
                Thread.onSpinWait();
            }
            assertThat(logged.toString(StandardCharsets.UTF_8))
                    .contains("[ERROR] plugin/loop: Loop (127.0.0.1:")
                    .contains("detected for zone \".\"");
            assertThat(rcode(server.port())).isEqualTo(Rcode.SERVFAIL);
        }
    }

    private static int rcode(int port) throws IOException {
        var query =
                Message.newQuery(
                                Record.newRecord(
                                        Name.fromString("www.example.org."), Type.A, DClass.IN))
                        .toWire();
        try (var socket = new DatagramSocket()) {
            socket.setSoTimeout(10_000);
            socket.connect(InetAddress.getLoopbackAddress(), port);
            socket.send(new DatagramPacket(query, query.length));
            var answer = new DatagramPacket(new byte[512], 512);
            socket.receive(answer);
            return new Message(java.nio.ByteBuffer.wrap(answer.getData())).getRcode();
        }
    }

    @Test
    void itStandsOnlyOnceAndWithoutArguments() {
        assertThatThrownBy(() -> start(".:0 {\n loop now\n}").close())
                .hasMessageContaining("Corefile:2:7");
        assertThatThrownBy(() -> start(".:0 {\n loop\n loop\n}").close())
                .hasMessageContaining("this plugin can only be used once per Server Block");
    }
}
