package dev.onoma.plugins.https;

import static org.assertj.core.api.Assertions.assertThat;

import dev.onoma.plugins.LiveServer;
import dev.onoma.server.tls.PemTls;
import dev.onoma.testkit.Authority;
import dev.onoma.testkit.HandTime;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What is known to exhaust HTTP/2 servers ends the connection that does it, and nothing else: the
/// frames are written by hand (RFC 9113, section 4).
final class Http2AbuseTest {
    private static final int PATIENCE_MILLIS = 20_000;
    private static final int DATA = 0;
    private static final int HEADERS = 1;
    private static final int RST_STREAM = 3;
    private static final int SETTINGS = 4;
    private static final int PING = 6;
    private static final int WINDOW_UPDATE = 8;
    private static final int CONTINUATION = 9;
    private static final int END_STREAM = 1;
    private static final int END_HEADERS = 4;
    // www.example.com A, of RFC 8484.
    private static final String QUERY = "AAABAAABAAAAAAAAA3d3dwdleGFtcGxlA2NvbQAAAQAB";

    @TempDir private Path folder;
    private LiveServer server;
    private SSLContext context;

    @BeforeEach
    void start() throws IOException {
        var authority = Authority.in(folder);
        authority.issue("tls", "127.0.0.1");
        server =
                new LiveServer(
                        folder,
                        """
                        https://.:0 {
                            tls tls.pem tls.key
                            timeouts {
                                read 1s
                                write 1s
                                idle 1s
                            }
                            whoami
                        }
                        """);
        var tls = new PemTls(new HandTime(), Map.of());
        context = tls.client(Optional.empty(), tls.certificates(authority.certificate()));
    }

    @AfterEach
    void stop() {
        server.close();
    }

    /// A connection on which settings have been exchanged.
    private SSLSocket connect(byte[] settings) throws IOException {
        var socket =
                (SSLSocket)
                        context.getSocketFactory()
                                .createSocket(
                                        InetAddress.ofLiteral("127.0.0.1"), server.onoma().port());
        socket.setSoTimeout(PATIENCE_MILLIS);
        var parameters = socket.getSSLParameters();
        parameters.setApplicationProtocols(new String[] {"h2"});
        socket.setSSLParameters(parameters);
        socket.getOutputStream()
                .write("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
        write(socket, frame(SETTINGS, 0, 0, settings));
        write(socket, frame(SETTINGS, 1, 0));
        return socket;
    }

    private static void write(SSLSocket socket, byte[] octets) throws IOException {
        socket.getOutputStream().write(octets);
    }

    private static byte[] frame(int type, int flags, int stream, byte... payload) {
        var frame = new byte[9 + payload.length];
        frame[0] = (byte) (payload.length >> 16);
        frame[1] = (byte) (payload.length >> 8);
        frame[2] = (byte) payload.length;
        frame[3] = (byte) type;
        frame[4] = (byte) flags;
        for (int i = 0; i < 4; i++) {
            frame[5 + i] = (byte) (stream >> 8 * (3 - i));
        }
        System.arraycopy(payload, 0, frame, 9, payload.length);
        return frame;
    }

    private static byte[] get() {
        var block = new ByteArrayOutputStream();
        block.write(0x82); // :method GET
        block.write(0x87); // :scheme https
        literal(block, 0x01, "dns.example"); // :authority
        literal(block, 0x04, "/dns-query?dns=" + QUERY); // :path
        return block.toByteArray();
    }

    private static byte[] post() {
        var block = new ByteArrayOutputStream();
        block.write(0x83); // :method POST
        block.write(0x87);
        literal(block, 0x01, "dns.example");
        literal(block, 0x04, "/dns-query");
        literal(block, 0x0f, 0x10, "application/dns-message"); // content-type
        return block.toByteArray();
    }

    private static void literal(ByteArrayOutputStream block, int name, String value) {
        block.write(name);
        string(block, value);
    }

    private static void literal(ByteArrayOutputStream block, int name, int more, String value) {
        block.write(name);
        literal(block, more, value);
    }

    private static void string(ByteArrayOutputStream block, String text) {
        block.write(text.length());
        block.writeBytes(text.getBytes(StandardCharsets.US_ASCII));
    }

    /// Reads frames until the connection ends.
    ///
    /// @return how many there were with this type
    private static int untilTheEnd(SSLSocket socket, int type) throws IOException {
        int found = 0;
        try {
            var in = new DataInputStream(socket.getInputStream());
            while (true) {
                int length = in.readUnsignedByte() << 16 | in.readUnsignedShort();
                found += in.readUnsignedByte() == type ? 1 : 0;
                in.skipNBytes(5 + length);
            }
        } catch (EOFException | SocketException | SSLException _) {
            return found; // the end, in order or not
        } finally {
            socket.close();
        }
    }

    private void assertOthersAreServed() throws IOException {
        try (var socket = connect(new byte[0])) {
            write(socket, frame(HEADERS, END_HEADERS | END_STREAM, 1, get()));
            var in = new DataInputStream(socket.getInputStream());
            while (true) {
                int length = in.readUnsignedByte() << 16 | in.readUnsignedShort();
                int type = in.readUnsignedByte();
                in.skipNBytes(5 + length);
                if (type == DATA) {
                    return;
                }
            }
        }
    }

    // Writes again and again; that the other side closes meanwhile is what is hoped for.
    private static void flood(
            SSLSocket socket, int times, java.util.function.IntFunction<byte[]> of) {
        try {
            for (int i = 0; i < times; i++) {
                write(socket, of.apply(i));
            }
        } catch (IOException _) {
            // Closed by the server: [#untilTheEnd] sees it too.
        }
    }

    @Test
    void rapidResetEndsTheConnection() throws Exception {
        var socket = connect(new byte[0]);
        flood(
                socket,
                20_000,
                i -> {
                    var both = new ByteArrayOutputStream();
                    int stream = 2 * i + 1;
                    both.writeBytes(frame(HEADERS, END_HEADERS | END_STREAM, stream, get()));
                    both.writeBytes(
                            frame(RST_STREAM, 0, stream, (byte) 0, (byte) 0, (byte) 0, (byte) 8));
                    return both.toByteArray();
                });
        assertThat(untilTheEnd(socket, HEADERS)).isLessThan(1000);
        assertOthersAreServed();
    }

    @Test
    void makingTheServerResetEndsTheConnection() throws Exception {
        var socket = connect(new byte[0]);
        flood(
                socket,
                20_000,
                i -> {
                    var both = new ByteArrayOutputStream();
                    int stream = 2 * i + 1;
                    both.writeBytes(frame(HEADERS, END_HEADERS, stream, post()));
                    // An increment of zero is an error of the stream.
                    both.writeBytes(frame(WINDOW_UPDATE, 0, stream, new byte[4]));
                    return both.toByteArray();
                });
        assertThat(untilTheEnd(socket, RST_STREAM)).isLessThan(1000);
        assertOthersAreServed();
    }

    @Test
    void aFloodOfContinuationsEndsTheConnection() throws Exception {
        var socket = connect(new byte[0]);
        write(socket, frame(HEADERS, 0, 1, get()));
        flood(socket, 100_000, _ -> frame(CONTINUATION, 0, 1, (byte) 0x82));
        assertThat(untilTheEnd(socket, HEADERS)).isLessThan(10);
        assertOthersAreServed();
    }

    @Test
    void pingsDoNotKeepAConnectionThatAsksNothing() throws Exception {
        var socket = connect(new byte[0]);
        var pings =
                Thread.ofVirtual()
                        .start(() ->
                                flood(
                                        socket,
                                        Integer.MAX_VALUE,
                                        _ -> frame(PING, 0, 0, new byte[8])));
        untilTheEnd(socket, PING);
        pings.join();
        assertOthersAreServed();
    }

    @Test
    void requestsWithoutTheirBodyEndWithTheReadTimeout() throws Exception {
        var socket = connect(new byte[0]);
        for (int i = 0; i < 100; i++) {
            write(socket, frame(HEADERS, END_HEADERS, 2 * i + 1, post()));
        }
        assertThat(untilTheEnd(socket, DATA)).isZero();
        assertOthersAreServed();
    }

    @Test
    void answersThatAreNotTakenEndWithTheWriteTimeout() throws Exception {
        // SETTINGS_INITIAL_WINDOW_SIZE 0: not one octet of an answer may leave.
        var socket = connect(new byte[] {0, 4, 0, 0, 0, 0});
        for (int i = 0; i < 100; i++) {
            write(socket, frame(HEADERS, END_HEADERS | END_STREAM, 2 * i + 1, get()));
        }
        assertThat(untilTheEnd(socket, DATA)).isZero();
        assertOthersAreServed();
    }

    @Test
    void headerFieldsHaveALimit() throws Exception {
        var socket = connect(new byte[0]);
        var block = new ByteArrayOutputStream();
        block.writeBytes(get());
        // Put into the table once, and named a thousand times: a short frame, a long list.
        block.write(0x40);
        string(block, "x-ab");
        string(block, "v".repeat(120));
        for (int i = 0; i < 1000; i++) {
            block.write(0xbe);
        }
        var fields = block.toByteArray();
        flood(socket, 1, _ -> frame(HEADERS, END_HEADERS | END_STREAM, 1, fields));
        assertThat(untilTheEnd(socket, DATA)).isLessThanOrEqualTo(1);
        assertOthersAreServed();
    }

    @Test
    void aLargeBodyIsRefusedWithoutBeingKept() throws Exception {
        var socket = connect(new byte[0]);
        write(socket, frame(HEADERS, END_HEADERS, 1, post()));
        flood(socket, 4096, _ -> frame(DATA, 0, 1, new byte[16_384]));
        assertThat(untilTheEnd(socket, HEADERS)).isLessThanOrEqualTo(1);
        assertOthersAreServed();
    }
}
