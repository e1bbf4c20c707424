package dev.onoma.plugins;

import dev.onoma.api.Handler;
import dev.onoma.api.Names;
import dev.onoma.api.Next;
import dev.onoma.api.Outcome;
import dev.onoma.api.WireSections;
import dev.onoma.plugins.errors.Errors;
import dev.onoma.plugins.log.LogPlugin;
import dev.onoma.plugins.prometheus.Prometheus;
import dev.onoma.server.chain.Link;
import dev.onoma.server.chain.Mistakes;
import dev.onoma.server.wire.WireQuery;
import dev.onoma.testkit.Bench;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
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
import org.xbill.DNS.ARecord;
import org.xbill.DNS.DClass;

/// What the plugins that watch queries cost when an answer is ready, with the clock standing still
/// (reading it is about 20 ns more for each of *prometheus* and a *log* that writes).
///
/// `java -cp ... org.openjdk.jmh.Main -prof gc ObserversBenchmark`; the allocation must be 0 B/op.
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(1)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 3, time = 1)
public class ObserversBenchmark {
    @Param({"", "errors", "log", "prometheus", "prometheus errors log"})
    public String plugins = "";

    private final Bench bench = new Bench("org.");
    private WireQuery query = bench.query("www.example.org.", "A");
    private Next chain = Bench.NOTHING;

    @Setup
    public void build() {
        var links = new ArrayList<Map.Entry<String, Handler>>();
        if (plugins.contains("prometheus")) {
            links.add(Map.entry("prometheus", bench.setup(new Prometheus(), "prometheus")));
        }
        if (plugins.contains("errors")) {
            links.add(Map.entry("errors", bench.setup(new Errors(), "errors")));
        }
        if (plugins.contains("log")) {
            var log = bench.setup(new LogPlugin(), "log {\n class denial error\n}");
            links.add(Map.entry("log", log));
        }
        var name = Names.of("www.example.org.");
        var address = new ARecord(name, DClass.IN, 5, InetAddress.ofLiteral("192.0.2.1"));
        var sections = WireSections.of(name, List.of(address), List.of(), List.of());
        Handler answering = (asked, _) -> asked.reply().authoritative().sections(sections).build();
        links.add(Map.entry("hosts", answering));
        chain = Link.chain(links, Mistakes.SILENT);
        query = bench.query("www.example.org.", "A");
        query.routed(this, "dns://:53", "org.", "");
    }

    @Benchmark
    public Outcome answer() {
        return chain.handle(query);
    }
}
