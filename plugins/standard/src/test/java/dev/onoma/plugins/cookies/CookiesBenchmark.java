package dev.onoma.plugins.cookies;

import dev.onoma.api.Handler;
import dev.onoma.api.Next;
import dev.onoma.api.Outcome;
import dev.onoma.server.wire.WireQuery;
import dev.onoma.testkit.Bench;
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
import org.xbill.DNS.DClass;
import org.xbill.DNS.EDNSOption;
import org.xbill.DNS.GenericEDNSOption;
import org.xbill.DNS.OPTRecord;
import org.xbill.DNS.Section;

/// What a cookie costs: making the first one for a client, and checking the one it brings.
///
/// ```
/// java -cp "$TEST_CLASS_PATH" org.openjdk.jmh.Main CookiesBenchmark -prof gc
/// ```
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 3, time = 1)
@Fork(1)
public class CookiesBenchmark {
    private static final Next ANSWER = query -> query.reply().build();

    private final Bench bench = new Bench("test.");
    private WireQuery first = bench.query("www.test.", "A");
    private WireQuery again = first;
    private Handler cookies = Handler.PASS;

    @Setup
    public void prepare() {
        cookies = bench.setup(new Cookies(), "cookies");
        first = query(new byte[] {1, 2, 3, 4, 5, 6, 7, 8});
        if (!(cookies.handle(first, ANSWER) instanceof Outcome.Reply(var response))) {
            throw new IllegalStateException("no response");
        }
        again = query(response.options().getFirst().data());
    }

    private WireQuery query(byte[] cookie) {
        var message = Bench.message("www.test.", "A", DClass.IN);
        EDNSOption option = new GenericEDNSOption(10, cookie);
        message.addRecord(new OPTRecord(1232, 0, 0, 0, List.of(option)), Section.ADDITIONAL);
        return bench.query(message);
    }

    @Benchmark
    public Outcome firstCookie() {
        return cookies.handle(first, ANSWER);
    }

    @Benchmark
    public Outcome validCookie() {
        return cookies.handle(again, ANSWER);
    }
}
