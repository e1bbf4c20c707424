package dev.onoma.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import dev.onoma.testkit.Authority;
import dev.onoma.testkit.Cluster;
import dev.onoma.testkit.OnomaSubject;
import dev.onoma.testkit.Ports;
import dev.onoma.testkit.Subject;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketException;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.xbill.DNS.Message;
import org.xbill.DNS.Rcode;
import org.xbill.DNS.Section;
import org.xbill.DNS.Type;

/// A reload and the end of the server, on every [Way] while a query waits for its answer and
/// another connection idles: nothing is lost, connections stay or end in order.
@Timeout(60)
final class ReloadedWaysTest {
    private static final InetAddress LOOPBACK = InetAddress.ofLiteral("127.0.0.1");

    @TempDir private Path folder;

    private HeldUpstream upstream;
    private Doors doors;
    private int health;
    private boolean isProxied;

    @SuppressWarnings("NullAway.Init") // Every test starts it.
    private Subject.Running onoma;

    @BeforeEach
    void listen() throws Exception {
        upstream = new HeldUpstream();
        doors = Doors.choose();
        health = Ports.free();
    }

    @AfterEach
    void stop() throws IOException {
        onoma.close();
        upstream.close();
    }

    private void start() throws Exception {
        issue("one");
        onoma =
                new OnomaSubject()
                        .start(
                                new Subject.Setup(
                                        folder,
                                        corefile(doors, "one"),
                                        doors.port(Way.UDP),
                                        Cluster.none(folder)));
    }

    private void issue(String version) {
        Authority.in(folder).issue("tls", version + ".example", "127.0.0.1");
    }

    private String corefile(Doors of, String version) {
        return """
        %s {
            tls tls.pem tls.key
            %s
            health 127.0.0.1:%d {
                lameduck 300ms
            }
            grpc_server {
                max_streams %5$d
            }
            quic {
                max_streams %5$d
            }
            https3 {
                max_streams %5$d
            }
            template IN TXT version.test {
                answer "{{ .Name }} 0 IN TXT %4$s"
            }
            forward test 127.0.0.1:%6$d {
                prefer_udp
            }
        }
        """
                .formatted(
                        of.keys("test"),
                        isProxied ? "proxyproto {\ndefault use\n}" : "",
                        health,
                        version,
                        version.equals("one") ? 7 : 9,
                        upstream.port());
    }

    private Dialog open(Way way) throws IOException {
        var kind = way.isStream() ? "11" : "12";
        var header = "0d0a0d0a000d0a515549540a21" + kind + "000cc0000207c633640112670035";
        var front = isProxied ? HexFormat.of().parseHex(header) : new byte[0];
        return way.open(doors.port(way), front);
    }

    private static String version(Way way, Dialog dialog) throws Exception {
        var answer = new Message(dialog.ask(way.query("version.test.", Type.TXT)).next());
        return answer.getSection(Section.ANSWER).getFirst().rdataToString().replace("\"", "");
    }

    private static CompletableFuture<Void> aside(Callable<Void> deed) {
        return CompletableFuture.runAsync(
                () -> {
                    try {
                        deed.call();
                    } catch (Exception e) {
                        throw new CompletionException(e);
                    }
                },
                Thread::startVirtualThread);
    }

    // A reload ends when the queries of the configuration before have their answers.
    private CompletableFuture<Void> reloading(String corefile) {
        return aside(() -> {
            onoma.reload(corefile);
            return null;
        });
    }

    // A query after the other, until the new configuration answers.
    private void awaitVersion(Way way, String version, CompletableFuture<Void> reload)
            throws Exception {
        try (var dialog = open(way)) {
            while (!version(way, dialog).equals(version)) {
                assertThat(reload).isNotCompletedExceptionally();
            }
        }
    }

    private static void assertIsReleased(Dialog.Asked asked) throws Exception {
        assertThat(new Message(asked.next()).getRcode()).isEqualTo(Rcode.NXDOMAIN);
    }

    private static Stream<Object[]> waysWithAndWithoutProxy() {
        return Arrays.stream(Way.values())
                .flatMap(way -> Stream.of(new Object[] {way, false}, new Object[] {way, true}));
    }

    @ParameterizedTest
    @MethodSource("waysWithAndWithoutProxy")
    void aReloadKeepsConnectionsAndWhatIsAskedOnThem(Way way, boolean proxied) throws Exception {
        isProxied = proxied;
        start();
        try (var dialog = open(way);
                var idle = open(way)) {
            assertThat(version(way, dialog)).isEqualTo("one");
            assertThat(version(way, idle)).isEqualTo("one");
            var slow = dialog.ask(way.query("slow.test.", Type.A));
            upstream.awaitHeld(1);
            issue("two");
            var reload = reloading(corefile(doors, "two"));
            awaitVersion(way, "two", reload);
            upstream.release();
            assertIsReleased(slow);
            reload.get(10, TimeUnit.SECONDS);
            assertThat(version(way, dialog)).isEqualTo("two");
            assertThat(version(way, idle)).isEqualTo("two");
            assertThat(dialog.isOpen() && idle.isOpen()).isTrue();
            assertThat(way.subject(doors.port(way))).isIn("", "CN=two.example");
        }
    }

    @ParameterizedTest
    @EnumSource
    void aListenerThatIsRemovedAnswersWhatItWasAsked(Way way) throws Exception {
        start();
        var other = way.scheme().equals("dns") ? Way.TLS : Way.TCP;
        var ports = new LinkedHashMap<>(doors.ports());
        ports.remove(way.scheme());
        try (var dialog = open(way);
                var idle = open(way)) {
            assertThat(version(way, idle)).isEqualTo("one");
            var slow = dialog.ask(way.query("slow.test.", Type.A));
            upstream.awaitHeld(1);
            var reload = reloading(corefile(new Doors(ports), "two"));
            awaitVersion(other, "two", reload);
            assertEndsInOrder(way, idle);
            if (way.isStream()) {
                awaitRefused(doors.port(way));
            }
            upstream.release();
            assertIsReleased(slow);
            assertEndsInOrder(way, dialog);
            reload.get(10, TimeUnit.SECONDS);
        }
    }

    private static void awaitRefused(int port) throws IOException {
        while (true) {
            try (var _ = new Socket(LOOPBACK, port)) {
                Thread.onSpinWait();
            } catch (ConnectException _) {
                return;
            } catch (SocketException _) {
                // Reset: the socket was closed between our connection and its accept.
            }
        }
    }

    private static void assertEndsInOrder(Way way, Dialog dialog) throws Exception {
        if (way != Way.UDP) {
            assertThat(dialog.awaitEnd()).isEqualTo(way.orderlyEnd());
        }
    }

    @ParameterizedTest
    @EnumSource
    void theEndWaitsForAnswersAndEndsConnectionsInOrder(Way way) throws Exception {
        start();
        try (var dialog = open(way);
                var idle = open(way)) {
            var slow = dialog.ask(way.query("slow.test.", Type.A));
            upstream.awaitHeld(1);
            var end =
                    aside(() -> {
                        onoma.close();
                        return null;
                    });
            // A lame duck is asked as before.
            assertThat(version(way, idle)).isEqualTo("one");
            awaitRefused(doors.port(Way.TCP));
            upstream.release();
            assertIsReleased(slow);
            assertEndsInOrder(way, dialog);
            assertEndsInOrder(way, idle);
            end.get(10, TimeUnit.SECONDS);
        }
    }

    private void assertIsAnsweredAfterLastWord(Way way, Dialog dialog) throws Exception {
        try (dialog;
                var other = open(way)) {
            var slow = dialog.ask(way.query("slow.test.", Type.A));
            upstream.awaitHeld(1);
            dialog.sayNoMore();
            assertThat(version(way, other)).isEqualTo("one"); // and the server has heard it
            upstream.release();
            assertIsReleased(slow);
            assertEndsInOrder(way, dialog);
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"TCP", "TLS"})
    void whoSaysNoMoreIsAnsweredWhatWasAsked(Way way) throws Exception {
        start();
        assertIsAnsweredAfterLastWord(way, open(way));
    }

    @ParameterizedTest
    @EnumSource(names = {"TLS", "HTTP1", "HTTPS_POST", "GRPC"})
    void whoSaysNoMoreOverOldTlsIsAnsweredWhatWasAsked(Way way) throws Exception {
        start();
        assertIsAnsweredAfterLastWord(way, way.openOverOldTls(doors.port(way)));
    }

    private static long streams(Way way, Dialog dialog) {
        return switch (dialog) {
            case QuicDialog quic -> quic.streamsAllowed();
            case Http2Dialog http2 -> http2.streamsAllowed();
            default -> throw new IllegalArgumentException(way + " has no streams");
        };
    }

    @ParameterizedTest
    @EnumSource(names = {"GRPC", "QUIC", "HTTPS3"})
    void connectionsHaveTheStreamsOfTheConfigurationTheyBeganUnder(Way way) throws Exception {
        start();
        try (var before = open(way)) {
            assertThat(streams(way, before)).isEqualTo(7);
            onoma.reload(corefile(doors, "two"));
            try (var after = open(way)) {
                assertThat(streams(way, after)).isEqualTo(9);
                for (int i = 0; i < 20; i++) {
                    assertThat(version(way, before)).isEqualTo("two");
                    assertThat(version(way, after)).isEqualTo("two");
                }
            }
            onoma.reload(corefile(doors, "one"));
            assertThat(version(way, before)).isEqualTo("one");
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"QUIC", "HTTPS3"})
    void connectionsFromManyConfigurationsAgoEndInOrder(Way way) throws Exception {
        start();
        var dialogs = new ArrayDeque<Dialog>();
        for (int i = 0; i < 9; i++) {
            dialogs.add(open(way));
            assertThat(version(way, dialogs.getLast())).isNotEmpty();
            onoma.reload(corefile(doors, i % 2 == 0 ? "two" : "one"));
        }
        assertEndsInOrder(way, dialogs.removeFirst());
        for (var dialog : dialogs) {
            assertThat(version(way, dialog)).isEqualTo("two");
            dialog.close();
        }
    }
}
