package dev.onoma.plugins.view;

import dev.onoma.api.Query;
import dev.onoma.api.ViewFilter;
import dev.onoma.server.wire.WireQuery;
import dev.onoma.testkit.Bench;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
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

/// What the expressions of a view cost.
///
/// ```
/// java -cp "$TEST_CLASS_PATH" org.openjdk.jmh.Main ViewBenchmark -prof gc
/// ```
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 3, time = 1)
@Fork(1)
public class ViewBenchmark {
    private final Bench bench = new Bench("test.");
    private final WireQuery query = bench.query("www.test.", "A");
    private Predicate<Query> network = _ -> false;
    private Predicate<Query> several = _ -> false;

    @Setup
    public void prepare() {
        network = filter("view a {\n    expr incidr(client_ip(), '192.0.2.0/24')\n}");
        several =
                filter(
                        "view b {\n    expr name() matches '^www[.]' && type() in ['A', 'AAAA']\n"
                                + "    expr proto() == 'udp'\n}");
    }

    private Predicate<Query> filter(String text) {
        bench.setup(new View(), text);
        return bench.setting(ViewFilter.class).orElseThrow().accepts();
    }

    @Benchmark
    public boolean clientInNetwork() {
        return network.test(query);
    }

    @Benchmark
    public boolean severalConditions() {
        return several.test(query);
    }
}
