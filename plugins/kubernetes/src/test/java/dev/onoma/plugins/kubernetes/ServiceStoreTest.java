package dev.onoma.plugins.kubernetes;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

final class ServiceStoreTest {
    private static final List<ServicePort> HTTP = List.of(new ServicePort("http", "tcp", 80));

    private final AtomicLong seconds = new AtomicLong(1_000);
    private final ServiceStore store = new ServiceStore(() -> Instant.ofEpochSecond(seconds.get()));

    private static Address ip(String text) {
        return Address.parse(text).orElseThrow();
    }

    private static ServiceObject service(String name, String... ips) {
        var addresses = new ArrayList<Address>();
        for (var text : ips) {
            addresses.add(ip(text));
        }
        return new ServiceObject("shop", name, List.copyOf(addresses), HTTP, null, List.of());
    }

    private static EndpointSliceObject slice(String name, String service, String... ips) {
        var endpoints = new ArrayList<Endpoint>();
        for (var text : ips) {
            endpoints.add(Endpoint.of(ip(text)));
        }
        return new EndpointSliceObject(
                "shop",
                name,
                service,
                List.copyOf(endpoints),
                HTTP,
                List.of(),
                EndpointSliceObject.NOT_TRIGGERED);
    }

    private void put(KubernetesObject... objects) {
        for (var object : objects) {
            store.put(object);
        }
        store.publish();
    }

    @Test
    void nothingIsSeenBeforeItIsPublished() {
        store.put(service("web", "10.0.0.1"));
        assertThat(store.service("shop", "web")).isNull();
        store.publish();
        assertThat(store.service("shop", "web")).isNotNull();
    }

    @Test
    void aServiceIsFoundByNameClusterIpAndEndpoint() {
        put(service("web", "10.0.0.1", "fd00::1"), slice("web-1", "web", "10.1.0.1", "10.1.0.2"));
        var state = requireNonNull(store.service("shop", "web"));
        assertThat(store.servicesOfClusterIp(ip("fd00::1"))).containsExactly(state);
        assertThat(store.servicesOfEndpoint(ip("10.1.0.2"))).containsExactly(state);
        assertThat(store.servicesOfEndpoint(ip("10.1.0.3"))).isEmpty();
    }

    @Test
    void aStateIsCurrentUntilItsServiceChanges() {
        put(service("web", "10.0.0.1"), service("db", "10.0.0.2"));
        var web = requireNonNull(store.service("shop", "web"));
        put(service("db", "10.0.0.3"), service("web", "10.0.0.1"));
        assertThat(web.isCurrent()).isTrue();
        put(slice("web-1", "web", "10.1.0.1"));
        assertThat(web.isCurrent()).isFalse();
        assertThat(store.servicesOfClusterIp(ip("10.0.0.2"))).isEmpty();
    }

    @Test
    void anAddressStaysKnownAsLongAsOneSliceHasIt() {
        put(service("web"), slice("a", "web", "10.1.0.1"), slice("b", "web", "10.1.0.1"));
        store.delete(KubernetesObject.Kind.ENDPOINT_SLICE, new KubernetesObject.Key("shop", "a"));
        store.publish();
        assertThat(store.servicesOfEndpoint(ip("10.1.0.1"))).hasSize(1);
        store.delete(KubernetesObject.Kind.ENDPOINT_SLICE, new KubernetesObject.Key("shop", "b"));
        store.publish();
        assertThat(store.servicesOfEndpoint(ip("10.1.0.1"))).isEmpty();
        assertThat(store.endpointAddressCount()).isZero();
    }

    @Test
    void anAddressOfManyServicesLeadsToAllOfThem() {
        put(
                slice("a", "web", "10.1.0.1"),
                slice("b", "db", "10.1.0.1"),
                slice("c", "mq", "10.1.0.1"));
        assertThat(store.servicesOfEndpoint(ip("10.1.0.1"))).hasSize(3);
        store.delete(KubernetesObject.Kind.ENDPOINT_SLICE, new KubernetesObject.Key("shop", "a"));
        store.publish();
        assertThat(store.servicesOfEndpoint(ip("10.1.0.1")))
                .extracting(state -> state.name().name())
                .containsExactlyInAnyOrder("db", "mq");
    }

    @Test
    void aReplacementRemovesWhatItDoesNotName() {
        put(service("web", "10.0.0.1"), service("db", "10.0.0.2"));
        var web = requireNonNull(store.service("shop", "web"));
        store.beginReplace(KubernetesObject.Kind.SERVICE);
        store.put(service("web", "10.0.0.1"));
        store.endReplace(KubernetesObject.Kind.SERVICE);
        store.publish();
        assertThat(store.service("shop", "db")).isNull();
        assertThat(web.isCurrent()).isTrue();
    }

    @Test
    void aSliceMayMoveToAnotherService() {
        put(service("web"), service("db"), slice("a", "web", "10.1.0.1"));
        put(slice("a", "db", "10.1.0.1"));
        assertThat(requireNonNull(store.service("shop", "web")).hasEndpoint()).isFalse();
        assertThat(requireNonNull(store.service("shop", "db")).hasEndpoint()).isTrue();
    }

    @Test
    void theSerialIsTheTimeOfTheLastChangeThatDnsShows() {
        assertThat(store.serials().cluster()).isZero();
        put(service("web", "10.0.0.1"), slice("a", "web", "10.1.0.1"));
        assertThat(store.serials().cluster()).isEqualTo(1_000);
        seconds.set(2_000);
        var other = new Endpoint(ip("10.1.0.1"), null, "another-pod", null, null);
        put(new EndpointSliceObject("shop", "a", "web", List.of(other), HTTP, List.of(), 7));
        assertThat(store.serials().cluster()).isEqualTo(1_000);
        put(new NamespaceObject("shop"));
        assertThat(store.serials().cluster()).isEqualTo(2_000);
        seconds.set(3_000);
        put(slice("a", "web", "10.1.0.2"));
        assertThat(store.serials().cluster()).isEqualTo(3_000);
    }

    @Test
    void namespacesComeAndGo() {
        put(new NamespaceObject("shop"));
        int epoch = store.namespaceEpoch();
        assertThat(store.hasNamespace("shop")).isTrue();
        store.delete(KubernetesObject.Kind.NAMESPACE, new KubernetesObject.Key("", "shop"));
        store.publish();
        assertThat(store.hasNamespace("shop")).isFalse();
        assertThat(store.namespaceEpoch()).isGreaterThan(epoch);
    }

    @Test
    void podsAreFoundByEachOfTheirAddresses() {
        put(new PodObject("shop", "web-0", List.of(ip("10.1.0.1"), ip("fd00::1"))));
        assertThat(store.pods().namespaceAt(ip("fd00::1"))).isEqualTo("shop");
        put(new PodObject("shop", "web-0", List.of(ip("10.1.0.2"))));
        assertThat(store.pods().namespaceAt(ip("10.1.0.1"))).isNull();
        assertThat(store.pods().namespaceAt(ip("fd00::1"))).isNull();
    }

    @Test
    void readersNeverSeeAServiceWithoutTheEndpointsItAlwaysHas() throws InterruptedException {
        put(service("web"), slice("a", "web", "10.1.0.1"));
        var missing = new AtomicBoolean();
        var done = new AtomicBoolean();
        var reader =
                Thread.ofPlatform()
                        .start(() -> {
                            while (!done.get()) {
                                var state = store.service("shop", "web");
                                if (state == null || !state.hasEndpoint(ip("10.1.0.1"))) {
                                    missing.set(true);
                                }
                                if (store.servicesOfEndpoint(ip("10.1.0.1")).isEmpty()) {
                                    missing.set(true);
                                }
                            }
                        });
        for (int i = 0; i < 2_000; i++) {
            store.beginReplace(KubernetesObject.Kind.ENDPOINT_SLICE);
            store.put(slice("a" + i, "web", "10.1.0.1", "10.2.0." + i % 250));
            store.endReplace(KubernetesObject.Kind.ENDPOINT_SLICE);
            store.publish();
        }
        done.set(true);
        reader.join();
        assertThat(missing).isFalse();
    }

    @Test
    void aLargeClusterFitsInto32MegabytesAndEveryNameIsFound() {
        var generator = new ClusterGenerator(10_000, 50, 5);
        var runtime = Runtime.getRuntime();
        System.gc();
        long before = runtime.totalMemory() - runtime.freeMemory();
        generator.fill(store);
        System.gc();
        long used = runtime.totalMemory() - runtime.freeMemory() - before;
        assertThat(store.services()).hasSize(10_000);
        assertThat(store.endpointAddressCount()).isEqualTo(50_000);
        assertThat(store.service("ns-49", "svc-9999")).isNotNull();
        assertThat(used).as("octets of heap").isLessThan(32 << 20);
    }
}
