package dev.onoma.plugins.trace;

import dev.onoma.api.Handler;
import dev.onoma.api.Next;
import dev.onoma.api.Outcome;
import dev.onoma.server.wire.WireQuery;
import dev.onoma.testkit.Bench;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/// What *trace* adds to a query: to one in AMOUNT, and to all others. Nobody takes the spans.
///
/// `java -cp test-classes:classes:$(cat class-path) org.openjdk.jmh.Main -prof gc TraceBenchmark`
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 3, time = 1)
@Fork(1)
public class TraceBenchmark {
    @Param({"0", "1000000000", "1"})
    public String every = "";

    private Handler trace;
    private WireQuery query;
    private Next next;

    @Setup
    public void setUp() {
        var bench = new Bench(".");
        trace = bench.setup(new Trace(), "trace 127.0.0.1:1 {\nevery " + every + "\n}");
        query = bench.query("www.example.org.", "A");
        Outcome reply = query.reply().build();
        next = _ -> reply;
    }

    @Benchmark
    public Outcome traced() {
        query.read(query.sizeOctets());
        return trace.handle(query, next);
    }
}
