package dev.onoma.plugins.dnstap;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.onoma.api.CorefileException;
import dev.onoma.plugins.LiveServer;
import dev.onoma.testkit.Bench;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.xbill.DNS.Message;
import org.xbill.DNS.Rcode;

@Timeout(60)
final class DnstapTest {
    private static final String CONTENT_TYPE = "protobuf:dnstap.Dnstap";

    @TempDir Path folder;
    private final Bench bench = new Bench(".");

    /// The other side of a stream, as far as tests need it.
    private record Collector(DataInputStream in, DataOutputStream out) {
        static Collector of(SocketChannel channel) {
            return new Collector(
                    new DataInputStream(Channels.newInputStream(channel)),
                    new DataOutputStream(Channels.newOutputStream(channel)));
        }

        Collector greet() throws IOException {
            assertThat(control()).isEqualTo(4);
            out.writeInt(0);
            out.writeInt(12 + CONTENT_TYPE.length());
            out.writeInt(1);
            out.writeInt(1);
            out.writeInt(CONTENT_TYPE.length());
            out.write(CONTENT_TYPE.getBytes(StandardCharsets.US_ASCII));
            assertThat(control()).isEqualTo(2);
            return this;
        }

        int control() throws IOException {
            assertThat(in.readInt()).isZero();
            var frame = in.readNBytes(in.readInt());
            return ByteBuffer.wrap(frame).getInt();
        }

        /// Fields by number: octets as a byte[], numbers as a Long; those of the message with 100
        /// added.
        Map<Integer, Object> record() throws IOException {
            var fields = new LinkedHashMap<Integer, Object>();
            read(ByteBuffer.wrap(in.readNBytes(in.readInt())), 0, fields);
            return fields;
        }

        private static void read(ByteBuffer from, int add, Map<Integer, Object> into) {
            while (from.hasRemaining()) {
                int tag = (int) varint(from);
                int field = add + (tag >> 3);
                switch (tag & 7) {
                    case 0 -> into.put(field, varint(from));
                    case 5 -> into.put(field, (long) Integer.reverseBytes(from.getInt()));
                    default -> {
                        var octets = new byte[(int) varint(from)];
                        from.get(octets);
                        into.put(field, octets);
                        if (add == 0 && field == 14) {
                            read(ByteBuffer.wrap(octets), 100, into);
                        }
                    }
                }
            }
        }

        private static long varint(ByteBuffer from) {
            long value = 0;
            for (int shift = 0; ; shift += 7) {
                byte octet = from.get();
                value |= (long) (octet & 0x7f) << shift;
                if (octet >= 0) {
                    return value;
                }
            }
        }
    }

    private static String text(@Nullable Object octets) {
        return octets instanceof byte[] known ? new String(known, StandardCharsets.UTF_8) : "";
    }

    @Test
    void queriesAndResponsesGoToASocket() throws Exception {
        var path = folder.resolve("tap.sock");
        try (var listening = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
            listening.bind(UnixDomainSocketAddress.of(path));
            var corefile =
                    """
                    .:0 {
                        dnstap unix://%s full {
                            identity ns1
                            version v7
                            extra "for {name} {rcode}"
                        }
                        hosts /dev/null {
                            192.0.2.7 www.test
                        }
                    }
                    """
                            .formatted(path);
            try (var server = new LiveServer(folder, corefile)) {
                var answered = server.ask("www.test.");
                var collector = Collector.of(listening.accept()).greet();
                var query = collector.record();
                assertThat(text(query.get(1))).isEqualTo("ns1");
                assertThat(text(query.get(2))).isEqualTo("v7");
                assertThat(text(query.get(3))).isEqualTo("for www.test. -");
                assertThat(query).containsEntry(15, 1L).containsEntry(101, 5L);
                assertThat(query).containsEntry(102, 1L).containsEntry(103, 1L);
                assertThat(new Message((byte[]) query.get(110)).getQuestion().getName())
                        .hasToString("www.test.");
                var response = collector.record();
                assertThat(response).containsEntry(101, 6L).containsKeys(108, 109, 112, 113);
                assertThat((byte[]) response.get(104)).containsExactly(127, 0, 0, 1);
                var message = new Message((byte[]) response.get(114));
                assertThat(message).hasToString(answered.toString());
            }
        }
    }

    @Test
    void whoConnectsToAListenerGetsEverythingAndFailuresToo() throws Exception {
        var path = folder.resolve("listen.sock");
        var corefile = ".:0 {\n    dnstap listen %s full\n    cancel\n}\n".formatted(path);
        try (var server = new LiveServer(folder, corefile);
                var first = SocketChannel.open(UnixDomainSocketAddress.of(path));
                var second = SocketChannel.open(UnixDomainSocketAddress.of(path))) {
            var one = Collector.of(first).greet();
            var two = Collector.of(second).greet();
            server.ask("a.test.");
            for (var collector : List.of(one, two)) {
                assertThat(collector.record()).containsEntry(101, 5L);
                var response = collector.record();
                assertThat(new Message((byte[]) response.get(114)).getRcode())
                        .isEqualTo(Rcode.SERVFAIL);
            }
        }
        assertThat(path).doesNotExist();
    }

    @Test
    void moreConnectionsThanThereMayBeAreClosedThoughTheySayNothing() throws Exception {
        var path = folder.resolve("listen.sock");
        var silent = new ArrayList<SocketChannel>();
        try (var server =
                new LiveServer(folder, ".:0 {\n    dnstap listen %s\n}\n".formatted(path))) {
            for (int i = 0; i <= TapListener.CLIENTS_MAX; i++) {
                silent.add(SocketChannel.open(UnixDomainSocketAddress.of(path)));
            }
            // The last one gets no greeting.
            assertThat(silent.getLast().read(ByteBuffer.allocate(1))).isEqualTo(-1);
            assertThat(Collector.of(silent.getFirst()).control()).isEqualTo(4);
            assertThat(server.log()).contains("more than 16 connections");
        } finally {
            for (var channel : silent) {
                channel.close();
            }
        }
    }

    @Test
    void aCollectorThatIsNotThereIsToldOnceAndCostsNothingButRecords() throws Exception {
        var corefile = ".:0 {\n    dnstap %s/none.sock\n    whoami\n}\n".formatted(folder);
        try (var server = new LiveServer(folder, corefile)) {
            assertThat(server.ask("a.test.").getRcode()).isZero();
            LiveServer.until(() -> server.log().contains("No connection to dnstap endpoint"));
            assertThat(server.log()).contains("/none.sock: ").contains("it is tried again");
        }
    }

    @Test
    void messagesToUpstreamsAreRecorded() throws Exception {
        var path = folder.resolve("up.sock");
        try (var upstream = new LiveServer(folder, ".:0 {\n    whoami\n}\n");
                var listening = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
            listening.bind(UnixDomainSocketAddress.of(path));
            var corefile =
                    ".:0 {\n    dnstap %s full\n    forward . 127.0.0.1:%d\n}\n"
                            .formatted(path, upstream.onoma().port());
            try (var server = new LiveServer(folder, corefile)) {
                server.ask("b.test.");
                var collector = Collector.of(listening.accept()).greet();
                assertThat(collector.record()).containsEntry(101, 5L);
                var sent = collector.record();
                assertThat(sent).containsEntry(101, 7L);
                assertThat(sent).containsEntry(107, (long) upstream.onoma().port());
                assertThat(new Message((byte[]) sent.get(110)).getQuestion().getName())
                        .hasToString("b.test.");
                var received = collector.record();
                assertThat(received).containsEntry(101, 8L).containsKey(114);
                assertThat(collector.record()).containsEntry(101, 6L);
            }
        }
    }

    @Test
    void aListenerTakesTcpToo() throws Exception {
        var options =
                DnstapOptions.parse(
                        dev.onoma.testkit.Directives.parse("dnstap listen tcp://127.0.0.1:0"),
                        bench);
        var metrics = new DnstapMetrics(bench.metrics(), "x");
        try (var sink = new TapListener(options, metrics, bench.time(), bench.log("dnstap"))) {
            sink.begin();
            try (var socket = new Socket(InetAddress.getLoopbackAddress(), sink.port())) {
                var collector =
                        new Collector(
                                        new DataInputStream(socket.getInputStream()),
                                        new DataOutputStream(socket.getOutputStream()))
                                .greet();
                LiveServer.until(() -> {
                    sink.offer(new byte[] {7});
                    return metrics.sent().value() > 0;
                });
                assertThat(collector.in().readInt()).isOne();
            }
        }
    }

    @Test
    void whatDoesNotFitIntoTheQueueIsLostAndCounted() {
        var metrics = new DnstapMetrics(bench.metrics(), "x");
        var queue = new FrameQueue(2, metrics, bench.time(), bench.log("dnstap"));
        for (int i = 0; i < 5; i++) {
            queue.offer(new byte[1]);
        }
        assertThat(metrics.dropped().value()).isEqualTo(3);
        assertThat(bench.logged())
                .containsExactly("[WARNING] plugin/dnstap: Dropped dnstap messages: 1");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "dnstap | SOCKET",
                "dnstap http://x | SOCKET is tcp://HOST:PORT",
                "dnstap tcp://x | SOCKET is tcp://HOST:PORT",
                "dnstap /x full 0 | WRITEBUFFER",
                "dnstap /x full 1 5000 | QUEUE",
                "dnstap listen | SOCKET",
                "dnstap listen tls://127.0.0.1:0 | TLS listener requires cert and key files",
                "dnstap listen /x { tls a } | tls requires cert and key file paths",
                "dnstap /x { foo } | there is no property",
                "dnstap /x { identity } | IDENTITY",
            })
    void mistakesAreTold(String directive, String message) {
        var text = directive.replace("{", "{\n").replace("}", "\n}");
        assertThatThrownBy(() -> bench.setup(new Dnstap(), text))
                .isInstanceOf(CorefileException.class)
                .hasMessageContaining(message);
    }
}
