package dev.onoma.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import dev.onoma.testkit.Authority;
import dev.onoma.testkit.Cluster;
import dev.onoma.testkit.Ports;
import dev.onoma.testkit.ProcessSubject.RunningProcess;
import dev.onoma.testkit.Subject;
import java.io.DataInputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.xbill.DNS.Message;
import org.xbill.DNS.Rcode;
import org.xbill.DNS.Section;
import org.xbill.DNS.Type;

/// SIGTERM to a process that serves on every [Way], with PROXY headers and without: what was asked
/// is answered, connections end as their protocols say, and the process says that all is well.
@Timeout(90)
final class TerminationTest {
    private static final int RECORDS = 40_000; // more than sockets hold: 9 MB
    private static final int TALKS = 2 * Way.values().length;

    @TempDir private Path folder;

    private final List<Talk> talks = new ArrayList<>();
    private HeldUpstream upstream;
    private Doors plain;
    private Doors proxied;

    /// A client with a connection on which it has asked, and one that idles.
    private record Talk(Way way, boolean isProxied, Dialog dialog, Dialog idle)
            implements AutoCloseable {
        @Override
        public void close() throws IOException {
            dialog.close();
            idle.close();
        }
    }

    @BeforeEach
    void listen() throws Exception {
        Authority.in(folder).issue("tls", "dns.example", "127.0.0.1");
        upstream = new HeldUpstream();
        plain = Doors.choose();
        proxied = Doors.choose();
    }

    @AfterEach
    void close() throws IOException {
        for (var talk : talks) {
            talk.close();
        }
        upstream.close();
    }

    private RunningProcess start() throws Exception {
        var common =
                """
                    tls tls.pem tls.key
                    template IN A up.test {
                        answer "{{ .Name }} 0 IN A 192.0.2.1"
                    }
                    forward test 127.0.0.1:%d {
                        prefer_udp
                    }
                }
                """
                        .formatted(upstream.port());
        var corefile =
                """
                %s {
                    health 127.0.0.1:%d {
                        lameduck 2s
                    }
                %s
                %s {
                    proxyproto {
                        default use
                    }
                %s
                """
                        .formatted(
                                plain.keys("test"),
                                Ports.free(),
                                common,
                                proxied.keys("test"),
                                common);
        var setup = new Subject.Setup(folder, corefile, plain.port(Way.UDP), Cluster.none(folder));
        return Subjects.process().start(setup);
    }

    private void talk(Way way, boolean isProxied) throws IOException {
        var dialog = open(way, isProxied);
        talks.add(new Talk(way, isProxied, dialog, open(way, isProxied)));
    }

    private Dialog open(Way way, boolean isProxied) throws IOException {
        return isProxied
                ? way.open(proxied.port(way), header(way))
                : way.open(plain.port(way), new byte[0]);
    }

    // PROXY, version 2: 192.0.2.99 port 4660 asks 192.0.2.53 port 53.
    private static byte[] header(Way way) {
        var kind = way.isStream() ? "11" : "12";
        return HexFormat.of()
                .parseHex("0d0a0d0a000d0a515549540a21" + kind + "000cc0000263c000023512340035");
    }

    private static void assertAnswered(Way way, Dialog dialog) throws Exception {
        var answer = dialog.ask(way.query("a.up.test.", Type.A)).next();
        assertThat(new Message(answer).getRcode()).isEqualTo(Rcode.NOERROR);
    }

    private List<Dialog.Asked> askAll() throws Exception {
        var all = new ArrayList<Dialog.Asked>();
        for (var talk : talks) {
            var name = "slow-%d.test.".formatted(all.size());
            all.add(talk.dialog().ask(talk.way().query(name, Type.A)));
        }
        upstream.awaitHeld(all.size());
        return all;
    }

    private static FutureTask<Integer> aside(Callable<Integer> deed) {
        var task = new FutureTask<>(deed);
        Thread.startVirtualThread(task);
        return task;
    }

    @Test
    void answersInFlightArriveAndConnectionsEndInOrder() throws Exception {
        try (var process = start()) {
            for (var way : Way.values()) {
                talk(way, false);
                talk(way, true);
            }
            for (var talk : talks) {
                assertAnswered(talk.way(), talk.idle());
            }
            var asked = askAll();
            var exit = aside(process::terminate);
            for (var talk : talks) {
                assertAnswered(talk.way(), talk.idle()); // a lame duck is asked as before
            }
            for (var talk : talks) {
                assertEndsInOrder(talk, talk.idle());
            }
            upstream.release();
            for (int i = 0; i < TALKS; i++) {
                assertThat(new Message(asked.get(i).next()).getRcode())
                        .as(talks.get(i).toString())
                        .isEqualTo(Rcode.NXDOMAIN);
                assertEndsInOrder(talks.get(i), talks.get(i).dialog());
            }
            assertThat(exit.get(60, TimeUnit.SECONDS)).isZero();
            assertThat(process.log()).contains("SIGTERM").doesNotContain("[ERROR]", "[WARNING]");
        }
    }

    private static void assertEndsInOrder(Talk talk, Dialog dialog) throws Exception {
        if (talk.way() != Way.UDP) {
            assertThat(dialog.awaitEnd()).as(talk.toString()).isEqualTo(talk.way().orderlyEnd());
        }
    }

    private static String zone() {
        var zone =
                new StringBuilder("big.test. 60 IN SOA ns.big.test. admin.big.test. 1 2 3 4 5\n");
        zone.append("big.test. 60 IN NS ns.big.test.\n");
        for (int i = 0; i < RECORDS; i++) {
            zone.append("n%d.big.test. 60 IN TXT \"%s\"\n".formatted(i, "x".repeat(200)));
        }
        return zone.toString();
    }

    /// Somebody who wants a zone, with little room for what comes.
    private Socket transfer() throws IOException {
        var socket = new Socket();
        socket.setReceiveBufferSize(4096);
        socket.connect(
                new InetSocketAddress(InetAddress.getLoopbackAddress(), plain.port(Way.TCP)));
        var query = Way.TCP.query("big.test.", Type.AXFR);
        var prefix = new byte[] {(byte) (query.length >> 8), (byte) query.length};
        socket.getOutputStream().write(Way.join(prefix, query));
        return socket;
    }

    private static Message next(Socket socket) throws IOException {
        var in = new DataInputStream(socket.getInputStream());
        return new Message(in.readNBytes(in.readUnsignedShort()));
    }

    private static int records(Message message) {
        return message.getSection(Section.ANSWER).size();
    }

    @Test
    void aTransferIsCompletedAndWhoDoesNotTakeHisIsNotWaitedForLong() throws Exception {
        Files.writeString(folder.resolve("big.zone"), zone());
        var corefile =
                """
                %s {
                    tls tls.pem tls.key
                    file big.zone big.test
                    transfer {
                        to *
                    }
                }
                """
                        .formatted(plain.keys("test"));
        var setup = new Subject.Setup(folder, corefile, plain.port(Way.UDP), Cluster.none(folder));
        try (var process = Subjects.process().start(setup);
                var taking = transfer();
                var stuck = transfer();
                var idle = Way.TCP.open(plain.port(Way.TCP))) {
            int records = records(next(taking));
            assertThat(records(next(stuck))).isPositive();
            var exit = aside(process::terminate);
            assertThat(idle.awaitEnd()).isEqualTo(Way.TCP.orderlyEnd());
            while (records < RECORDS + 3) { // NS, and SOA at both ends
                records += records(next(taking));
            }
            assertThat(taking.getInputStream().read()).isNegative();
            assertThat(exit.get(60, TimeUnit.SECONDS)).isZero();
            assertThat(process.log()).contains("some clients have not taken their answers in time");
        }
    }
}
