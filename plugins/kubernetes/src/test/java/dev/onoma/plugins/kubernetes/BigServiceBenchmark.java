package dev.onoma.plugins.kubernetes;

import dev.onoma.api.Failure;
import dev.onoma.api.Next;
import dev.onoma.api.Outcome;
import dev.onoma.api.Response;
import dev.onoma.api.Transport;
import dev.onoma.server.wire.Encoder;
import dev.onoma.server.wire.WireQuery;
import java.net.InetSocketAddress;
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

/// What an answer costs for a headless service by the number of its endpoints, from the packet that
/// is read to the one that is written, in an order that changes (`loadbalance`). The same datagram
/// must cost the same for 1,000 and for 10,000 endpoints.
///
/// `java -cp ... org.openjdk.jmh.Main BigServiceBenchmark`, as for [ClusterNameBenchmark]
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Fork(1)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
public class BigServiceBenchmark {
    private static final Next NOBODY = _ -> Outcome.failed(new Failure.NoNextPlugin("kubernetes"));

    private static final InetSocketAddress CLIENT = new InetSocketAddress("192.0.2.1", 40_000);
    private static final InetSocketAddress SERVER = new InetSocketAddress("192.0.2.53", 53);

    /// Behind the service, a hundred in a slice.
    @Param({"100", "1000", "10000"})
    private int endpoints = 100;

    /// How it is asked.
    @Param({"UDP", "TCP"})
    private Transport transport = Transport.UDP;

    /// What is asked.
    @Param({"A", "SRV"})
    private String type = "A";

    private final ServiceStore store = new ServiceStore(InstantSource.system());
    private final KubernetesHandler handler = Handlers.over(store, null);
    private final WireQuery query = Handlers.query();
    private final Encoder encoder = new Encoder();
    private byte[] packet = new byte[0];
    private long seed = 1;
    private int changes;

    /// Fills the store and makes the packet.
    @Setup
    public void cluster() {
        EndpointSampleTest.fill(store, endpoints);
        packet = Handlers.packet("big.shop.svc.cluster.local.", Type.value(type));
    }

    /// One query after the other.
    @Benchmark
    public int answer() {
        System.arraycopy(packet, 0, query.buffer(packet.length), 0, packet.length);
        query.read(packet.length);
        query.from(transport, CLIENT, SERVER, System.nanoTime());
        return handler.handle(query, NOBODY) instanceof Outcome.Reply(Response response)
                ? encoder.encode(query, response.shuffle(seed += 2))
                : 0;
    }

    /// One endpoint of a slice is another one. Asking in between is not part of it.
    @Benchmark
    public int change() {
        store.put(EndpointSampleTest.changed(changes++ & 0xffff));
        store.publish();
        return changes;
    }
}
