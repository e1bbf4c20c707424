package dev.onoma.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import dev.onoma.testkit.Cluster;
import dev.onoma.testkit.OnomaSubject;
import dev.onoma.testkit.Ports;
import dev.onoma.testkit.Subject;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Records of dnstap, taken by `fstrm_capture` and read by `dnstap-ldns`.
final class DnstapTest {
    private static final long PATIENCE_NANOS = TimeUnit.SECONDS.toNanos(20);

    @TempDir Path folder;

    private final String capture = Tools.tool("fstrm_capture", "fstrm-bin");
    private final String reader = Tools.tool("dnstap-ldns", "dnstap-ldns");
    private final String dig = Tools.tool("dig", "bind9-dnsutils");

    @Test
    void collectorsOfOthersReadWhatWeWrite() throws Exception {
        var socket = folder.resolve("tap.sock");
        var captured = folder.resolve("captured");
        var collector =
                new ProcessBuilder(
                                capture,
                                "-t",
                                "protobuf:dnstap.Dnstap",
                                "-u",
                                socket.toString(),
                                "-w",
                                captured.toString())
                        .redirectErrorStream(true)
                        .redirectOutput(folder.resolve("capture.log").toFile())
                        .start();
        try {
            until(() -> Files.exists(socket));
            ask(socket);
        } finally {
            collector.destroy();
            assertThat(collector.waitFor(20, TimeUnit.SECONDS)).isTrue();
        }
        var records = Tools.run(reader, "-y", "-r", captured.toString());
        assertThat(records)
                .contains(
                        "type: CLIENT_QUERY",
                        "type: CLIENT_RESPONSE",
                        "type: FORWARDER_QUERY",
                        "type: FORWARDER_RESPONSE",
                        "identity: \"ns1\"",
                        "version: \"v1\"",
                        "query_address: \"127.0.0.1\"",
                        "socket_protocol: TCP",
                        "socket_protocol: UDP",
                        ";www.forwarded.test.")
                .doesNotContain("parse failed");
    }

    private void ask(Path socket) throws Exception {
        int port = Ports.free();
        int upstream = Ports.free();
        var corefile =
                """
                .:%d {
                    dnstap unix://%s full {
                        identity ns1
                        version v1
                    }
                    forward . 127.0.0.1:%d
                }
                .:%d {
                    whoami
                }
                """
                        .formatted(port, socket, upstream, upstream);
        var setup = new Subject.Setup(folder, corefile, port, Cluster.none(folder));
        try (var running = new OnomaSubject().start(setup)) {
            for (var word : new String[] {"+notcp", "+tcp"}) {
                var answer =
                        Tools.run(dig, "@127.0.0.1", "-p", "" + port, "www.forwarded.test.", word);
                assertThat(answer).contains("NOERROR");
            }
            assertThat(running.log()).doesNotContain("No connection");
        }
    }

    private interface Condition {
        boolean holds() throws Exception;
    }

    private static void until(Condition condition) throws Exception {
        long end = System.nanoTime() + PATIENCE_NANOS;
        while (!condition.holds() && System.nanoTime() - end < 0) {
            Thread.onSpinWait();
        }
        assertThat(condition.holds()).isTrue();
    }
}
