package dev.onoma.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import dev.onoma.testkit.Authority;
import dev.onoma.testkit.Cluster;
import dev.onoma.testkit.Nsd;
import dev.onoma.testkit.OnomaSubject;
import dev.onoma.testkit.Ports;
import dev.onoma.testkit.Subject;
import java.io.DataInputStream;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.xbill.DNS.DClass;
import org.xbill.DNS.Flags;
import org.xbill.DNS.Message;
import org.xbill.DNS.Name;
import org.xbill.DNS.Rcode;
import org.xbill.DNS.Record;
import org.xbill.DNS.Section;
import org.xbill.DNS.Type;

/// Zones that go out whole, to clients and servers of others (rows X01 to X07 of the requirements).
final class TransferTest {
    private static final InetAddress LOOPBACK = InetAddress.ofLiteral("127.0.0.1");
    private static final int NAMES = 20_000;
    private static final long PATIENCE_NANOS = TimeUnit.SECONDS.toNanos(30);

    @TempDir Path folder;

    private final String dig = Tools.tool("dig", "bind9-dnsutils");

    private Subject.Running onoma(String corefile, int port) throws Exception {
        return new OnomaSubject()
                .start(new Subject.Setup(folder, corefile, port, Cluster.none(folder)));
    }

    private String dig(int port, String... words) throws IOException, InterruptedException {
        var command = new ArrayList<>(List.of(dig, "@127.0.0.1", "-p", "" + port));
        command.addAll(List.of(words));
        return Tools.run(command.toArray(String[]::new));
    }

    private String sorted(String file) throws IOException, InterruptedException {
        return Tools.run(
                Tools.tool("ldns-read-zone", "ldnsutils"),
                "-c",
                "-z",
                folder.resolve(file).toString());
    }

    private void hardZone() throws IOException {
        try (var in = getClass().getResourceAsStream("hard.zone")) {
            Files.write(folder.resolve("hard.zone"), in.readAllBytes());
        }
    }

    private void largeZone(String file, int serial) throws IOException {
        var zone = new StringBuilder("$ORIGIN large.test.\n$TTL 300\n");
        zone.append(
                "@ SOA ns.large.test. host.large.test. %d 3600 600 86400 60\n".formatted(serial));
        zone.append("@ NS ns.large.test.\nns A 192.0.2.1\n");
        for (int i = 0; i < NAMES; i++) {
            zone.append("host%d A 192.0.2.%d\n".formatted(i, i & 0xff));
            zone.append("host%d TXT \"this is host %1$d of a large zone\"\n".formatted(i));
        }
        // In place at once, as editors write.
        var temporary = folder.resolve(file + ".new");
        Files.writeString(temporary, zone);
        Files.move(
                temporary,
                folder.resolve(file),
                StandardCopyOption.ATOMIC_MOVE,
                StandardCopyOption.REPLACE_EXISTING);
    }

    @Test
    void everyRecordGoesOutOnce() throws Exception {
        hardZone();
        // The file without its directives, as another server reads it.
        Files.writeString(
                folder.resolve("theirs.zone"),
                Tools.run(
                        Tools.tool("named-compilezone", "bind9-utils"),
                        "-i",
                        "none",
                        "-k",
                        "ignore",
                        "-q",
                        "-o",
                        "-",
                        "hard.test",
                        folder.resolve("hard.zone").toString()));
        int port = Ports.free();
        try (var _ = onoma("hard.test {\n transfer {\n to *\n }\n file hard.zone\n}\n", port)) {
            Files.writeString(
                    folder.resolve("ours.zone"),
                    dig(port, "+onesoa", "+nocmd", "hard.test", "AXFR"));
        }
        assertThat(sorted("ours.zone")).hasLineCount(sorted("theirs.zone").split("\n").length);
        assertThat(sorted("ours.zone")).isEqualTo(sorted("theirs.zone"));
    }

    @Test
    void aLargeZoneTakesManyMessagesAndBeginsAndEndsWithItsSoa() throws Exception {
        largeZone("large.zone", 1);
        int port = Ports.free();
        try (var _ = onoma("large.test {\n transfer {\n to *\n }\n file large.zone\n}\n", port);
                var socket = new Socket(LOOPBACK, port)) {
            socket.setSoTimeout(20_000);
            var in = new DataInputStream(socket.getInputStream());
            ask(socket, Type.AXFR);
            ask(socket, Type.SOA); // answered beside the transfer, or behind it
            int messages = 0;
            int records = 0;
            int soas = 0;
            boolean other = false;
            int last = 0;
            while (soas < 2 || !other) {
                var octets = new byte[in.readUnsignedShort()];
                in.readFully(octets);
                var message = new Message(octets);
                assertThat(message.getRcode()).isZero();
                assertThat(message.getHeader().getFlag(Flags.AA)).isTrue();
                if (message.getQuestion().getType() == Type.SOA) {
                    other = true;
                    continue;
                }
                messages++;
                for (var r : message.getSection(Section.ANSWER)) {
                    assertThat(records > 0 || r.getType() == Type.SOA).isTrue();
                    records++;
                    last = r.getType();
                    soas += last == Type.SOA ? 1 : 0;
                }
            }
            assertThat(last).isEqualTo(Type.SOA);
            assertThat(records).isEqualTo(2 * NAMES + 4);
            assertThat(messages).isBetween(50, 500);
        }
    }

    private static void ask(Socket socket, int type) throws IOException {
        var name = Name.fromConstantString("large.test.");
        var query = Message.newQuery(Record.newRecord(name, type, DClass.IN)).toWire();
        var framed = new byte[query.length + 2];
        framed[1] = (byte) query.length;
        System.arraycopy(query, 0, framed, 2, query.length);
        socket.getOutputStream().write(framed);
    }

    @Test
    void whoMayNotHaveAZoneIsRefused() throws Exception {
        largeZone("large.zone", 7);
        Files.writeString(
                folder.resolve("sub.zone"),
                "@ 60 IN SOA ns.large.test. host.large.test. 1 2 3 4 5\n@ 60 IN NS ns.large.test.\n");
        int port = Ports.free();
        var corefile =
                """
                large.test {
                    transfer large.test {
                        to *
                    }
                    transfer SUB.large.test {
                        to 192.0.2.53
                    }
                    file large.zone large.test
                    file sub.zone sub.large.test
                }
                """;
        try (var _ = onoma(corefile, port)) {
            assertThat(dig(port, "+tcp", "sub.large.test", "AXFR")).contains("Transfer failed");
            assertThat(dig(port, "+tcp", "Sub.Large.Test", "AXFR")).contains("Transfer failed");
            assertThat(dig(port, "+tcp", "host1.large.test", "AXFR")).contains("Transfer failed");
            for (int type : new int[] {Type.AXFR, Type.IXFR}) {
                assertThat(rcodeOverUdp(port, type)).isEqualTo(Rcode.REFUSED);
            }
            // X05, and who is ahead of us gets no zone.
            for (int serial : new int[] {7, 8}) {
                var current =
                        dig(port, "+tcp", "+noall", "+answer", "large.test", "IXFR=" + serial);
                assertThat(current.strip()).hasLineCount(1).contains(" 7 3600 600 86400 60");
            }
            // X06.
            assertThat(dig(port, "+tcp", "+noall", "+answer", "large.test", "IXFR=6"))
                    .hasLineCount(2 * NAMES + 4);
        }
    }

    private static int rcodeOverUdp(int port, int type) throws IOException {
        try (var socket = new DatagramSocket()) {
            socket.setSoTimeout(20_000);
            var name = Name.fromConstantString("large.test.");
            var query = Message.newQuery(Record.newRecord(name, type, DClass.IN)).toWire();
            socket.send(new DatagramPacket(query, query.length, LOOPBACK, port));
            var packet = new DatagramPacket(new byte[512], 512);
            socket.receive(packet);
            return packet.getData()[3] & 15;
        }
    }

    @Test
    void transfersGoOverTlsAndNotOverHttps() throws Exception {
        var kdig = Tools.tool("kdig", "knot-dnsutils");
        Authority.in(folder).issue("tls", "dns.example", "127.0.0.1");
        largeZone("large.zone", 1);
        int port = Ports.free();
        var dot = "" + Ports.free();
        var doh = "" + Ports.free();
        var corefile =
                """
                dns://large.test tls://large.test:%s https://large.test:%s {
                    tls tls.pem tls.key
                    transfer {
                        to *
                    }
                    file large.zone
                }
                """
                        .formatted(dot, doh);
        try (var _ = onoma(corefile, port)) {
            var server = "@127.0.0.1";
            var whole = Tools.run(kdig, server, "-p", dot, "+tls", "large.test", "AXFR");
            var hosts = whole.lines().filter(line -> line.startsWith("host")).count();
            assertThat(hosts)
                    .as(whole.substring(0, Math.min(500, whole.length())))
                    .isEqualTo(2 * NAMES);
            assertThat(Tools.run(kdig, server, "-p", doh, "+https", "large.test", "AXFR"))
                    .doesNotContain("host1.large.test.");
        }
    }

    @Test
    void nsdIsASecondaryThatHearsOfChanges() throws Exception {
        var program = Tools.tool("nsd", "nsd");
        largeZone("large.zone", 1);
        int port = Ports.free();
        int nsdPort = Ports.free();
        var corefile =
                """
                large.test {
                    transfer {
                        to 127.0.0.1:%d
                        source 127.0.0.1
                    }
                    file large.zone {
                        reload 1s
                    }
                }
                """
                        .formatted(nsdPort);
        try (var running = onoma(corefile, port)) {
            var nsd = nsd(program, nsdPort, port);
            try {
                expectSerial(nsdPort, 1, running);
                largeZone("large.zone", 2);
                expectSerial(nsdPort, 2, running);
                assertThat(running.log())
                        .contains("Outgoing incremental transfer of zone \"large.test.\"");
            } finally {
                nsd.destroy();
                nsd.waitFor(5, TimeUnit.SECONDS);
            }
        }
    }

    // The retry of the zone's SOA record is far longer than this waits: only NOTIFY is in time.
    private void expectSerial(int port, int serial, Subject.Running onoma) throws Exception {
        long begin = System.nanoTime();
        var said = "";
        while (System.nanoTime() - begin < PATIENCE_NANOS) {
            said = dig(port, "+short", "+time=1", "+tries=1", "large.test", "SOA");
            if (said.contains(" " + serial + " 3600 ")) {
                var last = dig(port, "+short", "host%d.large.test".formatted(NAMES - 1), "A");
                assertThat(last.strip()).isEqualTo("192.0.2." + (NAMES - 1 & 0xff));
                return;
            }
        }
        assertThat(said).as(onoma.log()).contains(" " + serial + " 3600 ");
    }

    private Process nsd(String program, int port, int primary) throws IOException {
        Files.writeString(
                folder.resolve("nsd.conf"),
                Nsd.configuration(folder, port)
                        + """
                        zone:
                            name: large.test
                            zonefile: "%s/secondary.zone"
                            allow-notify: 127.0.0.1 NOKEY
                            request-xfr: 127.0.0.1@%d NOKEY
                        """
                                .formatted(folder, primary),
                StandardCharsets.UTF_8);
        return new ProcessBuilder(program, "-d", "-c", folder.resolve("nsd.conf").toString())
                .redirectErrorStream(true)
                .redirectOutput(folder.resolve("nsd.out").toFile())
                .start();
    }
}
