package dev.onoma.plugins.forward;

import static org.assertj.core.api.Assertions.assertThat;

import dev.onoma.server.Onoma;
import dev.onoma.server.corefile.CorefileSource;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.xbill.DNS.ARecord;
import org.xbill.DNS.DClass;
import org.xbill.DNS.Flags;
import org.xbill.DNS.Message;
import org.xbill.DNS.Name;
import org.xbill.DNS.Record;
import org.xbill.DNS.Section;
import org.xbill.DNS.Type;

/// What an upstream sees of our sockets: ports, ids, connections.
@Timeout(60)
final class SocketsTest {
    private static final InetAddress LOOPBACK = InetAddress.ofLiteral("127.0.0.1");

    @TempDir Path directory;

    private Onoma start(int upstreamPort, String options, boolean epoll) throws IOException {
        var file = directory.resolve("Corefile");
        Files.writeString(
                file,
                ".:0 {\n forward . 127.0.0.1:%d {\n %s\n }\n}\n".formatted(upstreamPort, options));
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
                        epoll));
    }

    static byte[] reply(byte[] query, int length, boolean lowerCase) throws IOException {
        var asked = new Message(Arrays.copyOf(query, length));
        var question = asked.getQuestion();
        var name = lowerCase ? question.getName().canonicalize() : question.getName();
        var reply = new Message(asked.getHeader().getID());
        reply.getHeader().setFlag(Flags.QR);
        reply.addRecord(Record.newRecord(name, question.getType(), DClass.IN), Section.QUESTION);
        reply.addRecord(new ARecord(name, DClass.IN, 60, LOOPBACK), Section.ANSWER);
        return reply.toWire();
    }

    static byte[] query(String name, int id) {
        var question = Record.newRecord(Name.fromConstantString(name), Type.A, DClass.IN);
        var query = Message.newQuery(question);
        query.getHeader().setID(id);
        return query.toWire();
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void idsAndPortsChangeAndTheClientKeepsItsSpelling(boolean epoll) throws IOException {
        Set<Integer> ports = new HashSet<>();
        Set<Integer> ids = new HashSet<>();
        try (var upstream = new DatagramSocket(0, LOOPBACK);
                var server = start(upstream.getLocalPort(), "max_fails 0", epoll);
                var client = new DatagramSocket()) {
            var buffer = new byte[4096];
            client.connect(LOOPBACK, server.port());
            for (int i = 0; i < 600; i++) {
                var wire = query("Name" + i + ".Test.", i);
                client.send(new DatagramPacket(wire, wire.length));
                var packet = new DatagramPacket(buffer, buffer.length);
                upstream.receive(packet);
                ports.add(packet.getPort());
                ids.add((buffer[0] & 0xff) << 8 | buffer[1] & 0xff);
                var answer = reply(buffer, packet.getLength(), true);
                upstream.send(new DatagramPacket(answer, answer.length, packet.getSocketAddress()));
                client.receive(packet);
                var received = new Message(Arrays.copyOf(buffer, packet.getLength()));
                assertThat(received.getHeader().getID()).isEqualTo(i);
                assertThat(received.getQuestion().getName()).hasToString("Name" + i + ".Test.");
            }
        }
        assertThat(ports.size()).isGreaterThanOrEqualTo(600 / 192);
        assertThat(ids.size()).isGreaterThan(580);
    }

    @Test
    void questionsShareAConnectionAndRepliesComeInAnyOrder() throws IOException {
        try (var upstream = new ServerSocket(0, 10, LOOPBACK);
                var server = start(upstream.getLocalPort(), "force_tcp\nmax_fails 0", true);
                var client = new DatagramSocket()) {
            client.connect(LOOPBACK, server.port());
            for (int i = 0; i < 10; i++) {
                var wire = query("name" + i + ".test.", i);
                client.send(new DatagramPacket(wire, wire.length));
            }
            try (var connection = upstream.accept()) {
                var in = new DataInputStream(connection.getInputStream());
                var waiting = new ArrayDeque<byte[]>();
                for (int i = 0; i < 10; i++) {
                    var message = new byte[in.readUnsignedShort()];
                    in.readFully(message);
                    waiting.push(message);
                }
                for (var message : waiting) {
                    var answer = reply(message, message.length, false);
                    connection.getOutputStream().write(answer.length >> 8);
                    connection.getOutputStream().write(answer.length);
                    connection.getOutputStream().write(answer);
                }
                assertThat(receive(client, 10)).hasSize(10);
            }
        }
    }

    @Test
    void aConnectionThatTheUpstreamHasClosedIsReplaced() throws Exception {
        try (var upstream = new ServerSocket(0, 10, LOOPBACK);
                var server =
                        start(
                                upstream.getLocalPort(),
                                "force_tcp\nmax_fails 0\nmax_connect_attempts 1",
                                true);
                var client = new DatagramSocket()) {
            client.connect(LOOPBACK, server.port());
            for (int i = 0; i < 3; i++) {
                var wire = query("name" + i + ".test.", i);
                client.send(new DatagramPacket(wire, wire.length));
                try (var connection = upstream.accept()) {
                    var in = new DataInputStream(connection.getInputStream());
                    var message = new byte[in.readUnsignedShort()];
                    in.readFully(message);
                    var answer = reply(message, message.length, false);
                    var framed = new byte[answer.length + 2];
                    framed[0] = (byte) (answer.length >> 8);
                    framed[1] = (byte) answer.length;
                    System.arraycopy(answer, 0, framed, 2, answer.length);
                    connection.getOutputStream().write(framed);
                    assertThat(receive(client, 1)).hasSize(1);
                }
            }
        }
    }

    private static List<Integer> receive(DatagramSocket client, int count) throws IOException {
        client.setSoTimeout(10_000);
        var ids = new ArrayList<Integer>();
        var buffer = new byte[4096];
        for (int i = 0; i < count; i++) {
            var packet = new DatagramPacket(buffer, buffer.length);
            client.receive(packet);
            var message = new Message(Arrays.copyOf(buffer, packet.getLength()));
            assertThat(message.getSection(Section.ANSWER)).hasSize(1);
            ids.add(message.getHeader().getID());
        }
        return ids;
    }

    @Test
    void identicalQueriesOfManyClientsAreOneForTheUpstream() throws IOException {
        try (var upstream = new DatagramSocket(0, LOOPBACK);
                var server = start(upstream.getLocalPort(), "max_fails 0", true);
                var client = new DatagramSocket()) {
            client.connect(LOOPBACK, server.port());
            for (int i = 0; i < 20; i++) {
                var wire = query(i % 2 == 0 ? "same.test." : "SAME.test.", i);
                client.send(new DatagramPacket(wire, wire.length));
            }
            var buffer = new byte[4096];
            var packet = new DatagramPacket(buffer, buffer.length);
            upstream.receive(packet);
            var merged = server.metrics().counters("coredns_forward_merged_queries_total", "");
            while (merged.with().value() < 19) {
                Thread.onSpinWait();
            }
            var answer = reply(buffer, packet.getLength(), false);
            upstream.send(new DatagramPacket(answer, answer.length, packet.getSocketAddress()));
            assertThat(receive(client, 20)).hasSize(20).doesNotHaveDuplicates();
        }
    }

    @Test
    void aSilentUpstreamIsCheckedAtMostTwiceASecondUntilItReplies() throws IOException {
        try (var upstream = new DatagramSocket(0, LOOPBACK);
                var server = start(upstream.getLocalPort(), "read_timeout 100ms", true);
                var client = new DatagramSocket()) {
            client.connect(LOOPBACK, server.port());
            var wire = query("a.test.", 1);
            client.send(new DatagramPacket(wire, wire.length));
            var buffer = new byte[4096];
            var packet = new DatagramPacket(buffer, buffer.length);
            receiveCheck(upstream, packet);
            long first = System.nanoTime();
            receiveCheck(upstream, packet);
            assertThat(System.nanoTime() - first).isGreaterThan(400_000_000L);
            var answer = reply(buffer, packet.getLength(), false);
            upstream.send(new DatagramPacket(answer, answer.length, packet.getSocketAddress()));

            var again = query("b.test.", 2);
            client.send(new DatagramPacket(again, again.length));
            var asked = new Message(new byte[12]);
            while (asked.getQuestion() == null || asked.getQuestion().getName().labels() == 1) {
                upstream.receive(packet);
                asked = new Message(Arrays.copyOf(buffer, packet.getLength()));
            }
            assertThat(asked.getQuestion().getName()).hasToString("b.test.");
        }
    }

    // The next query for `. NS`, which has no EDNS record.
    private static void receiveCheck(DatagramSocket upstream, DatagramPacket packet)
            throws IOException {
        Message asked;
        do {
            upstream.receive(packet);
            asked = new Message(Arrays.copyOf(packet.getData(), packet.getLength()));
        } while (asked.getQuestion().getType() != Type.NS);
        assertThat(asked.getQuestion().getName()).isEqualTo(Name.root);
        assertThat(asked.getOPT()).isNull();
    }
}
