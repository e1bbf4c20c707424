package dev.onoma.plugins.prometheus;

import static dev.onoma.plugins.LiveServer.get;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.onoma.api.Ede;
import dev.onoma.api.Failure;
import dev.onoma.api.Handler;
import dev.onoma.api.Next;
import dev.onoma.api.Outcome;
import dev.onoma.api.Transport;
import dev.onoma.plugins.LiveServer;
import dev.onoma.server.wire.WireQuery;
import dev.onoma.testkit.Bench;
import dev.onoma.testkit.Ports;
import io.prometheus.client.CollectorRegistry;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.xbill.DNS.ARecord;
import org.xbill.DNS.DClass;
import org.xbill.DNS.Rcode;

@Timeout(60)
final class PrometheusTest {
    private static final Next ANSWERING =
            query -> {
                var address = InetAddress.ofLiteral("192.0.2.1");
                return query.reply()
                        .answer(new ARecord(query.name(), DClass.IN, 5, address))
                        .build();
            };

    @TempDir Path directory;
    private final Bench bench = new Bench("org.");

    private WireQuery query(String type) {
        var query = bench.query("www.example.org.", type);
        query.routed(this, "dns://:53", "org.", "");
        query.reached("file");
        return query;
    }

    private CollectorRegistry registry() {
        return bench.metrics().registry();
    }

    private double value(String name, String labels) {
        var pairs = labels.isEmpty() ? new String[0] : labels.split(",", -1);
        var names = new String[pairs.length];
        var values = new String[pairs.length];
        for (int i = 0; i < pairs.length; i++) {
            names[i] = pairs[i].replaceAll("=.*", "");
            values[i] = pairs[i].replaceAll("^[^=]*=", "");
        }
        var value = registry().getSampleValue(name, names, values);
        return value == null ? -1 : value;
    }

    private void ask(Handler prometheus, WireQuery query, Next next) {
        prometheus.handle(query, next);
    }

    private static final String ZONE = "server=dns://:53,zone=org.,view=";

    @Test
    void aQueryIsCountedByItsLabels() {
        var prometheus = bench.setup(new Prometheus(), "prometheus");
        ask(prometheus, query("A"), ANSWERING);
        ask(prometheus, query("A"), ANSWERING);
        ask(prometheus, query("HTTPS"), ANSWERING);
        ask(prometheus, query("LOC"), ANSWERING);
        ask(prometheus, query("ANY"), ANSWERING);
        var requests = "coredns_dns_requests_total";
        assertThat(value(requests, ZONE + ",proto=udp,family=1,type=A")).isEqualTo(2);
        assertThat(value(requests, ZONE + ",proto=udp,family=1,type=HTTPS")).isEqualTo(1);
        assertThat(value(requests, ZONE + ",proto=udp,family=1,type=other")).isEqualTo(1);
        assertThat(value(requests, ZONE + ",proto=udp,family=1,type=ANY")).isEqualTo(1);
        assertThat(value("coredns_dns_responses_total", ZONE + ",rcode=NOERROR,plugin=file"))
                .isEqualTo(5);
    }

    @Test
    void protocolAndFamilyAreThoseOfTheClient() {
        var prometheus = bench.setup(new Prometheus(), "prometheus");
        var query = query("AAAA");
        var client = new InetSocketAddress(InetAddress.ofLiteral("2001:db8::1"), 5353);
        query.from(Transport.HTTPS, client, client, bench.time().nanos());
        ask(prometheus, query, ANSWERING);
        assertThat(value("coredns_dns_requests_total", ZONE + ",proto=tcp,family=2,type=AAAA"))
                .isEqualTo(1);
    }

    @Test
    void timesAndSizesFallIntoCoreDnsBuckets() {
        var prometheus = bench.setup(new Prometheus(), "prometheus");
        var query = query("A");
        ask(
                prometheus,
                query,
                asked -> {
                    bench.time().advance(Duration.ofMillis(3));
                    return ANSWERING.handle(asked);
                });
        var seconds = "coredns_dns_request_duration_seconds";
        assertThat(value(seconds + "_bucket", ZONE + ",le=0.002")).isZero();
        assertThat(value(seconds + "_bucket", ZONE + ",le=0.004")).isEqualTo(1);
        assertThat(value(seconds + "_bucket", ZONE + ",le=8.192")).isEqualTo(1);
        assertThat(value(seconds + "_sum", ZONE)).isEqualTo(0.003);
        assertThat(value("coredns_dns_request_size_bytes_sum", ZONE + ",proto=udp")).isEqualTo(33);
        assertThat(value("coredns_dns_response_size_bytes_sum", ZONE + ",proto=udp")).isEqualTo(49);
        assertThat(value("coredns_dns_response_size_bytes_bucket", ZONE + ",proto=udp,le=100.0"))
                .isEqualTo(1);
    }

    @Test
    void failuresHaveTheirCodeAndNoPlugin() {
        var prometheus = bench.setup(new Prometheus(), "prometheus");
        ask(
                prometheus,
                query("A"),
                _ -> Outcome.failed(new Failure.Other(Rcode.REFUSED, Ede.NONE, "no")));
        ask(prometheus, query("A"), _ -> Outcome.dropped("on purpose"));
        assertThat(value("coredns_dns_responses_total", ZONE + ",rcode=REFUSED,plugin="))
                .isEqualTo(1);
        assertThat(value("coredns_dns_request_duration_seconds_count", ZONE)).isEqualTo(2);
        assertThat(value("coredns_dns_response_size_bytes_count", ZONE + ",proto=udp"))
                .isEqualTo(1);
    }

    @Test
    void manyZonesOnManyListenersAreKeptApart() {
        var prometheus = bench.setup(new Prometheus(), "prometheus");
        for (int i = 0; i < 200; i++) {
            var query = bench.query("www.example.org.", "A");
            query.routed(this, "dns://:" + i % 3, "z" + i + ".", "");
            ask(prometheus, query, ANSWERING);
            ask(prometheus, query, ANSWERING);
        }
        for (int i = 0; i < 200; i++) {
            var zone = "server=dns://:" + i % 3 + ",zone=z" + i + ".,view=";
            assertThat(value("coredns_dns_requests_total", zone + ",proto=udp,family=1,type=A"))
                    .isEqualTo(2);
        }
    }

    private static String corefile(int http) {
        return """
        example.org example.net {
            prometheus 127.0.0.1:%d
            errors
            log . "{rcode}"
        }
        """
                .formatted(http);
    }

    @Test
    void aScrapeHasWhatDashboardsLookFor() throws Exception {
        int http = Ports.free();
        try (var server = new LiveServer(directory, corefile(http))) {
            server.ask("www.example.net.");
            server.ask("www.example.com.");
            var page = get(http, "/metrics");
            assertThat(page)
                    .startsWith("HTTP/1.1 200 OK\r\n")
                    .contains("Content-Type: text/plain; version=0.0.4; charset=utf-8")
                    .contains("# TYPE coredns_dns_requests_total counter\n")
                    .contains("# TYPE coredns_dns_request_duration_seconds histogram\n")
                    .contains(
                            "coredns_dns_requests_total{server=\"dns://:0\",zone=\"example.net.\","
                                    + "view=\"\",proto=\"udp\",family=\"1\",type=\"A\",} 1.0")
                    .contains(
                            "coredns_dns_responses_total{server=\"dns://:0\",zone=\"dropped\","
                                    + "view=\"\",rcode=\"REFUSED\",plugin=\"\",} 1.0")
                    .contains(
                            "coredns_plugin_enabled{server=\"dns://:0\",zone=\"example.org.\","
                                    + "view=\"\",name=\"errors\",} 1.0")
                    .contains("coredns_build_info{version=\"")
                    .contains("coredns_panics_total 0.0")
                    .contains("coredns_health_request_failures_total 0.0")
                    .contains("coredns_reload_failed_total 0.0")
                    .contains("process_resident_memory_bytes ")
                    .contains("process_cpu_seconds_total ")
                    .contains("process_network_receive_bytes_total ")
                    .contains("jvm_memory_bytes_used{")
                    .doesNotContain("jvm_threads_current");
            assertThat(get(http, "/")).startsWith("HTTP/1.1 404 Not Found\r\n");
        }
    }

    @Test
    void thePortStaysOpenOverReloadsAndFollowsTheCorefile() throws Exception {
        int http = Ports.free();
        try (var server = new LiveServer(directory, corefile(http))) {
            server.ask("www.example.net.");
            var changed = corefile(http).replace("    errors\n", "    debug\n");
            assertThat(server.reload(changed.replace("prometheus", "promtheus"))).contains("did");
            assertThat(get(http, "/metrics")).contains("name=\"errors\"");
            assertThat(server.reload(changed)).isEqualTo("null");
            assertThat(get(http, "/metrics"))
                    .contains("zone=\"example.net.\",view=\"\",proto=\"udp\"")
                    .contains("name=\"log\"")
                    .doesNotContain("name=\"errors\"");
            assertThat(server.reload(changed.replaceAll(" *prometheus.*\n", ""))).isEqualTo("null");
            assertThat(get(http, "/metrics")).isEmpty();
        }
    }

    @Test
    void runtimeMetricsAreMore() throws Exception {
        int http = Ports.free();
        var more = "prometheus 127.0.0.1:" + http + " {\n runtime_metrics\n }";
        var text = corefile(http).replaceFirst("prometheus .*", more);
        try (var _ = new LiveServer(directory, text)) {
            assertThat(get(http, "/metrics")).contains("jvm_threads_current");
        }
    }

    @Test
    void aPortThatIsTakenIsLoggedAndQueriesAreAnswered() throws Exception {
        try (var taken = new ServerSocket(0, 1, InetAddress.ofLiteral("127.0.0.1"))) {
            try (var server = new LiveServer(directory, corefile(taken.getLocalPort()))) {
                assertThat(server.ask("www.example.net.").getRcode()).isEqualTo(Rcode.SERVFAIL);
                assertThat(server.log())
                        .contains("[ERROR] Failed to start metrics handler: listen tcp 127.0.0.1:");
            }
        }
    }

    @Test
    void aPageIsCompressedForThoseWhoSayTheyCanReadThat() throws IOException {
        var page = new MetricsPage(registry());
        bench.setup(new Prometheus(), "prometheus");
        bench.metrics().counters("coredns_panics_total", "x").with().inc();
        for (var accepted : new String[] {"gzip", "deflate, gzip;q=1.0", "br,gzip, zstd"}) {
            var answer = page.get(request(accepted));
            assertThat(answer.encoding()).isEqualTo("gzip");
            try (var in = new GZIPInputStream(new ByteArrayInputStream(answer.body()))) {
                assertThat(new String(in.readAllBytes(), StandardCharsets.UTF_8))
                        .contains("coredns_panics_total 1.0");
            }
        }
        for (var refused : new String[] {"", "identity", "gzip;q=0", "notgzip"}) {
            assertThat(page.get(request(refused)).encoding()).as(refused).isEmpty();
        }
    }

    private static dev.onoma.api.HttpPage.Request request(String encodings) {
        return new dev.onoma.api.HttpPage.Request(
                "GET", "/metrics", "", Map.of("accept-encoding", encodings));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            value = {
                "prometheus x | Corefile:1:12: plugin/prometheus: ADDRESS is HOST:PORT or :PORT, not",
                "prometheus 9153 | did you mean: :9153?",
                "prometheus :1 :2 | Corefile:1:15: plugin/prometheus: \":2\" is one word too many",
                "prometheus {; foo; } | Corefile:2:2: plugin/prometheus: there is no property",
                "prometheus {; runtime_metrics on; } | \"runtime_metrics\" takes no arguments",
                "prometheus {; tls; } | Corefile:2:2: plugin/prometheus: WEB_CONFIG_FILE is missing",
                "prometheus {; tls a b; } | Corefile:2:8: plugin/prometheus: \"b\" is one word too many",
                "prometheus {; tls a; tls b; } | Corefile:3:2: plugin/prometheus: tls block already",
                "prometheus; prometheus | Corefile:2:2: plugin/prometheus: this plugin can only be",
            })
    void mistakesInACorefileArePointedAt(String directive, String message) {
        assertThatThrownBy(() -> bench.setup(new Prometheus(), directive.replace(";", "\n")))
                .hasMessageContaining(message);
    }
}
