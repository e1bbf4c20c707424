package dev.onoma.plugins.grpc_server;

import static dev.onoma.testkit.Http2Frames.CONTINUATION;
import static dev.onoma.testkit.Http2Frames.DATA;
import static dev.onoma.testkit.Http2Frames.END_HEADERS;
import static dev.onoma.testkit.Http2Frames.END_STREAM;
import static dev.onoma.testkit.Http2Frames.GOAWAY;
import static dev.onoma.testkit.Http2Frames.HEADERS;
import static dev.onoma.testkit.Http2Frames.PING;
import static dev.onoma.testkit.Http2Frames.RST_STREAM;
import static dev.onoma.testkit.Http2Frames.frame;
import static dev.onoma.testkit.Http2Frames.headers;
import static dev.onoma.testkit.Http2Frames.packet;
import static dev.onoma.testkit.Http2Frames.prefixed;
import static org.assertj.core.api.Assertions.assertThat;

import dev.onoma.api.Names;
import dev.onoma.plugins.LiveServer;
import dev.onoma.testkit.Bench;
import dev.onoma.testkit.Http2Frames;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.xbill.DNS.DClass;
import org.xbill.DNS.Flags;
import org.xbill.DNS.Message;
import org.xbill.DNS.Rcode;
import org.xbill.DNS.Record;
import org.xbill.DNS.Section;
import org.xbill.DNS.Type;

/// The listener for gRPC: what it answers, and that what is known to exhaust servers of HTTP/2 ends
/// the connection that does it, and nothing else.
final class GrpcListenerTest {
    @TempDir private Path folder;
    private LiveServer server;

    @BeforeEach
    void start() throws IOException {
        server =
                new LiveServer(
                        folder,
                        """
                        grpc://test:0 {
                            timeouts {
                                read 1s
                                write 1s
                            }
                            grpc_server {
                                max_streams 10
                                max_connection_idle 1s
                            }
                            cancel 200ms
                            hosts {
                                192.0.2.1 a.test
                            }
                        }
                        """);
    }

    @AfterEach
    void stop() {
        server.close();
    }

    private Http2Frames connect(byte... settings) throws IOException {
        return new Http2Frames(server.onoma().port(), settings);
    }

    private static Message query(String name) {
        return Message.newQuery(Record.newRecord(Names.of(name), Type.A, DClass.IN));
    }

    private void assertOthersAreServed() throws IOException {
        try (var client = connect()) {
            assertThat(client.ask(1, query("a.test.")).getRcode()).isZero();
        }
    }

    /// What a call ends with, whose request is these octets.
    private String status(byte[] body) throws IOException {
        try (var client = connect()) {
            client.call(1, body);
            return text(client.end(1));
        }
    }

    // Short texts are sent as they are, or in Huffman's code: decode as a client does.
    private static String text(Http2Frames.Frame frame) throws IOException {
        var text = new StringBuilder();
        try {
            var decoder = new io.netty.handler.codec.http2.DefaultHttp2HeadersDecoder(true);
            for (var field :
                    decoder.decodeHeaders(
                            1, io.netty.buffer.Unpooled.wrappedBuffer(frame.payload()))) {
                text.append(field.getKey()).append('=').append(field.getValue()).append('\n');
            }
        } catch (io.netty.handler.codec.http2.Http2Exception e) {
            throw new IOException(e);
        }
        return text.toString();
    }

    @Test
    void aQueryIsAnsweredUnderItsId() throws Exception {
        try (var client = connect()) {
            var query = query("a.test.");
            var answer = client.ask(1, query);
            assertThat(answer.getHeader().getID()).isEqualTo(query.getHeader().getID());
            assertThat(Bench.records(answer, Section.ANSWER))
                    .containsExactly("a.test. 3600 IN A 192.0.2.1");
            assertThat(client.end(1).type()).isEqualTo(HEADERS);
            assertThat(client.ask(3, query("b.example.")).getRcode()).isEqualTo(Rcode.REFUSED);
        }
    }

    @Test
    void aRequestMayComeInPieces() throws Exception {
        try (var client = connect()) {
            var body = packet(query("a.test.").toWire());
            client.write(frame(HEADERS, END_HEADERS, 1, headers()));
            for (int i = 0; i < body.length; i++) {
                client.write(frame(DATA, 0, 1, body[i]));
            }
            client.write(frame(DATA, END_STREAM, 1));
            assertThat(text(client.end(1))).contains("grpc-status=0\n");
        }
    }

    @Test
    void whatIsNoQueryGetsAStatus() throws Exception {
        var response = query("a.test.");
        response.getHeader().setFlag(Flags.QR);
        assertThat(status(packet(response.toWire())))
                .contains("grpc-status=2\n", "grpc-message=dns request rejected\n");
        assertThat(status(packet(new byte[3]))).contains("grpc-status=2\n");
        assertThat(status(prefixed(0, new byte[0]))).contains("grpc-status=2\n");
        assertThat(status(prefixed(1, new byte[3])))
                .contains("grpc-status=12\n", "grpc-accept-encoding=identity\n");
        assertThat(status(prefixed(0, new byte[] {0x0a, 0x7f, 1}))).contains("grpc-status=13\n");
        assertThat(status(new byte[2])).contains("grpc-status=13\n");
        assertThat(status(Arrays.copyOf(packet(query("a.test.").toWire()), 200)))
                .contains("grpc-status=13\n");
        assertThat(status(new byte[] {0, 1, 0, 1, 0})).contains("grpc-status=8\n");
        assertOthersAreServed();
    }

    @Test
    void otherFieldsOfThePacketAreSkipped() throws Exception {
        var message = query("a.test.").toWire();
        var packet = new ByteArrayOutputStream();
        packet.writeBytes(new byte[] {0x10, 5, 0x1a, 2, 1, 2, 0x25, 1, 2, 3, 4, 0x0a});
        packet.write(message.length);
        packet.writeBytes(message);
        packet.writeBytes(new byte[] {0x29, 1, 2, 3, 4, 5, 6, 7, 8});
        assertThat(status(prefixed(0, packet.toByteArray()))).contains("grpc-status=0\n");
    }

    @Test
    void otherCallsAreNotThere() throws Exception {
        try (var client = connect()) {
            client.write(
                    frame(
                            HEADERS,
                            END_HEADERS | END_STREAM,
                            1,
                            headers("/a.B/C", "application/grpc")));
            assertThat(text(client.end(1)))
                    .contains("grpc-status=12\n", "grpc-message=unknown service a.B\n");
            client.write(
                    frame(
                            HEADERS,
                            END_HEADERS | END_STREAM,
                            3,
                            headers("/coredns.dns.DnsService/Query", "text/plain")));
            assertThat(text(client.read())).contains(":status=415\n");
            assertThat(client.end(3).type()).isEqualTo(DATA);
        }
    }

    @Test
    void rapidResetEndsTheConnection() throws Exception {
        try (var client = connect()) {
            var body = packet(query("a.test.").toWire());
            client.flood(
                    20_000,
                    i -> {
                        var all = new ByteArrayOutputStream();
                        int stream = 2 * i + 1;
                        all.writeBytes(frame(HEADERS, END_HEADERS, stream, headers()));
                        all.writeBytes(frame(DATA, END_STREAM, stream, body));
                        all.writeBytes(frame(RST_STREAM, 0, stream, new byte[] {0, 0, 0, 8}));
                        return all.toByteArray();
                    });
            assertThat(client.untilTheEnd(HEADERS)).isLessThan(2000);
        }
        assertOthersAreServed();
    }

    @Test
    void aFloodOfContinuationsEndsTheConnection() throws Exception {
        try (var client = connect()) {
            client.flood(1, _ -> frame(HEADERS, 0, 1, headers()));
            client.flood(100_000, _ -> frame(CONTINUATION, 0, 1, (byte) 0x82));
            assertThat(client.untilTheEnd(HEADERS)).isZero();
        }
        assertOthersAreServed();
    }

    @Test
    void pingsWithoutQueriesEndTheConnection() throws Exception {
        try (var client = connect()) {
            client.flood(100_000, _ -> frame(PING, 0, 0, new byte[8]));
            assertThat(client.untilTheEnd(PING)).isLessThan(1000);
        }
        assertOthersAreServed();
    }

    @Test
    void requestsWithoutTheirBodyEndWithTheReadTimeout() throws Exception {
        try (var client = connect()) {
            for (int i = 0; i < 10; i++) {
                client.write(frame(HEADERS, END_HEADERS, 2 * i + 1, headers()));
            }
            assertThat(client.untilTheEnd(DATA)).isZero();
        }
        assertOthersAreServed();
    }

    @Test
    void moreStreamsThanAllowedAreRefused() throws Exception {
        try (var client = connect()) {
            for (int i = 0; i < 11; i++) {
                client.write(frame(HEADERS, END_HEADERS, 2 * i + 1, headers()));
            }
            assertThat(client.end(21).type()).isEqualTo(RST_STREAM);
        }
    }

    @Test
    void answersThatAreNotTakenEndWithTheWriteTimeout() throws Exception {
        // SETTINGS_INITIAL_WINDOW_SIZE 0: not one octet of an answer may leave.
        try (var client = connect(new byte[] {0, 4, 0, 0, 0, 0})) {
            for (int i = 0; i < 10; i++) {
                client.call(2 * i + 1, packet(query("a.test.").toWire()));
            }
            assertThat(client.untilTheEnd(DATA)).isZero();
        }
        assertOthersAreServed();
    }

    @Test
    void aBodyThatIsTooLargeIsNotKept() throws Exception {
        try (var client = connect()) {
            client.write(frame(HEADERS, END_HEADERS, 1, headers()));
            client.flood(4096, _ -> frame(DATA, 0, 1, new byte[16_384]));
            assertThat(client.untilTheEnd(DATA)).isZero();
        }
        assertOthersAreServed();
    }

    @Test
    void anIdleConnectionIsToldToEnd() throws Exception {
        try (var client = connect()) {
            client.ask(1, query("a.test."));
            // Once that no more shall begin, once that none did.
            assertThat(client.untilTheEnd(GOAWAY)).isEqualTo(2);
        }
    }

    @Test
    void aReloadKeepsTheConnection() throws Exception {
        try (var client = connect()) {
            client.ask(1, query("a.test."));
            assertThat(server.onoma().reload()).isNull();
            assertThat(client.ask(3, query("a.test.")).getRcode()).isZero();
        }
    }
}
