package dev.onoma.server.chain;

import dev.onoma.api.Handler;
import dev.onoma.api.NameKey;
import dev.onoma.api.Names;
import dev.onoma.api.Outcome;
import dev.onoma.api.WireSections;
import dev.onoma.server.wire.Encoder;
import dev.onoma.server.wire.TestContext;
import dev.onoma.server.wire.WireQuery;
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
import org.xbill.DNS.Message;
import org.xbill.DNS.Record;
import org.xbill.DNS.Type;

/// What one query costs between the sockets: read, choose the block, go through plugins that pass
/// everything on, answer from a table, encode. Must not allocate.
///
/// `mvn -q -pl server -am test-compile` and then, with the test class path of the module, `java -cp
/// ... org.openjdk.jmh.Main ChainBenchmark -prof gc`
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(1)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
public class ChainBenchmark {
    /// The number of plugins that pass the query on.
    @Param({"0", "5", "10"})
    private int passing;

    private final WireQuery query = new WireQuery(new TestContext());
    private final Encoder encoder = new Encoder();
    private byte[] packet = {};
    private Router router = new Router("dns://:53", List.of());

    /// Makes the chain.
    @Setup
    public void chain() {
        var name = Names.of("nginx.default.svc.cluster.local.");
        packet = Message.newQuery(Record.newRecord(name, Type.A, DClass.IN)).toWire();
        var key = NameKey.of(name);
        var sections =
                WireSections.of(
                        name,
                        List.of(new ARecord(name, DClass.IN, 5, InetAddress.ofLiteral("10.0.0.1"))),
                        List.of(),
                        List.of());
        var plugins = new ArrayList<Map.Entry<String, Handler>>();
        for (int i = 0; i < passing; i++) {
            plugins.add(Map.entry("pass", (q, next) -> next.handle(q)));
        }
        plugins.add(
                Map.entry(
                        "table",
                        (q, next) ->
                                q.key().equals(key)
                                        ? q.reply().authoritative().sections(sections).build()
                                        : next.handle(q)));
        var chain = Link.chain(plugins, Mistakes.SILENT);
        router =
                new Router(
                        "dns://:53",
                        List.of(
                                new Route(
                                        Names.of("."),
                                        ".",
                                        "",
                                        null,
                                        null,
                                        chain,
                                        null,
                                        null,
                                        false)));
    }

    /// The whole way.
    @Benchmark
    public int wholeWay() {
        System.arraycopy(packet, 0, query.buffer(packet.length), 0, packet.length);
        query.read(packet.length);
        return router.handle(query) instanceof Outcome.Reply reply
                ? encoder.encode(query, reply.response())
                : 0;
    }

    /// Header, question and records of the packet.
    @Benchmark
    public Object read() {
        System.arraycopy(packet, 0, query.buffer(packet.length), 0, packet.length);
        return query.read(packet.length);
    }
}
