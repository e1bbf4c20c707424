package dev.onoma.plugins.https;

import static dev.onoma.testkit.Http2Frames.CONTINUATION;
import static dev.onoma.testkit.Http2Frames.DATA;
import static dev.onoma.testkit.Http2Frames.END_HEADERS;
import static dev.onoma.testkit.Http2Frames.END_STREAM;
import static dev.onoma.testkit.Http2Frames.HEADERS;
import static dev.onoma.testkit.Http2Frames.PING;
import static dev.onoma.testkit.Http2Frames.RST_STREAM;
import static dev.onoma.testkit.Http2Frames.askedAndReset;
import static dev.onoma.testkit.Http2Frames.begunAndBroken;
import static dev.onoma.testkit.Http2Frames.frame;
import static dev.onoma.testkit.Http2Frames.get;
import static dev.onoma.testkit.Http2Frames.post;
import static dev.onoma.testkit.Http2Frames.string;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What is known to exhaust HTTP/2 servers ends the connection that does it, and nothing else: the
/// frames are written by hand (RFC 9113, section 4).
final class Http2AbuseTest {
    private static final String QUERY = Http2Server.QUERY;

    @TempDir private Path folder;
    private Http2Server server;

    @BeforeEach
    void start() throws IOException {
        server = new Http2Server(folder, "https", "max_connections 200");
    }

    @AfterEach
    void stop() {
        server.close();
    }

    @Test
    void rapidResetEndsTheConnection() throws Exception {
        var client = server.connect();
        client.flood(20_000, i -> askedAndReset(2 * i + 1, get(QUERY)));
        // What is taken back in the same record is not even asked.
        assertThat(client.untilTheEnd(HEADERS)).isZero();
        assertThat(server.reached("frames")).isEqualTo(1);
        server.assertOthersAreServed();
    }

    @Test
    void makingTheServerResetEndsTheConnection() throws Exception {
        var client = server.connect();
        client.flood(20_000, i -> begunAndBroken(2 * i + 1, post()));
        assertThat(client.untilTheEnd(RST_STREAM)).isLessThan(1000);
        assertThat(server.reached("frames")).isEqualTo(1);
        server.assertOthersAreServed();
    }

    @Test
    void aFloodOfContinuationsEndsTheConnection() throws Exception {
        var client = server.connect();
        client.write(frame(HEADERS, 0, 1, get(QUERY)));
        client.flood(100_000, _ -> frame(CONTINUATION, 0, 1, (byte) 0x82));
        assertThat(client.untilTheEnd(HEADERS)).isLessThan(10);
        assertThat(server.reached("frames")).isEqualTo(1);
        server.assertOthersAreServed();
    }

    @Test
    void pingsDoNotKeepAConnectionThatAsksNothing() throws Exception {
        var client = server.connect();
        var pings =
                Thread.ofVirtual()
                        .start(() ->
                                client.flood(
                                        Integer.MAX_VALUE, _ -> frame(PING, 0, 0, new byte[8])));
        client.untilTheEnd(PING);
        pings.join();
        assertThat(server.reached("pings")).isEqualTo(1);
        assertThat(server.reached("frames")).isZero();
        server.assertOthersAreServed();
    }

    @Test
    void requestsWithoutTheirBodyEndWithTheReadTimeout() throws Exception {
        var client = server.connect();
        for (int i = 0; i < 100; i++) {
            client.write(frame(HEADERS, END_HEADERS, 2 * i + 1, post()));
        }
        assertThat(client.untilTheEnd(DATA)).isZero();
        assertThat(server.reached("read")).isEqualTo(1);
        server.assertOthersAreServed();
    }

    @Test
    void answersThatAreNotTakenEndWithTheWriteTimeout() throws Exception {
        // SETTINGS_INITIAL_WINDOW_SIZE 0: not one octet of an answer may leave.
        var client = server.connect((byte) 0, (byte) 4, (byte) 0, (byte) 0, (byte) 0, (byte) 0);
        for (int i = 0; i < 100; i++) {
            client.write(frame(HEADERS, END_HEADERS | END_STREAM, 2 * i + 1, get(QUERY)));
        }
        assertThat(client.untilTheEnd(DATA)).isZero();
        assertThat(server.reached("write")).isEqualTo(1);
        server.assertOthersAreServed();
    }

    @Test
    void headerFieldsHaveALimit() throws Exception {
        var client = server.connect();
        var block = new ByteArrayOutputStream();
        block.writeBytes(get(QUERY));
        // Put into the table once, and named a thousand times: a short frame, a long list.
        block.write(0x40);
        string(block, "x-ab");
        string(block, "v".repeat(120));
        for (int i = 0; i < 1000; i++) {
            block.write(0xbe);
        }
        var fields = block.toByteArray();
        client.flood(1, _ -> frame(HEADERS, END_HEADERS | END_STREAM, 1, fields));
        assertThat(client.untilTheEnd(DATA)).isLessThanOrEqualTo(1);
        assertThat(server.reached("fields")).isEqualTo(1);
        server.assertOthersAreServed();
    }

    @Test
    void bodiesWithoutTheirEndAreBoundedTogether() throws Exception {
        var client = server.connect();
        // 200 streams, each with 48 KiB of a body of which more could follow.
        client.flood(
                800,
                i ->
                        i % 4 == 0
                                ? frame(HEADERS, END_HEADERS, i / 2 + 1, post())
                                : frame(DATA, 0, i / 4 * 2 + 1, new byte[16_384]));
        assertThat(client.untilTheEnd(DATA)).isZero();
        assertThat(server.reached("unfinished")).isEqualTo(1);
        server.assertOthersAreServed();
    }

    @Test
    void aLargeBodyIsRefusedWithoutBeingKept() throws Exception {
        var client = server.connect();
        client.write(frame(HEADERS, END_HEADERS, 1, post()));
        client.flood(4096, _ -> frame(DATA, 0, 1, new byte[16_384]));
        assertThat(client.untilTheEnd(HEADERS)).isLessThanOrEqualTo(1);
        assertThat(server.reached("body")).isEqualTo(1);
        server.assertOthersAreServed();
    }
}
