package dev.onoma.plugins.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;

import dev.onoma.api.Metrics;
import dev.onoma.api.Names;
import dev.onoma.api.Outcome;
import dev.onoma.testkit.ApiServer;
import io.prometheus.client.CollectorRegistry;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.xbill.DNS.Name;
import org.xbill.DNS.Rcode;
import org.xbill.DNS.Record;
import org.xbill.DNS.Section;
import org.xbill.DNS.Type;

/// Services of other clusters (Multi-Cluster Services API, KEP-1645), in a zone of their own.
@Timeout(60)
final class MulticlusterTest {
    private static final Name ZONE = Names.of("clusterset.local.");

    private ApiServer server;
    private ApiSource source;
    private WatchedCluster cluster;
    private KubernetesHandler handler;

    @BeforeEach
    void start() throws IOException {
        server = new ApiServer();
        server.put(object("v1", "Namespace", "", "shop", Map.of(), Map.of()));
        server.put(
                imported("web", "ClusterSetIP", List.of("10.42.0.1"), List.of(port("http", 80))));
        server.put(imported("bare", "ClusterSetIP", List.of("10.42.0.2"), List.of()));
        server.put(imported("db", "Headless", List.of(), List.of(port("sql", 5432))));
        server.put(slice("db-east", "db", "East", "10.1.0.1", "db-0"));
        server.put(slice("db-west", "db", "west", "10.2.0.1", "db-0"));
        server.put(slice("web-east", "web", "east", "10.1.0.9", "web-0"));
        var access = new ApiAccess(URI.create(server.url()), null, null, ApiCredentials.NONE, true);
        var options = new ApiOptions("", () -> access, "", "", true, false, true, 0, 1, 0, null);
        var store = new ServiceStore(Instant::now);
        var imports = new ServiceStore(Instant::now);
        source =
                new ApiSource(
                        options,
                        new ObjectDetails(false, false, false, false),
                        imports,
                        new ApiSourceTest.Lines(new ArrayList<>()),
                        new ApiMetrics(new Metrics(new CollectorRegistry()), Instant::now),
                        new Random(1));
        cluster = new WatchedCluster(store, imports, source, null);
        handler = Handlers.over(cluster, Handlers.options(null, List.of(ZONE)));
        cluster.start();
        await("NOERROR web");
    }

    @AfterEach
    void close() throws IOException {
        cluster.close();
        server.close();
    }

    /// Waits until the service is answered, or is not.
    private void await(String rcodeAndService) {
        var words = rcodeAndService.split(" ", 2);
        long end = System.nanoTime() + Duration.ofSeconds(20).toNanos();
        while (!(cluster.store().isFresh()
                && ask(words[1] + ".shop.svc.clusterset.local.", Type.A).startsWith(words[0]))) {
            assertThat(System.nanoTime()).as("waiting for " + rcodeAndService).isLessThan(end);
            LockSupport.parkNanos(1_000_000);
        }
    }

    private static Map<String, Object> object(
            String version,
            String kind,
            String namespace,
            String name,
            Map<String, String> labels,
            Map<String, Object> content) {
        var metadata = new java.util.HashMap<String, Object>();
        metadata.put("name", name);
        metadata.put("labels", labels);
        if (!namespace.isEmpty()) {
            metadata.put("namespace", namespace);
        }
        var object = new java.util.HashMap<String, Object>(content);
        object.put("apiVersion", version);
        object.put("kind", kind);
        object.put("metadata", metadata);
        return object;
    }

    private static Map<String, Object> port(String name, int number) {
        return Map.of("name", name, "protocol", "TCP", "port", number);
    }

    private static Map<String, Object> imported(
            String name, String type, List<String> ips, List<Map<String, Object>> ports) {
        return object(
                "multicluster.x-k8s.io/v1alpha1",
                "ServiceImport",
                "shop",
                name,
                Map.of(),
                Map.of("spec", Map.of("type", type, "ips", ips, "ports", ports)));
    }

    private static Map<String, Object> slice(
            String name, String service, String in, String address, String hostname) {
        return object(
                "discovery.k8s.io/v1",
                "EndpointSlice",
                "shop",
                name,
                Map.of(ObjectParts.IMPORT_NAME, service, ObjectParts.SOURCE_CLUSTER, in),
                Map.of(
                        "addressType",
                        "IPv4",
                        "endpoints",
                        List.of(
                                Map.of(
                                        "addresses",
                                        List.of(address),
                                        "hostname",
                                        hostname,
                                        "conditions",
                                        Map.of("ready", true))),
                        "ports",
                        List.of(port("sql", 5432))));
    }

    /// The rcode, the answers, and behind a bar what is additional.
    private String ask(String name, int type) {
        var outcome =
                handler.handle(Handlers.query(name, type), _ -> new Outcome.Dropped("no next"));
        if (!(outcome instanceof Outcome.Reply(var response))) {
            return outcome.toString();
        }
        var additional = response.additionals().stream().map(MulticlusterTest::text).toList();
        return Rcode.string(response.rcode())
                + response.answers().stream().map(MulticlusterTest::text).sorted().toList()
                + (additional.isEmpty() ? "" : additional.stream().sorted().toList());
    }

    private static String text(Record record) {
        return record.getName() + " " + record.rdataToString();
    }

    @Test
    void aServiceWithAnAddressOfTheSetIsAnswered() {
        assertThat(ask("web.shop.svc.clusterset.local.", Type.A))
                .isEqualTo("NOERROR[web.shop.svc.clusterset.local. 10.42.0.1]");
        assertThat(ask("_http._tcp.web.shop.svc.clusterset.local.", Type.SRV))
                .contains("0 100 80 web.shop.svc.clusterset.local.");
        assertThat(ask("web-0.east.web.shop.svc.clusterset.local.", Type.A)).endsWith(" 10.1.0.9]");
    }

    @Test
    void aServiceWithoutPortsHasAddressesAllTheSame() {
        assertThat(ask("bare.shop.svc.clusterset.local.", Type.A)).endsWith(" 10.42.0.2]");
        assertThat(ask("bare.shop.svc.clusterset.local.", Type.SRV)).isEqualTo("NOERROR[]");
    }

    @Test
    void endpointsAreCalledByTheirCluster() {
        assertThat(ask("db.shop.svc.clusterset.local.", Type.A))
                .contains("10.1.0.1")
                .contains("10.2.0.1");
        assertThat(ask("db-0.west.db.shop.svc.clusterset.local.", Type.A))
                .isEqualTo("NOERROR[db-0.west.db.shop.svc.clusterset.local. 10.2.0.1]");
        assertThat(ask("db-0.EAST.db.shop.svc.clusterset.local.", Type.A)).endsWith(" 10.1.0.1]");
        assertThat(ask("db-0.db.shop.svc.clusterset.local.", Type.A)).startsWith("NXDOMAIN");
        assertThat(ask("db-0.north.db.shop.svc.clusterset.local.", Type.A)).startsWith("NXDOMAIN");
        assertThat(ask("_sql._tcp.db.shop.svc.clusterset.local.", Type.SRV))
                .contains("0 50 5432 db-0.east.db.shop.svc.clusterset.local.")
                .contains("[db-0.east.db.shop.svc.clusterset.local. 10.1.0.1, db-0.west");
    }

    @Test
    void neitherZoneHasTheServicesOfTheOther() {
        assertThat(ask("web.shop.svc.cluster.local.", Type.A)).startsWith("NXDOMAIN");
        server.put(
                object(
                        "v1",
                        "Service",
                        "shop",
                        "local",
                        Map.of(),
                        Map.of(
                                "spec",
                                Map.of(
                                        "clusterIP",
                                        "10.0.0.1",
                                        "clusterIPs",
                                        List.of("10.0.0.1")))));
        long end = System.nanoTime() + Duration.ofSeconds(20).toNanos();
        while (!ask("local.shop.svc.cluster.local.", Type.A).startsWith("NOERROR")) {
            assertThat(System.nanoTime()).isLessThan(end);
            LockSupport.parkNanos(1_000_000);
        }
        assertThat(ask("local.shop.svc.clusterset.local.", Type.A)).startsWith("NXDOMAIN");
    }

    @Test
    void aDenialEndsWhenTheServiceComes() {
        assertThat(ask("new.shop.svc.clusterset.local.", Type.A)).startsWith("NXDOMAIN");
        server.put(imported("new", "ClusterSetIP", List.of("10.42.0.3"), List.of()));
        await("NOERROR new");
        server.delete(imported("new", "ClusterSetIP", List.of(), List.of()));
        await("NXDOMAIN new");
    }

    @Test
    void theSerialIsThatOfTheImports() {
        var outcome =
                handler.handle(
                        Handlers.query("clusterset.local.", Type.SOA),
                        _ -> new Outcome.Dropped("no next"));
        assertThat(outcome)
                .isInstanceOfSatisfying(
                        Outcome.Reply.class,
                        reply -> {
                            assertThat(reply.response().count(Section.ANSWER)).isOne();
                            assertThat(reply.response().answers().getFirst().rdataToString())
                                    .contains(" " + cluster.imports().serials().cluster() + " ");
                        });
        assertThat(cluster.imports().serials().cluster()).isPositive();
    }
}
