package dev.onoma.plugins.log;

import static org.assertj.core.api.Assertions.assertThat;

import dev.onoma.plugins.LiveServer;
import dev.onoma.server.LineFormat;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class LogJsonTest {
    private static final LineFormat JSON = new LineFormat.Json(() -> Instant.EPOCH);

    @TempDir Path folder;

    private String line(String corefile, String name, String wanted)
            throws IOException, InterruptedException {
        try (var server = new LiveServer(folder, corefile, JSON)) {
            server.ask(name);
            LiveServer.until(() -> server.log().contains(wanted));
            return server.log()
                    .lines()
                    .filter(line -> line.contains(wanted))
                    .findFirst()
                    .orElseThrow();
        }
    }

    @Test
    void aQueryIsAnObjectWithTypedFields() throws Exception {
        var line =
                line(
                        """
                        .:0 {
                            metadata
                            log . "asked for {name}"
                            hosts /dev/null {
                                192.0.2.7 www.test
                            }
                        }
                        """,
                        "WWW.test.",
                        "asked for");
        assertThat(line)
                .startsWith(
                        "{\"time\":\"1970-01-01T00:00:00Z\",\"level\":\"INFO\",\"msg\":\"asked for"
                                + " www.test.\",\"client_ip\":\"127.0.0.1\",\"client_port\":")
                .contains(
                        "\"transport\":\"dns\",\"protocol\":\"udp\",\"id\":",
                        "\"opcode\":0,\"qname\":\"www.test.\",\"qtype\":\"A\",\"qclass\":\"IN\","
                                + "\"do\":false,\"bufsize\":512,\"request_size\":26,"
                                + "\"rcode\":\"NOERROR\",\"rflags\":\"qr,aa,rd\","
                                + "\"response_size\":42,\"class\":\"success\",\"duration_seconds\":",
                        "\"server\":\"dns://:0\",\"zone\":\".\",\"answered_by\":\"hosts\"",
                        "\"metadata\":{\"log/class\":\"success\",\"log/type\":\"NOERROR\"}")
                .endsWith("}");
    }

    @Test
    void aFailureSaysItsReason() throws Exception {
        var line = line(".:0 {\n    log\n    cancel\n}\n", "a.test.", "qname");
        assertThat(line)
                .contains(
                        "\"rcode\":\"SERVFAIL\"",
                        "\"error\":\"plugin/log: no next plugin found\",\"ede\":20,"
                                + "\"ede_text\":\"no plugin answers this name\"");
    }

    @Test
    void whatIsDroppedHasNoCode() throws Exception {
        var corefile = ".:0 {\n    log\n    acl {\n        drop type AAAA\n    }\n    whoami\n}\n";
        try (var server = new LiveServer(folder, corefile, JSON)) {
            server.onoma();
            var query = org.xbill.DNS.Type.AAAA;
            ask(server, query);
            server.ask("b.test.");
            LiveServer.until(() -> server.log().contains("b.test."));
            assertThat(server.log())
                    .contains("\"rcode\":null,\"rflags\":null,\"response_size\":0")
                    .contains("\"error\":\"dropped: ");
        }
    }

    // Sends, and waits for nothing.
    private static void ask(LiveServer server, int type) throws IOException {
        var question =
                org.xbill.DNS.Record.newRecord(
                        dev.onoma.api.Names.of("a.test."), type, org.xbill.DNS.DClass.IN);
        var packet = org.xbill.DNS.Message.newQuery(question).toWire();
        try (var socket = new java.net.DatagramSocket()) {
            socket.send(
                    new java.net.DatagramPacket(
                            packet,
                            packet.length,
                            java.net.InetAddress.getLoopbackAddress(),
                            server.onoma().port()));
        }
    }
}
