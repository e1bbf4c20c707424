package dev.onoma.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import dev.onoma.testkit.Authority;
import dev.onoma.testkit.Cluster;
import dev.onoma.testkit.Ports;
import dev.onoma.testkit.Subject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.xbill.DNS.DClass;
import org.xbill.DNS.Message;
import org.xbill.DNS.Name;
import org.xbill.DNS.Record;
import org.xbill.DNS.Section;
import org.xbill.DNS.Type;

/// What exhausts servers of QUIC, in packets that no library would send: others are served, and
/// nothing of it stays.
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class QuicFloodsTest {
    private static final String SECONDS = "1";
    private static final String CONNECTIONS = "4";
    private static final long PATIENCE_NANOS = TimeUnit.SECONDS.toNanos(20);
    private static final String TIGHT = "onoma.memory.tight.octets";
    private static final String PIECES_REACHED =
            "onoma_limit_reached_total{limit=\"undelivered\",}";

    private final int quic = port();
    private final int https3 = port();
    private final int metrics = port();
    private Optional<Subject.Running> running = Optional.empty();

    private static int port() {
        try {
            return Ports.free();
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    @BeforeAll
    void start(@TempDir Path folder) throws Exception {
        Authority.in(folder).issue("tls", "127.0.0.1");
        Files.writeString(folder.resolve("hosts.txt"), "192.0.2.1 a.test\n");
        var corefile =
                """
                dns://test quic://test:%d https3://test:%d {
                    tls tls.pem tls.key
                    timeouts {
                        read 1s
                        idle 1s
                    }
                    prometheus 127.0.0.1:%d
                    hosts hosts.txt
                }
                """
                        .formatted(quic, https3, metrics);
        // As if memory were tight: only then pieces that may be kept end a connection.
        System.setProperty(TIGHT, "1");
        var setup = new Subject.Setup(folder, corefile, Ports.free(), Cluster.none(folder));
        running = Optional.of(Subjects.start(Subjects.chosen(), setup));
    }

    @AfterAll
    void stop() throws IOException {
        System.clearProperty(TIGHT);
        if (running.isPresent()) {
            running.get().close();
        }
    }

    private static byte[] query() throws IOException {
        var question = Record.newRecord(Name.fromString("a.test."), Type.A, DClass.IN);
        var query = Message.newQuery(question);
        query.getHeader().setID(0);
        return query.toWire();
    }

    private double value(String series) throws IOException {
        return MetricsPage.value(metrics, series).orElseThrow();
    }

    private void assertSinksToZero(String series) throws IOException, InterruptedException {
        long end = System.nanoTime() + PATIENCE_NANOS;
        while (value(series) > 0 && System.nanoTime() - end < 0) {
            TimeUnit.MILLISECONDS.sleep(20);
        }
        assertThat(value(series)).as(series).isZero();
    }

    /// @param bounded whether what the library may keep of it has to be bounded
    @ParameterizedTest
    @CsvSource({
        "pieces,true",
        "crypto,true",
        "paths,true",
        "updates,true",
        "pings,false",
        "resets,false",
        "initials,false",
        "versions,false"
    })
    void othersAreServedAndNothingStays(String kind, boolean bounded, @TempDir Path folder)
            throws Exception {
        double before = value(PIECES_REACHED);
        var script = Tools.script(folder, "quic_attacks.py");
        for (var way : new Way[] {Way.QUIC, Way.HTTPS3}) {
            var said =
                    Tools.run(
                            Tools.pythonForQuic(),
                            script,
                            kind,
                            "" + port(way),
                            way == Way.QUIC ? "doq" : "h3",
                            SECONDS,
                            CONNECTIONS);
            assertThat(said).as(kind).containsPattern("closed|open|refused|begun|sent");
            try (var other = way.open(port(way), new byte[0])) {
                assertThat(new Message(other.ask(query()).next()).getSection(Section.ANSWER))
                        .hasSize(1);
            }
        }
        if (bounded) {
            assertThat(value(PIECES_REACHED)).isGreaterThan(before);
        }
        assertSinksToZero("onoma_connections");
        assertSinksToZero("onoma_handshakes");
        assertSinksToZero("onoma_undelivered_octets");
        assertSinksToZero("onoma_unfinished_octets");
    }

    private int port(Way way) {
        return way == Way.QUIC ? quic : https3;
    }
}
