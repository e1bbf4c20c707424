package dev.onoma.plugins.dnssec;

import dev.onoma.api.Handler;
import dev.onoma.api.Names;
import dev.onoma.api.Next;
import dev.onoma.api.Outcome;
import dev.onoma.api.WireSections;
import dev.onoma.server.wire.Encoder;
import dev.onoma.server.wire.WireQuery;
import dev.onoma.testkit.Bench;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;
import org.xbill.DNS.ARecord;
import org.xbill.DNS.DClass;
import org.xbill.DNS.OPTRecord;
import org.xbill.DNS.Section;

/// What an answer costs that `dnssec` keeps signed, and one that nobody wants signed, up to the
/// octets for the socket. Neither may allocate:
///
/// ```
/// java -cp "$TEST_CLASS_PATH" org.openjdk.jmh.Main DnssecBenchmark -prof gc
/// ```
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 3, time = 1)
@Fork(1)
public class DnssecBenchmark {
    private static final int QUERIES = 1024;

    private Path folder = Path.of("");
    private Handler dnssec = Handler.PASS;
    private Next next = Bench.NOTHING;
    private final WireQuery[] plain = new WireQuery[QUERIES];
    private final WireQuery[] wanting = new WireQuery[QUERIES];
    private final WireSections[] ready = new WireSections[QUERIES];
    private final Encoder encoder = new Encoder();
    private int turn;

    @Setup
    public void prepare() throws Exception {
        folder = Files.createTempDirectory("dnssec");
        Files.writeString(
                folder.resolve("K.key"), DnssecTest.PUBLIC.formatted("example.org.", 257));
        Files.writeString(folder.resolve("K.private"), DnssecTest.SECRET);
        var bench = new Bench("example.org.");
        bench.root(folder);
        dnssec = bench.start(new Dnssec(), "dnssec {\nkey file K\n}");
        // The answer of a query is that of its place.
        next = q -> q.reply().authoritative().sections(Objects.requireNonNull(ready[turn])).build();
        for (int i = 0; i < QUERIES; i++) {
            var name = "h%d.example.org.".formatted(i);
            var address = new byte[] {10, 0, (byte) (i >> 8), (byte) i};
            var records =
                    List.<org.xbill.DNS.Record>of(
                            new ARecord(
                                    Names.of(name),
                                    DClass.IN,
                                    60,
                                    java.net.InetAddress.getByAddress(address)));
            ready[i] = WireSections.of(Names.of(name), records, List.of(), List.of());
            plain[i] = bench.query(name, "A");
            var message = Bench.message(name, "A", DClass.IN);
            message.addRecord(new OPTRecord(1232, 0, 0, 0x8000), Section.ADDITIONAL);
            wanting[i] = bench.query(message);
            turn = i;
            dnssec.handle(wanting[i], next).toStage().toCompletableFuture().join();
        }
    }

    @TearDown
    public void clean() throws Exception {
        Files.delete(folder.resolve("K.key"));
        Files.delete(folder.resolve("K.private"));
        Files.delete(folder);
    }

    @Benchmark
    public int unsigned() {
        turn = turn + 1 & QUERIES - 1;
        return encoded(plain[turn]);
    }

    @Benchmark
    public int signed() {
        turn = turn + 1 & QUERIES - 1;
        return encoded(wanting[turn]);
    }

    private int encoded(WireQuery query) {
        return dnssec.handle(query, next) instanceof Outcome.Reply(var response)
                ? encoder.encode(query, response)
                : -1;
    }
}
