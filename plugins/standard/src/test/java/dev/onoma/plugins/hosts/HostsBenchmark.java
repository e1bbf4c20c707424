package dev.onoma.plugins.hosts;

import dev.onoma.api.Handler;
import dev.onoma.api.Outcome;
import dev.onoma.server.wire.WireQuery;
import dev.onoma.testkit.Bench;
import java.nio.file.Files;
import java.nio.file.Path;
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

/// What `hosts` costs for a name of a table of 100,000 names, for one that is not in it, and for a
/// reverse name. It must not allocate:
///
/// ```
/// java -cp "$TEST_CLASS_PATH" org.openjdk.jmh.Main HostsBenchmark -prof gc
/// ```
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 3, time = 1)
@Fork(1)
public class HostsBenchmark {
    private static final int NAMES = 100_000;
    private static final int QUERIES = 1024;

    private Path file = Path.of("");
    private Handler hosts = Handler.PASS;
    private final WireQuery[] known = new WireQuery[QUERIES];
    private final WireQuery[] unknown = new WireQuery[QUERIES];
    private final WireQuery[] reverse = new WireQuery[QUERIES];
    private int turn;

    @Setup
    public void prepare() throws Exception {
        file = Files.createTempFile("hosts", ".txt");
        var lines = new StringBuilder();
        for (int i = 0; i < NAMES; i++) {
            lines.append(
                    "10.%d.%d.%d n%d.example.org\n".formatted(i >> 16, i >> 8 & 255, i & 255, i));
        }
        Files.writeString(file, lines);
        var bench = new Bench("example.org.");
        hosts = bench.start(new Hosts(), "hosts %s {\nfallthrough\n}".formatted(file));
        for (int i = 0; i < QUERIES; i++) {
            int n = i * 97;
            known[i] = bench.query("n%d.example.org.".formatted(n), "A");
            unknown[i] = bench.query("m%d.example.org.".formatted(n), "A");
            reverse[i] =
                    bench.query(
                            "%d.%d.%d.10.in-addr.arpa.".formatted(n & 255, n >> 8 & 255, n >> 16),
                            "PTR");
        }
    }

    @TearDown
    public void clean() throws Exception {
        Files.delete(file);
    }

    @Benchmark
    public Outcome known() {
        return hosts.handle(known[turn++ & QUERIES - 1], Bench.NOTHING);
    }

    @Benchmark
    public Outcome unknown() {
        return hosts.handle(unknown[turn++ & QUERIES - 1], Bench.NOTHING);
    }

    @Benchmark
    public Outcome reverse() {
        return hosts.handle(reverse[turn++ & QUERIES - 1], Bench.NOTHING);
    }
}
