package dev.onoma.plugins.rewrite;

import dev.onoma.api.Handler;
import dev.onoma.api.Next;
import dev.onoma.api.Outcome;
import dev.onoma.api.WireSections;
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
import org.xbill.DNS.Type;

/// What five rules cost for a name that none of them fits, which must not allocate, and for one
/// whose question is changed and whose answer, an address, is turned back; new names each time pass
/// the regular expression, too:
///
/// ```
/// java -cp "$TEST_CLASS_PATH" org.openjdk.jmh.Main RewriteBenchmark -prof gc
/// ```
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 3, time = 1)
@Fork(1)
public class RewriteBenchmark {
    private static final WireSections ADDRESS =
            WireSections.ofAddresses(Type.A, 60, new byte[] {10, 0, 0, 1});
    private static final Next ANSWER = query -> query.reply().sections(ADDRESS).build();
    private static final int NAMES = 1 << 14;

    private Handler rewrite = Handler.PASS;
    private final Bench bench = new Bench("test.");
    private final WireQuery other = bench.query("www.web.shop.svc.cluster.local.", "A");
    private final WireQuery changed = bench.query("db.red.test.", "A");
    private final WireQuery[] names = new WireQuery[NAMES];
    private int next;

    @Setup
    public void prepare() {
        rewrite =
                bench.setup(
                        new Rewrite(),
                        """
                        rewrite name a.test b.test
                        rewrite continue ttl suffix .ttl.test 30-300
                        rewrite stop name regex (.*)-(us-west-1)\\.example\\.org {1}.service.{2}.consul answer auto
                        rewrite name substring .service.red.test .blue.test answer auto
                        rewrite name suffix .red.test .blue.test answer auto
                        """);
        for (int i = 0; i < NAMES; i++) {
            names[i] = bench.query("ftp%d-us-west-1.example.org.".formatted(i), "A");
        }
    }

    @Benchmark
    public Outcome newNameByRegex() {
        return rewrite.handle(names[next++ & NAMES - 1], ANSWER);
    }

    @Benchmark
    public Outcome noRuleFits() {
        return rewrite.handle(other, ANSWER);
    }

    @Benchmark
    public Outcome nameIsChanged() {
        return rewrite.handle(changed, ANSWER);
    }
}
