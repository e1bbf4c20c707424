package dev.onoma.plugins.cache;

import static org.assertj.core.api.Assertions.assertThat;

import dev.onoma.api.Metrics;
import dev.onoma.api.Next;
import dev.onoma.api.Outcome;
import dev.onoma.api.Response;
import dev.onoma.testkit.HandTime;
import io.prometheus.client.CollectorRegistry;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.Test;
import org.xbill.DNS.Name;

/// What a cache may do with answers whose source says how long they hold.
final class ValidityTest {
    private static final String NAME = "web.shop.svc.cluster.local.";

    private final CacheHandler cache = handler();
    private final AtomicInteger asked = new AtomicInteger();

    private static CacheHandler handler() {
        var tier = new CacheOptions.Tier(1024, Duration.ofHours(1), null);
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
        return new CacheHandler(options, new CacheTable(1024, 1024), metrics, new HandTime());
    }

    private void ask(BooleanSupplier holds) {
        Next source =
                query -> {
                    asked.incrementAndGet();
                    return query.reply()
                            .sections(Queries.addresses(NAME, 1))
                            .holdsWhile(holds)
                            .build();
                };
        assertThat(cache.handle(Queries.query(NAME, "", 0), source))
                .isInstanceOfSatisfying(
                        Outcome.Reply.class,
                        reply -> assertThat(reply.response().answers()).hasSize(1));
    }

    @Test
    void anAnswerIsKeptWhileItHolds() {
        var holds = new AtomicBoolean(true);
        ask(holds::get);
        ask(holds::get);
        assertThat(asked).hasValue(1);

        holds.set(false);
        ask(holds::get);
        assertThat(asked).hasValue(2);
    }

    @Test
    void anAnswerThatIsNotForCachesIsNotKept() {
        ask(Response.NOT_FOR_CACHES);
        ask(Response.NOT_FOR_CACHES);
        assertThat(asked).hasValue(2);
    }
}
