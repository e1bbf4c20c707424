package dev.onoma.zone;

import dev.onoma.api.Outcome;
import dev.onoma.server.wire.WireQuery;
import dev.onoma.testkit.Bench;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
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
import org.openjdk.jmh.annotations.Warmup;
import org.xbill.DNS.Name;

/// What an answer from a zone of 10,000 names costs: for a name that is there, one that a wildcard
/// stands for, one below a cut, and one that is not there. Answers that are kept must not allocate:
///
/// ```
/// java -cp "$TEST_CLASS_PATH" org.openjdk.jmh.Main ZoneAnswerBenchmark -prof gc
/// ```
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 3, time = 1)
@Fork(1)
public class ZoneAnswerBenchmark {
    private static final int NAMES = 10_000;
    private static final int QUERIES = 1024;

    private ZoneHandler handler = new ZoneHandler(() -> none(), false);
    private final WireQuery[] known = new WireQuery[QUERIES];
    private final WireQuery[] wildcard = new WireQuery[QUERIES];
    private final WireQuery[] below = new WireQuery[QUERIES];
    private final WireQuery[] absent = new WireQuery[QUERIES];
    private int turn;

    private static ZoneHandler.Zones none() {
        return new ZoneHandler.Zones(List.of(), List.of());
    }

    @Setup
    public void prepare() throws Exception {
        var text = new StringBuilder("$TTL 60\n@ SOA ns h 1 2 3 4 5\n@ NS ns\nns A 192.0.2.1\n");
        text.append("*.wild A 192.0.2.2\n");
        for (int i = 0; i < NAMES; i++) {
            text.append("h%d A 10.0.%d.%d\n".formatted(i, i >> 8, i & 255));
            text.append("sub%d NS ns.sub%d\nns.sub%d A 192.0.2.3\n".formatted(i, i, i));
        }
        var builder = new ZoneBuilder(Name.fromString("example.org."));
        var in = new ByteArrayInputStream(text.toString().getBytes(StandardCharsets.UTF_8));
        new ZoneReader(builder).read(in, Path.of("zone"));
        var zone = new ServedZone(Name.fromString("example.org."));
        zone.serve(builder.build("zone"));
        var zones = new ZoneHandler.Zones(List.of(zone), Collections.singletonList(null));
        handler = new ZoneHandler(() -> zones, false);
        var bench = new Bench("example.org.");
        for (int i = 0; i < QUERIES; i++) {
            known[i] = bench.query("h%d.example.org.".formatted(i * 7), "A");
            wildcard[i] = bench.query("w%d.wild.example.org.".formatted(i), "A");
            below[i] = bench.query("www.sub%d.example.org.".formatted(i * 7), "A");
            absent[i] = bench.query("nosuch%d.example.org.".formatted(i), "A");
        }
    }

    @Benchmark
    public Outcome known() {
        return handler.handle(known[turn++ & QUERIES - 1], Bench.NOTHING);
    }

    @Benchmark
    public Outcome wildcard() {
        return handler.handle(wildcard[turn++ & QUERIES - 1], Bench.NOTHING);
    }

    @Benchmark
    public Outcome below() {
        return handler.handle(below[turn++ & QUERIES - 1], Bench.NOTHING);
    }

    @Benchmark
    public Outcome absent() {
        return handler.handle(absent[turn++ & QUERIES - 1], Bench.NOTHING);
    }
}
