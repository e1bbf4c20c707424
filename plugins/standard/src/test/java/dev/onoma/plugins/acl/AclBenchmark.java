package dev.onoma.plugins.acl;

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

/// What rules for thousands of networks cost, for a client that none is about and for one that is
/// refused.
///
/// ```
/// java -cp "$TEST_CLASS_PATH" org.openjdk.jmh.Main AclBenchmark -prof gc
/// ```
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 3, time = 1)
@Fork(1)
public class AclBenchmark {
    private static final Next ANSWER = query -> query.reply().build();

    private final Bench bench = new Bench("test.");
    private final WireQuery query = bench.query("www.test.", "A");
    private Handler passing = Handler.PASS;
    private Handler blocking = Handler.PASS;

    @Setup
    public void prepare() {
        var networks = new StringBuilder();
        for (int i = 0; i < 4096; i++) {
            networks.append(" 10.%d.%d.0/24".formatted(i >> 8, i & 255));
        }
        passing = bench.setup(new Acl(), "acl {\n    block type A AAAA net" + networks + "\n}");
        blocking = bench.setup(new Acl(), "acl {\n    block net 192.0.2.0/24\n}");
    }

    @Benchmark
    public Outcome isAllowed() {
        return passing.handle(query, ANSWER);
    }

    @Benchmark
    public Outcome isBlocked() {
        return blocking.handle(query, ANSWER);
    }
}
