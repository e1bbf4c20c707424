package dev.onoma.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import dev.onoma.testkit.Authority;
import dev.onoma.testkit.Cluster;
import dev.onoma.testkit.OnomaSubject;
import dev.onoma.testkit.Subject;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.xbill.DNS.Message;
import org.xbill.DNS.Rcode;
import org.xbill.DNS.Type;

/// Listeners all of whose places (`max_connections`) are taken: who holds them for nothing gives
/// way to clients that have none, and who waits for an answer gets it.
@Timeout(60)
final class FullListenersTest {
    private static final int PLACES = 20;
    private static final int SOURCES = 10;
    private static final String NEWCOMER = "127.0.1.1";

    @TempDir private Path folder;

    private final List<Dialog> held = new ArrayList<>();
    private HeldUpstream upstream;
    private Doors doors;

    @SuppressWarnings("NullAway.Init") // The set-up starts it.
    private Subject.Running onoma;

    @BeforeEach
    void start() throws Exception {
        Authority.in(folder).issue("tls", "dns.example", "127.0.0.1");
        upstream = new HeldUpstream();
        doors = Doors.choose();
        var corefile =
                """
                %s {
                    tls tls.pem tls.key
                    https {
                        max_connections %2$d
                    }
                    grpc_server {
                        max_connections %2$d
                    }
                    https3 {
                        max_connections %2$d
                    }
                    quic {
                        max_connections %2$d
                    }
                    template IN A up.test {
                        answer "{{ .Name }} 0 IN A 192.0.2.1"
                    }
                    forward test 127.0.0.1:%3$d {
                        prefer_udp
                    }
                }
                """
                        .formatted(doors.keys("test"), PLACES, upstream.port());
        var setup = new Subject.Setup(folder, corefile, doors.port(Way.UDP), Cluster.none(folder));
        onoma = new OnomaSubject().start(setup);
    }

    @AfterEach
    void close() throws IOException {
        for (var dialog : held) {
            dialog.close();
        }
        onoma.close();
        upstream.close();
    }

    private Dialog open(Way way, String from) throws IOException {
        return way.open(from, doors.port(way), new byte[0]);
    }

    private void fill(Way way) throws IOException {
        for (int i = 0; i < PLACES; i++) {
            held.add(open(way, "127.0.0." + (2 + i % SOURCES)));
        }
    }

    private static void assertAnswered(Way way, Dialog dialog) throws Exception {
        var answer = dialog.ask(way.query("a.up.test.", Type.A)).next();
        assertThat(new Message(answer).getRcode()).isEqualTo(Rcode.NOERROR);
    }

    @ParameterizedTest
    @EnumSource(names = {"HTTP1", "HTTPS_POST", "GRPC", "QUIC", "HTTPS3"})
    void whoHasNoneGetsThePlaceOfOneThatRests(Way way) throws Exception {
        fill(way);
        assertAnswered(way, held.getFirst());
        try (var newcomer = open(way, NEWCOMER)) {
            assertAnswered(way, newcomer);
            assertThat(newcomer.isOpen()).isTrue();
        }
        // The one that had rested longest.
        assertThat(held.get(1).awaitEnd()).isEqualTo(way.orderlyEnd());
        assertThat(held.stream().filter(Dialog::isOpen)).hasSize(held.size() - 1);
        assertThat(onoma.log()).contains("(limit=\"listener\")");
    }

    @ParameterizedTest
    @EnumSource(names = {"HTTP1", "HTTPS_POST", "GRPC"})
    void whoWaitsForAnAnswerKeepsItsPlace(Way way) throws Exception {
        fill(way);
        var asked = new ArrayList<Dialog.Asked>();
        for (var dialog : held) {
            asked.add(dialog.ask(way.query("slow-%d.test.".formatted(asked.size()), Type.A)));
        }
        upstream.awaitHeld(asked.size());
        var third = new FutureTask<>(() -> open(way, "127.0.0.2"));
        Thread.startVirtualThread(third);
        var newcomer = new FutureTask<>(() -> open(way, NEWCOMER));
        Thread.startVirtualThread(newcomer);
        assertThat(newcomer.isDone()).isFalse();
        upstream.release();
        for (var each : asked) {
            assertThat(new Message(each.next()).getRcode()).isEqualTo(Rcode.NXDOMAIN);
        }
        try (var dialog = newcomer.get(30, TimeUnit.SECONDS)) {
            assertAnswered(way, dialog);
            assertThat(third.isDone()).isFalse(); // others have no more than it has
        }
        // The place that the newcomer has left.
        try (var dialog = third.get(30, TimeUnit.SECONDS)) {
            assertAnswered(way, dialog);
        }
    }
}
