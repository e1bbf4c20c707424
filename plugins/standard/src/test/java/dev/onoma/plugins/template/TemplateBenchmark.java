package dev.onoma.plugins.template;

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

/// What a template costs: its answer for a name that was asked before and for names that were not,
/// and a name that none matches.
///
/// ```
/// java -cp "$TEST_CLASS_PATH" org.openjdk.jmh.Main TemplateBenchmark -prof gc
/// ```
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 3, time = 1)
@Fork(1)
public class TemplateBenchmark {
    private static final Next ANSWER = query -> query.reply().build();
    private static final int NAMES = 1 << 14;

    private final Bench bench = new Bench("test.");
    private final WireQuery again = bench.query("ip-192-0-2-7.test.", "A");
    private final WireQuery other = bench.query("www.test.", "A");
    private final WireQuery[] names = new WireQuery[NAMES];
    private Handler template = Handler.PASS;
    private int next;

    @Setup
    public void prepare() {
        template =
                bench.setup(
                        new TemplatePlugin(),
                        """
                        template IN A test {
                            match ^ip-(?P<a>[0-9]+)-(?P<b>[0-9]+)-(?P<c>[0-9]+)-(?P<d>[0-9]+)[.]test[.]$
                            answer "{{ .Name }} 60 IN A {{ .Group.a }}.{{ .Group.b }}.{{ .Group.c }}.{{ .Group.d }}"
                            fallthrough
                        }
                        """);
        for (int i = 0; i < NAMES; i++) {
            names[i] = bench.query("ip-10-0-%d-%d.test.".formatted(i >> 8, i & 255), "A");
        }
    }

    @Benchmark
    public Outcome answerAgain() {
        return template.handle(again, ANSWER);
    }

    @Benchmark
    public Outcome answerFirst() {
        return template.handle(names[next++ & NAMES - 1], ANSWER);
    }

    @Benchmark
    public Outcome noMatch() {
        return template.handle(other, ANSWER);
    }
}
