package dev.onoma.plugins.blocklist;

import dev.onoma.api.NameKey;
import dev.onoma.api.Names;
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

/// What a look into a list of a million names costs, for names all over it.
///
/// `java -cp ... org.openjdk.jmh.Main -prof gc BlocklistBenchmark`
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 3, time = 1)
@Fork(1)
public class BlocklistBenchmark {
    private static final int QUERIES = 1 << 14;

    private final NameTable table = new NameTable();
    private final NameKey[] listed = new NameKey[QUERIES];
    private final NameKey[] unlisted = new NameKey[QUERIES];
    private int next;

    /// Fills the table.
    @Setup
    public void fill() {
        for (int i = 0; i < 1_000_000; i++) {
            table.add(key("ad" + i + ".network" + i % 977), true, true, Verdict.USUAL);
        }
        for (int i = 0; i < QUERIES; i++) {
            int n = i * 61;
            listed[i] = key("www.ad" + n + ".network" + n % 977);
            unlisted[i] = key("www.site" + n + ".network" + n % 977);
        }
    }

    private static NameKey key(String name) {
        return NameKey.of(Names.of(name + ".example."));
    }

    /// A name below a listed one.
    @Benchmark
    public int listed() {
        return table.match(listed[next++ & QUERIES - 1]);
    }

    /// A name that is not listed: all its suffixes are looked for.
    @Benchmark
    public int unlisted() {
        return table.match(unlisted[next++ & QUERIES - 1]);
    }
}
