package dev.onoma.plugins.cache;

import dev.onoma.api.Metrics;
import dev.onoma.api.Outcome;
import dev.onoma.api.Time;
import dev.onoma.server.wire.Encoder;
import dev.onoma.server.wire.WireQuery;
import io.prometheus.client.CollectorRegistry;
import java.time.Duration;
import java.time.Instant;
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
import org.xbill.DNS.Name;

/// What a hit costs, with and without encoding; `gc.alloc.rate.norm` must be 0 B/op.
///
/// `java -cp ... org.openjdk.jmh.Main CacheHitBenchmark -prof gc`
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(1)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 3, time = 1)
public class CacheHitBenchmark {
    private static final int NAMES = 1000;

    private CacheHandler cache;
    private WireQuery[] queries;
    private Encoder encoder;
    private int at;

    /// Fills the cache.
    @Setup
    public void fill() {
        var tier = new CacheOptions.Tier(9984, Duration.ofHours(1), null);
        var options =
                new CacheOptions(
                        List.of(Name.root),
                        tier,
                        tier,
                        Duration.ofSeconds(5),
                        List.of(),
                        List.of(),
                        false,
                        CacheOptions.Prefetch.NEVER,
                        CacheOptions.Stale.NEVER);
        var metrics = new CacheMetrics(new Metrics(new CollectorRegistry()), options.zones());
        cache = new CacheHandler(options, new CacheTable(9984, 9984), metrics, new Stopped());
        encoder = new Encoder();
        var names = Queries.names("host", NAMES);
        queries = new WireQuery[NAMES];
        for (int i = 0; i < NAMES; i++) {
            var name = names.get(i);
            queries[i] = Queries.query(name, "", 7_000_000_000L);
            cache.handle(queries[i], q -> q.reply().sections(Queries.addresses(name, 1)).build());
        }
    }

    private WireQuery next() {
        at = at + 1 == NAMES ? 0 : at + 1;
        return queries[at];
    }

    /// From the query to the response.
    @Benchmark
    public Outcome hit() {
        return cache.handle(
                next(),
                _ -> {
                    throw new IllegalStateException("not in the cache");
                });
    }

    /// And on to the octets.
    @Benchmark
    public int hitEncoded() {
        hit();
        var query = queries[at];
        return encoder.encode(query, query.response());
    }

    private static final class Stopped implements Time {
        @Override
        public long nanos() {
            return 0;
        }

        @Override
        public Instant now() {
            return Instant.EPOCH;
        }

        @Override
        public Task after(Duration delay, Runnable work) {
            throw new UnsupportedOperationException("time has stopped");
        }

        @Override
        public Task every(Duration period, Runnable work) {
            throw new UnsupportedOperationException("time has stopped");
        }
    }
}
