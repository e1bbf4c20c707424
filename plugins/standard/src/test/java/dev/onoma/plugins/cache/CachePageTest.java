package dev.onoma.plugins.cache;

import static org.assertj.core.api.Assertions.assertThat;

import dev.onoma.api.AdminPages;
import dev.onoma.api.Handler;
import dev.onoma.api.HttpPage;
import dev.onoma.api.Next;
import dev.onoma.testkit.Bench;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.xbill.DNS.ARecord;
import org.xbill.DNS.DClass;
import org.xbill.DNS.Rcode;

/// What operators see of caches, and how they make them forget.
final class CachePageTest {
    private static final InetAddress ADDRESS = InetAddress.ofLiteral("192.0.2.1");

    private final Bench bench = new Bench("example.org.");
    private Handler cache;
    private int asked;

    private final Next source =
            query -> {
                asked++;
                return query.reply()
                        .answer(new ARecord(query.name(), DClass.IN, 300, ADDRESS))
                        .recursionAvailable(true)
                        .build();
            };

    @BeforeEach
    void fill() throws Exception {
        cache = bench.start(new Cache(), "cache");
        for (var name : new String[] {"a.example.org.", "b.example.org.", "c.b.example.org."}) {
            ask(name);
        }
        asked = 0;
    }

    private void ask(String name) {
        var query = bench.query(name, "A");
        assertThat(bench.encoded(query, cache.handle(query, source)).getRcode())
                .isEqualTo(Rcode.NOERROR);
    }

    private String page(String method, String parameters) throws Exception {
        var request = new HttpPage.Request(method, "/cache", parameters, Map.of());
        var answer = Objects.requireNonNull(AdminPages.of(bench).answer(request));
        return answer.status() + " " + new String(answer.body(), StandardCharsets.UTF_8);
    }

    @Test
    void entriesAreCounted() throws Exception {
        assertThat(page("GET", ""))
                .startsWith("200 dns://example.org.:53: 3 answers, 0 denials and failures, about ");
    }

    @Test
    void entriesAreListed() throws Exception {
        bench.time().advance(Duration.ofSeconds(10));
        assertThat(page("GET", "name=B.example.org"))
                .isEqualTo(
                        "200 dns://example.org.:53  b.example.org. IN A: NOERROR, 1 answers,"
                                + " 290 s left\n");
        assertThat(page("GET", "zone=b.example.org").lines()).hasSize(2);
        assertThat(page("GET", "name=z.example.org")).isEqualTo("200 nothing is kept for this\n");
        assertThat(asked).isZero();
    }

    @Test
    void aNameIsForgotten() throws Exception {
        assertThat(page("POST", "name=b.example.org")).isEqualTo("200 1 entries are forgotten\n");
        ask("a.example.org.");
        ask("c.b.example.org.");
        assertThat(asked).isZero();
        ask("b.example.org.");
        assertThat(asked).isEqualTo(1);
        assertThat(bench.logged())
                .contains(
                        "[INFO] plugin/cache: 1 entries of b.example.org. are forgotten on demand");
    }

    @Test
    void aZoneIsForgotten() throws Exception {
        assertThat(page("DELETE", "zone=b.example.org")).isEqualTo("200 2 entries are forgotten\n");
        assertThat(page("DELETE", "zone=.")).isEqualTo("200 1 entries are forgotten\n");
        assertThat(page("GET", "")).contains(": 0 answers");
    }

    @Test
    void whatMakesNoSenseIsSaid() throws Exception {
        assertThat(page("POST", "")).startsWith("400 say what to forget");
        assertThat(page("GET", "name=a&zone=b")).startsWith("400 either");
        assertThat(page("GET", "name=a..b")).startsWith("400 not a domain name");
        assertThat(page("GET", "name=b.example.org&x=POST")).startsWith("200 dns:");
    }

    @Test
    void aCacheThatIsGoneIsNotShown() throws Exception {
        bench.stop();
        assertThat(AdminPages.of(bench).listed()).isEmpty();
    }
}
