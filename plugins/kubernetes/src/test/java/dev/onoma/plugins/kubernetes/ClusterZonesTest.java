package dev.onoma.plugins.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;

import dev.onoma.api.NameKey;
import dev.onoma.api.Names;
import dev.onoma.api.ZoneVersion;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.xbill.DNS.Record;
import org.xbill.DNS.Section;
import org.xbill.DNS.Type;

/// What a transfer takes away, and when.
final class ClusterZonesTest {
    private static final List<ServicePort> PORTS = List.of(new ServicePort("sql", "tcp", 5432));

    private Instant now = Instant.ofEpochSecond(1_000);
    private final ServiceStore store = new ServiceStore(() -> now);
    private final ServiceStore imports = new ServiceStore(() -> now);
    private final KubernetesOptions options =
            Handlers.options(null, List.of(Names.of("clusterset.local.")));
    private final WatchedCluster cluster =
            new WatchedCluster(
                    store,
                    imports,
                    new ManifestsSource(Path.of("manifests"), options.objects(), _ -> {}),
                    null);
    private final ClusterZones zones =
            new ClusterZones(
                    options,
                    cluster,
                    new ClusterAnswers(options, store, imports, new LocalNameServers()));

    private static void put(ServiceStore store, KubernetesObject... objects) {
        for (var object : objects) {
            store.put(object);
        }
        store.publish();
    }

    private static ServiceObject service(String name, String... ips) {
        var addresses = new ArrayList<Address>();
        for (var ip : ips) {
            addresses.add(Address.parse(ip).orElseThrow());
        }
        return new ServiceObject("shop", name, addresses, PORTS, null, List.of());
    }

    private static EndpointSliceObject slice(
            String name, String service, List<Endpoint> endpoints) {
        return new EndpointSliceObject(
                "shop",
                name,
                service,
                endpoints,
                PORTS,
                List.of(),
                EndpointSliceObject.NOT_TRIGGERED);
    }

    private static Endpoint endpoint(int number, String hostname) {
        return new Endpoint(
                new Address.V4(10 << 24 | number),
                hostname.isEmpty() ? null : hostname,
                null,
                null,
                null);
    }

    private ZoneVersion version(String zone) {
        return Objects.requireNonNull(zones.version(NameKey.of(Names.of(zone))));
    }

    private List<Record> records(String zone) {
        var all = new ArrayList<Record>();
        var question = Names.of(zone);
        try (var messages = version(zone).messages(NameKey.of(question))) {
            for (var next = messages.next(); next != null; next = messages.next()) {
                assertThat(next.length()).isLessThan(17_000);
                all.addAll(next.records(question, Section.ANSWER));
            }
        }
        return all;
    }

    @Test
    void halfAClusterIsNotGivenAway() {
        put(store, new NamespaceObject("shop"), service("web", "10.0.0.1"));
        assertThat(zones.version(NameKey.of(Names.of("cluster.local.")))).isNull();
        store.synced();
        assertThat(zones.version(NameKey.of(Names.of("cluster.local.")))).isNotNull();
        assertThat(zones.version(NameKey.of(Names.of("svc.cluster.local.")))).isNull();
    }

    @Test
    void aVersionStaysAsItWasWhileTheClusterChanges() {
        put(store, new NamespaceObject("shop"));
        for (int i = 0; i < 2_000; i++) {
            put(store, service("svc-" + i, "10.0.0.1"));
        }
        store.synced();
        var zone = Names.of("cluster.local.");
        var version = version("cluster.local.");
        var all = new ArrayList<Record>();
        try (var messages = version.messages(NameKey.of(zone))) {
            for (var next = messages.next(); next != null; next = messages.next()) {
                all.addAll(next.records(zone, Section.ANSWER));
                put(store, service("svc-1999", "10.9.9.9"));
                store.delete(
                        KubernetesObject.Kind.SERVICE, new KubernetesObject.Key("shop", "svc-999"));
                store.publish();
            }
        }
        assertThat(all.stream().filter(r -> r.getType() == Type.A)).hasSize(2_000);
        assertThat(all.toString()).doesNotContain("10.9.9.9");
        assertThat(version("cluster.local.").serial()).isGreaterThan(version.serial());
    }

    @Test
    void namesAreTheSameUntilSomebodyHasTakenThemAway() {
        put(store, new NamespaceObject("shop"), service("web", "10.0.0.1"));
        store.synced();
        put(store, service("web", "10.0.0.2"));
        assertThat(version("cluster.local.").serial()).isEqualTo(1_000);
        put(store, service("web", "10.0.0.3"));
        assertThat(version("cluster.local.").serial()).isEqualTo(1_001);
        now = Instant.ofEpochSecond(2_000);
        put(store, service("web", "10.0.0.4"));
        assertThat(version("cluster.local.").serial()).isEqualTo(2_000);
    }

    @Test
    void endpointsThatSlicesRepeatAreSentOnce() {
        put(
                store,
                new NamespaceObject("shop"),
                service("db"),
                slice("db-a", "db", List.of(endpoint(1, "db-0"), endpoint(2, "db-0"))),
                slice("db-b", "db", List.of(endpoint(1, "db-0"), endpoint(3, ""))));
        store.synced();
        var records = records("cluster.local.");
        assertThat(new HashSet<>(records)).hasSize(records.size() - 1);
        assertThat(records.stream().filter(r -> r.getType() == Type.A)).hasSize(6);
        assertThat(records.stream().filter(r -> r.getType() == Type.SRV)).hasSize(2);
    }

    @Test
    void endpointsOfOtherClustersHaveTheirClusterInTheirName() {
        put(store, new NamespaceObject("shop"));
        store.synced();
        put(
                imports,
                service("db"),
                slice(
                        "db-a",
                        "db",
                        List.of(
                                new Endpoint(
                                        new Address.V4(10 << 24 | 1),
                                        "db-0",
                                        null,
                                        "east",
                                        null))));
        assertThat(records("clusterset.local.").toString())
                .contains("db-0.east.db.shop.svc.clusterset.local.")
                .doesNotContain("cluster.local.\t0");
        assertThat(records("cluster.local.").toString()).doesNotContain("db-0");
    }

    @Test
    void anAddressOfManyServicesHasManyNamesInAReverseZone() {
        put(
                store,
                new NamespaceObject("shop"),
                service("web", "10.0.0.1"),
                service("db"),
                service("cache"),
                slice("db-a", "db", List.of(endpoint(1, "db-0"), endpoint(1 << 16, ""))),
                slice("cache-a", "cache", List.of(endpoint(1 << 16, "one"))));
        store.synced();
        assertThat(
                        records("in-addr.arpa.").stream()
                                .filter(r -> r.getType() == Type.PTR)
                                .map(r -> r.getName() + " " + r.rdataToString()))
                .containsExactlyInAnyOrder(
                        "1.0.0.10.in-addr.arpa. web.shop.svc.cluster.local.",
                        "0.0.1.10.in-addr.arpa. 10-1-0-0.db.shop.svc.cluster.local.",
                        "0.0.1.10.in-addr.arpa. one.cache.shop.svc.cluster.local.");
    }
}
