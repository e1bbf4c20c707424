package dev.onoma.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import dev.onoma.testkit.Authority;
import dev.onoma.testkit.Cluster;
import dev.onoma.testkit.OnomaSubject;
import dev.onoma.testkit.Ports;
import dev.onoma.testkit.Subject;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// What was captured of a connection is read by Wireshark with the key log of *tls*.
@Timeout(120)
final class KeyLogTest {
    @TempDir Path folder;

    private final String kdig = Tools.tool("kdig", "knot-dnsutils");
    private final String tshark = Tools.tool("tshark", "tshark");
    private final String text2pcap = Tools.tool("text2pcap", "wireshark-common");

    /// Passes one connection on, and writes down what went by, as `text2pcap` wants it.
    private static final class Wire implements AutoCloseable {
        private final ServerSocket listening;
        private final int server;
        private final StringBuilder dump = new StringBuilder();

        Wire(int server) throws IOException {
            this.server = server;
            listening = new ServerSocket();
            listening.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
            Thread.ofVirtual().start(this::pass);
        }

        int port() {
            return listening.getLocalPort();
        }

        private void pass() {
            try (var client = listening.accept();
                    var other = new Socket(InetAddress.getLoopbackAddress(), server)) {
                var back = Thread.ofVirtual().start(() -> copy(other, client, 'I'));
                copy(client, other, 'O');
                back.join();
            } catch (IOException | InterruptedException _) {
                // the test is over
            }
        }

        private void copy(Socket from, Socket to, char direction) {
            try {
                copy(from.getInputStream(), to.getOutputStream(), direction);
                to.shutdownOutput();
            } catch (IOException _) {
                // one of them is gone
            }
        }

        private void copy(InputStream from, OutputStream to, char direction) throws IOException {
            var octets = new byte[1200];
            int count;
            while ((count = from.read(octets)) >= 0) {
                synchronized (dump) {
                    var hex = HexFormat.ofDelimiter(" ").formatHex(octets, 0, count);
                    dump.append(direction).append("\n000000 ").append(hex).append('\n');
                }
                to.write(octets, 0, count);
            }
        }

        String dump() {
            synchronized (dump) {
                return dump.toString();
            }
        }

        @Override
        public void close() throws IOException {
            listening.close();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"1.3", "1.2"})
    void whatWasCapturedCanBeRead(String version) throws Exception {
        Authority.in(folder).issue("tls", "dns.example", "127.0.0.1");
        int port = Ports.free();
        int dot = Ports.free();
        var corefile =
                """
                dns://. tls://.:%d {
                    tls tls.pem tls.key {
                        keylog keys.txt
                    }
                    hosts {
                        192.0.2.77 secret.example
                    }
                }
                """
                        .formatted(dot);
        var setup = new Subject.Setup(folder, corefile, port, Cluster.none(folder));
        try (var running = new OnomaSubject().start(setup);
                var wire = new Wire(dot)) {
            ask(wire, version);
            assertThat(running.log()).contains("[WARNING] plugin/tls: Writing TLS Key Log to");
            Files.writeString(folder.resolve("dump.txt"), wire.dump(), StandardCharsets.US_ASCII);
        }
        var capture = folder.resolve("capture.pcap").toString();
        Tools.run(
                text2pcap, "-D", "-T", "40000,853", folder.resolve("dump.txt").toString(), capture);
        assertThat(read(capture, "/dev/null")).doesNotContain("secret.example");
        assertThat(read(capture, folder.resolve("keys.txt").toString()))
                .contains("secret.example", "192.0.2.77");
    }

    private void ask(Wire wire, String version) throws Exception {
        if (version.equals("1.2")) {
            var openssl = Tools.tool("openssl", "openssl");
            var question = "002000010100000100000000000006736563726574076578616d706c650000010001";
            Tools.run(
                    "/bin/bash",
                    "-c",
                    "(printf '%s' | sed 's/../\\\\x&/g' | xargs -0 printf; sleep 1) | %s s_client -quiet"
                                    .formatted(question, openssl)
                            + " -tls1_2 -connect 127.0.0.1:"
                            + wire.port());
        } else {
            assertThat(
                            Tools.run(
                                    kdig,
                                    "@127.0.0.1",
                                    "-p",
                                    "" + wire.port(),
                                    "+tls",
                                    "secret.example"))
                    .contains("192.0.2.77");
        }
    }

    private String read(String capture, String keys) throws Exception {
        return Tools.run(
                tshark,
                "-r",
                capture,
                "-o",
                "tls.keylog_file:" + keys,
                "-d",
                "tls.port==853,dns",
                "-V",
                "-Y",
                "dns");
    }
}
