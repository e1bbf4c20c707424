package dev.onoma.plugins.kubernetes;

import dev.onoma.api.Failure;
import dev.onoma.api.Next;
import dev.onoma.api.Outcome;
import dev.onoma.server.wire.WireQuery;
import java.time.InstantSource;
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
import org.xbill.DNS.Type;

/// What the plugin costs for a name of a cluster of 10,000 services, reading the packet included.
/// The names are asked in turn, so that each hit finds a cold entry. Must not allocate.
///
/// `mvn -q -pl plugins/kubernetes -am test-compile` and then, with the test class path of the
/// module, `java -cp ... org.openjdk.jmh.Main ClusterNameBenchmark -prof gc`
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(1)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
public class ClusterNameBenchmark {
    private static final int NAMES = 4_096;
    private static final Next NOBODY = _ -> Outcome.failed(new Failure.NoNextPlugin("kubernetes"));

    /// What is asked: addresses, SRV records, or names along a search path that do not exist.
    @Param({"address", "service", "missing"})
    private String question = "";

    private final ServiceStore store = new ServiceStore(InstantSource.system());
    private final KubernetesHandler handler = Handlers.over(store, null);
    private final WireQuery query = Handlers.query();
    private final byte[][] packets = new byte[NAMES][];
    private int at;

    /// Fills the store and makes the packets.
    @Setup
    public void cluster() {
        new ClusterGenerator(10_000, 50, 5).fill(store);
        for (int i = 0; i < NAMES; i++) {
            var service = "svc-%d.ns-%d.svc.cluster.local.".formatted(i, i % 50);
            packets[i] =
                    switch (question) {
                        case "address" -> Handlers.packet(service, Type.A);
                        case "service" -> Handlers.packet("_http._tcp." + service, Type.SRV);
                        default -> Handlers.packet("www-" + i + ".test." + service, Type.A);
                    };
        }
    }

    /// One query after the other.
    @Benchmark
    public Outcome answer() {
        var packet = packets[at++ & NAMES - 1];
        System.arraycopy(packet, 0, query.buffer(packet.length), 0, packet.length);
        query.read(packet.length);
        return handler.handle(query, NOBODY);
    }
}
