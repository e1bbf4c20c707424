package dev.onoma.plugins.rrl;

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
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/// What limiting responses costs for a client that stays within its limit.
///
/// ```
/// java -cp "$TEST_CLASS_PATH" org.openjdk.jmh.Main RrlBenchmark -prof gc
/// ```
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 3, time = 1)
@Fork(1)
public class RrlBenchmark {
    private static final Next ANSWER = query -> query.reply().build();

    private final Bench bench = new Bench("test.");
    private final WireQuery query = bench.query("www.test.", "A");
    private Handler rrl = Handler.PASS;

    @Setup
    public void prepare() {
        rrl = bench.setup(new Rrl(), "rrl {\n    responses-per-second 1000000\n}");
    }

    @Benchmark
    public Outcome withinTheLimit() {
        return rrl.handle(query, ANSWER);
    }
}
