package dev.onoma.plugins.timeouts;

import static org.assertj.core.api.Assertions.assertThat;

import dev.onoma.plugins.LiveServer;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.xbill.DNS.DClass;
import org.xbill.DNS.Message;
import org.xbill.DNS.Name;
import org.xbill.DNS.Record;
import org.xbill.DNS.Type;

/// What a client over TCP may have of a server at a time.
@Timeout(60)
final class TcpLimitsTest {
    private static final InetAddress LOOPBACK = InetAddress.getLoopbackAddress();

    @TempDir private Path folder;

    private static byte[] queries(int count) throws IOException {
        var question = Record.newRecord(Name.fromString("a.test."), Type.TXT, DClass.IN);
        var query = Message.newQuery(question).toWire();
        var all = new ByteArrayOutputStream();
        for (int i = 0; i < count; i++) {
            all.write(query.length >> Byte.SIZE);
            all.write(query.length);
            all.writeBytes(query);
        }
        return all.toByteArray();
    }

    private static double unsent(LiveServer server) {
        return server.onoma().metrics().gauges("onoma_unsent_octets", "").with().value();
    }

    @Test
    void whoAsksMoreThanIsAnsweredIsReadLater() throws Exception {
        System.setProperty("onoma.queries.per.connection.in.flight", "4");
        try (var silent = new DatagramSocket(0, LOOPBACK);
                var server =
                        new LiveServer(
                                folder,
                                ".:0 {\nforward . 127.0.0.1:%d {\nprefer_udp\n}\n}\n"
                                        .formatted(silent.getLocalPort()));
                var client = new Socket(LOOPBACK, server.onoma().port())) {
            client.getOutputStream().write(queries(3));
            LiveServer.until(() -> streams(server) == 3);
            assertThat(server.reached("streams")).isZero();
            client.getOutputStream().write(queries(3));
            LiveServer.until(() -> streams(server) == 4);
            assertThat(server.reached("streams")).isEqualTo(1);
        } finally {
            System.clearProperty("onoma.queries.per.connection.in.flight");
        }
    }

    private static double streams(LiveServer server) {
        return server.onoma().metrics().gauges("onoma_streams", "").with().value();
    }

    @Test
    void whoDoesNotReadIsNotReadEither() throws Exception {
        System.setProperty("onoma.unsent.octets.per.connection.max", "16384");
        var corefile =
                """
                .:0 {
                    timeouts {
                        write 1s
                    }
                    template IN TXT {
                        answer "{{ .Name }} 0 IN TXT %s"
                    }
                }
                """
                        .formatted("x".repeat(250));
        try (var server = new LiveServer(folder, corefile);
                var client = new Socket(LOOPBACK, server.onoma().port())) {
            var many = queries(1000);
            var writer = Thread.ofVirtual().start(() -> write(client, many));
            // It is read on when a quarter is left.
            LiveServer.until(() -> unsent(server) > 4096);
            assertThat(unsent(server)).isLessThan(16_384 + 512);
            LiveServer.until(() -> server.reached("write") == 1);
            writer.join();
        } finally {
            System.clearProperty("onoma.unsent.octets.per.connection.max");
        }
    }

    // Until the server has had enough.
    private static void write(Socket client, byte[] octets) {
        try {
            while (true) {
                client.getOutputStream().write(octets);
            }
        } catch (IOException _) {
            // It has.
        }
    }
}
