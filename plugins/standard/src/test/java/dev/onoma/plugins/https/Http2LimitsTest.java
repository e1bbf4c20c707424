package dev.onoma.plugins.https;

import static dev.onoma.testkit.Http2Frames.CONTINUATION;
import static dev.onoma.testkit.Http2Frames.DATA;
import static dev.onoma.testkit.Http2Frames.END_HEADERS;
import static dev.onoma.testkit.Http2Frames.HEADERS;
import static dev.onoma.testkit.Http2Frames.PING;
import static dev.onoma.testkit.Http2Frames.RST_STREAM;
import static dev.onoma.testkit.Http2Frames.SETTINGS;
import static dev.onoma.testkit.Http2Frames.askedAndReset;
import static dev.onoma.testkit.Http2Frames.begunAndBroken;
import static dev.onoma.testkit.Http2Frames.frame;
import static org.assertj.core.api.Assertions.assertThat;

import dev.onoma.plugins.LiveServer;
import dev.onoma.testkit.Http2Frames;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Each option of a connection over HTTP/2 bites at its number, and not one earlier.
final class Http2LimitsTest {
    private static final int REFUSED_STREAM = 7;
    private static final int MAX = 4;

    // SETTINGS_INITIAL_WINDOW_SIZE 0: not one octet of an answer may leave.
    private static final byte[] NO_WINDOW = {0, 4, 0, 0, 0, 0};
    private static final byte[] WINDOW = {0, 4, 0, 1, 0, 0};

    @TempDir private Path folder;

    /// What a client does so often that it is too much, in one write.
    private static void overdo(Http2Server server, Http2Frames client, String option, int times)
            throws IOException {
        var octets = new ByteArrayOutputStream();
        var fields = server.begin();
        if (option.equals("max_continuations")) {
            octets.writeBytes(frame(HEADERS, 0, 3, fields));
        } else if (option.equals("max_empty_frames")) {
            octets.writeBytes(frame(HEADERS, END_HEADERS, 3, fields));
        }
        for (int i = 1; i <= times; i++) {
            int stream = 2 * i + 1;
            octets.writeBytes(
                    switch (option) {
                        case "max_pings" -> frame(PING, 0, 0, new byte[8]);
                        case "max_resets" -> askedAndReset(stream, fields);
                        case "made resets" -> begunAndBroken(stream, fields);
                        case "max_continuations" ->
                                frame(CONTINUATION, i == times ? END_HEADERS : 0, 3);
                        case "max_empty_frames" -> frame(DATA, 0, 3);
                        default -> throw new IllegalArgumentException(option);
                    });
        }
        client.write(octets.toByteArray());
    }

    @ParameterizedTest
    @CsvSource({
        "https, max_pings, pings",
        "https, max_resets, frames",
        "https, made resets, frames",
        "https, max_continuations, frames",
        "https, max_empty_frames, frames",
        "grpc, max_pings, pings",
        "grpc, max_resets, frames",
        "grpc, made resets, frames",
        "grpc, max_continuations, frames",
        "grpc, max_empty_frames, frames"
    })
    void bitesAtItsNumber(String scheme, String option, String label) throws Exception {
        var property = option.equals("made resets") ? "max_resets" : option;
        try (var server = new Http2Server(folder, scheme, property + " " + MAX)) {
            try (var client = server.connect()) {
                server.assertIsServed(client, 1);
                overdo(server, client, option, MAX);
                server.assertIsServed(client, 99);
                assertThat(server.reached(label)).isZero();
            }
            var client = server.connect();
            server.assertIsServed(client, 1);
            overdo(server, client, option, MAX + 1);
            client.untilTheEnd(DATA);
            assertThat(server.reached(label)).isEqualTo(1);
            server.assertOthersAreServed();
        }
    }

    /// The connection that has most of something is shown, and how full its listener is.
    @Test
    void howFarAConnectionIsCanBeSeen() throws Exception {
        try (var server = new Http2Server(folder, "https", "max_connections 9", 20);
                var client = server.connect()) {
            server.assertIsServed(client, 1);
            overdo(server, client, "max_resets", 5);
            overdo(server, client, "max_pings", 3);
            client.write(frame(HEADERS, END_HEADERS, 99, server.begin()));
            client.write(frame(DATA, 0, 99, new byte[100]));
            LiveServer.until(() -> server.largest("pings") == 3);
            LiveServer.until(() -> server.largest("streams") == 1);
            assertThat(server.largest("resets")).isEqualTo(5);
            assertThat(server.largest("unfinished_octets")).isGreaterThanOrEqualTo(100);
            assertThat(server.ofListener("onoma_listener_connections")).isEqualTo(1);
            assertThat(server.ofListener("onoma_listener_connections_max")).isEqualTo(9);
        }
    }

    /// How many wait is the codec's affair; that none do while they are taken can be seen.
    @Test
    void acknowledgementsThatAreNotTakenAreBounded() throws Exception {
        var options = "max_acknowledgements " + MAX + "\nmax_pings 1000000";
        try (var server = new Http2Server(folder, "https", options, 20)) {
            try (var client = server.connect()) {
                overdo(server, client, "max_pings", 100 * MAX);
                server.assertIsServed(client, 1);
                assertThat(server.reached("frames")).isZero();
            }
            var client = server.connect();
            var many = new ByteArrayOutputStream();
            for (int i = 0; i < 500; i++) {
                many.writeBytes(frame(PING, 0, 0, new byte[8]));
            }
            client.flood(2000, _ -> many.toByteArray());
            client.untilTheEnd(PING);
            assertThat(server.reached("frames")).isEqualTo(1);
            server.assertOthersAreServed();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"https", "grpc"})
    void answersThatAreNotTakenAreBounded(String scheme) throws Exception {
        try (var server = new Http2Server(folder, scheme, "max_unsent_octets 1024")) {
            int octets;
            try (var client = server.connect()) {
                server.ask(client, 1);
                var frame = client.read();
                while (frame.type() != DATA) {
                    frame = client.read();
                }
                octets = frame.payload().length;
            }
            try (var client = server.connect(NO_WINDOW)) {
                // As many as are needed for more than 1024 octets.
                int asked = 1024 / octets + 1;
                for (int i = 0; i < asked; i++) {
                    server.ask(client, 2 * i + 1);
                }
                int refused = 2 * asked + 1;
                server.ask(client, refused);
                var end = client.end(refused);
                assertThat(end.type()).isEqualTo(RST_STREAM);
                assertThat(end.payload()).endsWith((byte) REFUSED_STREAM);
                assertThat(server.reached("untaken")).isEqualTo(1);
                // All others get their answers as soon as they are taken.
                client.write(frame(SETTINGS, 0, 0, WINDOW));
                for (int i = 0; i < asked; i++) {
                    assertThat(client.end(2 * i + 1).type()).isNotEqualTo(RST_STREAM);
                }
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"https", "grpc"})
    void streamsThatAreOpenAreBounded(String scheme) throws Exception {
        System.setProperty("onoma.queries.per.connection.in.flight", Integer.toString(MAX));
        var option = scheme.equals("grpc") ? "max_streams " + MAX : "max_connections 9";
        try (var server = new Http2Server(folder, scheme, option);
                var client = server.connect()) {
            server.assertIsServed(client, 1);
            for (int i = 1; i <= MAX; i++) {
                client.write(frame(HEADERS, END_HEADERS, 2 * i + 1, server.begin()));
            }
            int refused = 2 * MAX + 3;
            server.ask(client, refused);
            assertThat(client.end(refused).payload()).endsWith((byte) REFUSED_STREAM);
            assertThat(server.reached("streams")).isEqualTo(1);
        } finally {
            System.clearProperty("onoma.queries.per.connection.in.flight");
        }
    }
}
