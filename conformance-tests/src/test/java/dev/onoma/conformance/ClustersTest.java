package dev.onoma.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import dev.onoma.testkit.ApiServer;
import dev.onoma.testkit.Cluster;
import dev.onoma.testkit.OnomaSubject;
import dev.onoma.testkit.Ports;
import dev.onoma.testkit.Subject;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// Two clusters in one process, and what both say in metrics and log lines; played against CoreDNS,
/// too, when `COREDNS` names its binary.
final class ClustersTest {
    private static final long PATIENCE_NANOS = TimeUnit.SECONDS.toNanos(20);
    private static final String TRIGGERED = "endpoints.kubernetes.io/last-change-trigger-time";

    @TempDir Path folder;

    private final String dig = Tools.tool("dig", "bind9-dnsutils");
    private ApiServer east;
    private ApiServer west;
    private int dns;
    private int http;

    static Stream<Subject> subjects() {
        return Stream.concat(Stream.of(new OnomaSubject()), Subjects.coreDns().stream());
    }

    @BeforeEach
    void begin() throws Exception {
        east = new ApiServer();
        west = new ApiServer();
        dns = Ports.free();
        http = Ports.free();
        for (var api : List.of(east, west)) {
            api.put(object("v1", "Namespace", Map.of("name", "shop"), Map.of()));
        }
    }

    @AfterEach
    void end() throws Exception {
        east.close();
        west.close();
    }

    private static Map<String, Object> object(
            String version, String kind, Map<String, Object> metadata, Map<String, Object> rest) {
        var object = new LinkedHashMap<String, Object>();
        object.put("apiVersion", version);
        object.put("kind", kind);
        object.put("metadata", metadata);
        object.putAll(rest);
        return object;
    }

    private static Map<String, Object> service(String name, String ip) {
        return object(
                "v1",
                "Service",
                Map.of("name", name, "namespace", "shop"),
                Map.of(
                        "spec",
                        Map.of(
                                "type",
                                "ClusterIP",
                                "clusterIP",
                                ip,
                                "clusterIPs",
                                List.of(ip),
                                "ports",
                                List.of(Map.of("name", "http", "protocol", "TCP", "port", 80)))));
    }

    /// @param triggered of the annotation; empty for none
    private static Map<String, Object> slice(String service, String address, String triggered) {
        return object(
                "discovery.k8s.io/v1",
                "EndpointSlice",
                Map.of(
                        "name",
                        service + "-a",
                        "namespace",
                        "shop",
                        "labels",
                        Map.of("kubernetes.io/service-name", service),
                        "annotations",
                        triggered.isEmpty() ? Map.of() : Map.of(TRIGGERED, triggered)),
                Map.of(
                        "addressType",
                        "IPv4",
                        "ports",
                        List.of(Map.of("name", "http", "protocol", "TCP", "port", 80)),
                        "endpoints",
                        List.of(
                                Map.of(
                                        "addresses",
                                        List.of(address),
                                        "conditions",
                                        Map.of("ready", true)))));
    }

    private Subject.Running start(Subject subject) throws Exception {
        var corefile =
                """
                east.local {
                    prometheus 127.0.0.1:%1$d
                    errors
                    kubernetes {
                        endpoint %2$s
                    }
                }
                west.local {
                    prometheus 127.0.0.1:%1$d
                    errors
                    kubernetes {
                        endpoint %3$s
                    }
                }
                """
                        .formatted(http, east.url(), west.url());
        return subject.start(new Subject.Setup(folder, corefile, dns, Cluster.none(folder)));
    }

    private String ask(String name) throws Exception {
        return Tools.run(
                dig, "@127.0.0.1", "-p", "" + dns, "+short", "+time=2", "+tries=1", name, "A");
    }

    private void expect(String name, String address) throws Exception {
        long begin = System.nanoTime();
        var said = "";
        while (!said.contains(address) && System.nanoTime() - begin < PATIENCE_NANOS) {
            said = ask(name);
        }
        assertThat(said).contains(address);
    }

    private String metrics() throws Exception {
        return get(URI.create("http://127.0.0.1:%d/metrics".formatted(http)));
    }

    /// The value of the sample that has these labels, in any order; 0 if there is none.
    private static double value(String metrics, String name, String... labels) {
        return metrics.lines()
                .filter(line -> line.startsWith(name + "{"))
                .filter(line -> List.of(labels).stream().allMatch(line::contains))
                .mapToDouble(line -> Double.parseDouble(line.substring(line.indexOf("} ") + 2)))
                .findFirst()
                .orElse(0);
    }

    @ParameterizedTest
    @MethodSource("subjects")
    void eachZoneIsThatOfItsOwnCluster(Subject subject) throws Exception {
        east.put(service("web", "10.0.0.1"));
        west.put(service("web", "10.0.0.2"));
        west.put(service("db", "10.0.0.3"));
        try (var _ = start(subject)) {
            assertThat(ask("web.shop.svc.east.local")).isEqualTo("10.0.0.1\n");
            assertThat(ask("web.shop.svc.west.local")).isEqualTo("10.0.0.2\n");
            assertThat(ask("db.shop.svc.east.local")).isEmpty();
            east.put(service("db", "10.0.0.4"));
            expect("db.shop.svc.east.local", "10.0.0.4");
            assertThat(ask("db.shop.svc.west.local")).isEqualTo("10.0.0.3\n");
            west.delete(service("web", "10.0.0.2"));
            west.put(service("last", "10.0.0.5"));
            expect("last.shop.svc.west.local", "10.0.0.5");
            assertThat(ask("web.shop.svc.west.local")).isEmpty();
            assertThat(ask("web.shop.svc.east.local")).isEqualTo("10.0.0.1\n");
        }
    }

    @ParameterizedTest
    @MethodSource("subjects")
    void theTimeFromAChangeToItsVisibilityIsMeasured(Subject subject) throws Exception {
        var name = "coredns_kubernetes_dns_programming_duration_seconds";
        east.put(service("db", "None"));
        east.put(service("web", "10.0.0.1"));
        try (var running = start(subject)) {
            // What was there before, what has no annotation, and what is no time, do not count.
            east.put(slice("db", "10.1.0.1", ""));
            expect("db.shop.svc.east.local", "10.1.0.1");
            east.put(slice("db", "10.1.0.2", "yesterday"));
            expect("db.shop.svc.east.local", "10.1.0.2");
            east.put(slice("db", "10.1.0.3", Instant.now().minusSeconds(66).toString()));
            expect("db.shop.svc.east.local", "10.1.0.3");
            east.put(slice("web", "10.1.0.4", Instant.now().minusSeconds(132).toString()));
            expect("10-1-0-4.web.shop.svc.east.local", "10.1.0.4");
            var metrics = metrics();
            var bucket = name + "_bucket";
            var headless = "service_kind=\"headless_with_selector\"";
            var other = "service_kind=\"cluster_ip\"";
            assertThat(value(metrics, bucket, headless, "le=\"65.536\"")).isZero();
            assertThat(value(metrics, bucket, headless, "le=\"131.072\"")).isOne();
            assertThat(value(metrics, bucket, other, "le=\"131.072\"")).isZero();
            assertThat(value(metrics, bucket, other, "le=\"262.144\"")).isOne();
            assertThat(metrics).doesNotContain("headless_without_selector");
            assertThat(running.log())
                    .contains("DnsProgrammingLatency cannot be calculated for Endpoints")
                    .contains(
                            "invalid \"%s\" annotation RFC3339 value of \"yesterday\""
                                    .formatted(TRIGGERED));
        }
    }

    @ParameterizedTest
    @MethodSource("subjects")
    void requestsToEachServerAreCounted(Subject subject) throws Exception {
        east.put(service("web", "10.0.0.1"));
        try (var _ = start(subject)) {
            expect("web.shop.svc.east.local", "10.0.0.1");
            var metrics = metrics();
            for (var api : List.of(east, west)) {
                var host = "host=\"%s\"".formatted(authority(api));
                assertThat(
                                value(
                                        metrics,
                                        "coredns_kubernetes_rest_client_requests_total",
                                        host,
                                        "code=\"200\"",
                                        "method=\"GET\""))
                        .isGreaterThanOrEqualTo(3);
            }
        }
    }

    /// CoreDNS takes the words, and they have no effect.
    @Test
    void requestsKeepToTheLimitsOfTheCorefile() throws Exception {
        east.put(service("web", "10.0.0.1"));
        var corefile =
                """
                east.local {
                    prometheus 127.0.0.1:%d
                    kubernetes {
                        endpoint %s
                        apiserver_qps 20
                        apiserver_burst 1
                        apiserver_max_inflight 1
                    }
                }
                """
                        .formatted(http, east.url());
        var setup = new Subject.Setup(folder, corefile, dns, Cluster.none(folder));
        try (var _ = new OnomaSubject().start(setup)) {
            expect("web.shop.svc.east.local", "10.0.0.1");
            var metrics = metrics();
            var client = "coredns_kubernetes_rest_client_";
            var labels = new String[] {"verb=\"GET\"", "host=\"%s\"".formatted(authority(east))};
            // Of three watches one began at once.
            assertThat(value(metrics, client + "rate_limiter_duration_seconds_count", labels))
                    .isGreaterThanOrEqualTo(2);
            assertThat(value(metrics, client + "request_duration_seconds_count", labels))
                    .isGreaterThanOrEqualTo(3);
        }
    }

    private static String authority(ApiServer api) {
        return URI.create(api.url()).getAuthority();
    }

    @ParameterizedTest
    @MethodSource("subjects")
    void aStartWithoutTheApiIsToldAndMadeGoodLater(Subject subject) throws Exception {
        east.put(service("web", "10.0.0.1"));
        east.faults().stall();
        int ready = Ports.free();
        var corefile =
                """
                east.local {
                    ready 127.0.0.1:%d
                    kubernetes {
                        endpoint %s
                        startup_timeout 1s
                    }
                }
                """
                        .formatted(ready, east.url());
        var page = URI.create("http://127.0.0.1:%d/ready".formatted(ready));
        try (var running =
                subject.start(new Subject.Setup(folder, corefile, dns, Cluster.none(folder)))) {
            assertThat(running.log())
                    .contains(
                            "[INFO] plugin/kubernetes: waiting for Kubernetes API before starting server")
                    .contains(
                            "[WARNING] plugin/kubernetes: starting server with unsynced Kubernetes API");
            assertThat(get(page)).matches("503 kubernetes(\\nkubernetes: .*not listed yet.*)?");
            assertThat(running.log()).contains("plugin/ready: Plugins not ready: \"kubernetes\"");
            assertThat(whole("web.shop.svc.east.local", "A")).contains("status: SERVFAIL");
            assertThat(whole("east.local", "SOA")).contains("status: NOERROR", "ANSWER: 1");
            assertThat(whole("dns-version.east.local", "TXT")).contains("1.1.0");
            east.faults().goOn();
            expect("web.shop.svc.east.local", "10.0.0.1");
            long begin = System.nanoTime();
            while (!get(page).equals("200 OK")) {
                assertThat(System.nanoTime() - begin).isLessThan(PATIENCE_NANOS);
            }
        }
    }

    /// The server says of a pod that is over, and of a service without the label, that it is gone.
    @ParameterizedTest
    @MethodSource("subjects")
    void whatIsNotSelectedAnyMoreIsGone(Subject subject) throws Exception {
        east.put(pod("Running"));
        east.put(labelled("web"));
        var corefile =
                """
                east.local {
                    kubernetes {
                        endpoint %s
                        pods verified
                        labels tier=web
                    }
                }
                """
                        .formatted(east.url());
        var setup = new Subject.Setup(folder, corefile, dns, Cluster.none(folder));
        try (var _ = subject.start(setup)) {
            expect("10-1-0-1.shop.pod.east.local", "10.1.0.1");
            expect("web.shop.svc.east.local", "10.0.0.1");
            east.put(pod("Succeeded"));
            east.put(labelled("api"));
            expectNothing("10-1-0-1.shop.pod.east.local");
            expectNothing("web.shop.svc.east.local");
            east.put(labelled("web"));
            expect("web.shop.svc.east.local", "10.0.0.1");
        }
    }

    private static Map<String, Object> pod(String phase) {
        return object(
                "v1",
                "Pod",
                Map.of("name", "one", "namespace", "shop", "labels", Map.of("tier", "web")),
                Map.of("status", Map.of("phase", phase, "podIP", "10.1.0.1")));
    }

    private static Map<String, Object> labelled(String tier) {
        var service = service("web", "10.0.0.1");
        service.put(
                "metadata",
                Map.of("name", "web", "namespace", "shop", "labels", Map.of("tier", tier)));
        return service;
    }

    private void expectNothing(String name) throws Exception {
        long begin = System.nanoTime();
        while (!whole(name, "A").contains("status: NXDOMAIN")) {
            assertThat(System.nanoTime() - begin).as(name).isLessThan(PATIENCE_NANOS);
        }
    }

    /// CoreDNS reads everything again, and knows nothing until then.
    @Test
    void aReloadWhileTheApiIsAwayForgetsNothing() throws Exception {
        east.put(service("web", "10.0.0.1"));
        var corefile = "east.local {\n kubernetes {\n endpoint %s\n%s\n }\n}\n";
        var before = corefile.formatted(east.url(), "");
        var setup = new Subject.Setup(folder, before, dns, Cluster.none(folder));
        try (var running = new OnomaSubject().start(setup)) {
            expect("web.shop.svc.east.local", "10.0.0.1");
            east.stop();
            running.reload(corefile.formatted(east.url(), "ttl 30"));
            assertThat(whole("web.shop.svc.east.local", "A")).containsPattern("\\s30\\s+IN\\s+A");
            assertThat(whole("db.shop.svc.east.local", "A")).contains("status: NXDOMAIN");
            east.restart();
            east.put(service("db", "10.0.0.4"));
            expect("db.shop.svc.east.local", "10.0.0.4");
        }
    }

    private String whole(String name, String type) throws Exception {
        return Tools.run(dig, "@127.0.0.1", "-p", "" + dns, "+time=2", "+tries=1", name, type);
    }

    private static String get(URI page) throws Exception {
        try (var client = HttpClient.newHttpClient()) {
            var request = HttpRequest.newBuilder(page).build();
            var response = client.send(request, BodyHandlers.ofString());
            return response.statusCode() + " " + response.body();
        }
    }
}
