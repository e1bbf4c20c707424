package dev.onoma.plugins.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;

import dev.onoma.api.Failure;
import dev.onoma.api.Outcome;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.xbill.DNS.Name;
import org.xbill.DNS.Rcode;
import org.xbill.DNS.Section;
import org.xbill.DNS.Type;

/// What a server over the network cannot show: moments between changes.
final class KubernetesHandlerTest {
    /// As many addresses as a datagram of 512 octets may hold at most, and one more.
    private static final int FULL_MESSAGE = 33;

    private static final String WEB = "web.shop.svc.cluster.local.";

    private final ServiceStore store = new ServiceStore(InstantSource.system());
    private final KubernetesHandler handler = Handlers.over(store, null);

    private static ServiceObject service(String name, String ip) {
        return new ServiceObject(
                "shop",
                name,
                List.of(Address.parse(ip).orElseThrow()),
                List.of(new ServicePort("http", "tcp", 80)),
                null,
                List.of());
    }

    private void put(KubernetesObject... objects) {
        for (var object : objects) {
            store.put(object);
        }
        store.publish();
    }

    private Outcome ask(KubernetesHandler asked, String name, int type) {
        return asked.handle(
                Handlers.query(name, type),
                _ -> Outcome.failed(new Failure.NoNextPlugin("kubernetes")));
    }

    /// The rcode and the data of the answers.
    private String answer(String name, int type) {
        return ask(handler, name, type) instanceof Outcome.Reply(var response)
                ? Rcode.string(response.rcode())
                        + " "
                        + response.answers().stream().map(r -> r.rdataToString()).toList()
                : "no reply";
    }

    @Test
    void beforeTheFirstCompleteListNothingIsSaidToBeMissing() {
        put(new NamespaceObject("shop"), service("web", "10.0.0.1"));
        assertThat(answer(WEB, Type.A)).isEqualTo("NOERROR [10.0.0.1]");
        assertThat(answer("cluster.local.", Type.SOA)).startsWith("NOERROR");
        assertThat(ask(handler, "db.shop.svc.cluster.local.", Type.A))
                .isEqualTo(Outcome.failed(new Failure.NotSynced("manifests manifests")));
        var falling = Handlers.over(store, List.of(Name.root));
        assertThat(ask(falling, "9.9.9.10.in-addr.arpa.", Type.PTR))
                .isEqualTo(Outcome.failed(new Failure.NotSynced("manifests manifests")));
        store.synced();
        assertThat(answer("db.shop.svc.cluster.local.", Type.A)).isEqualTo("NXDOMAIN []");
    }

    @Test
    void everyChangeIsInTheNextAnswer() {
        put(new NamespaceObject("shop"), service("web", "10.0.0.1"));
        store.synced();
        for (int i = 1; i < 250; i++) {
            put(service("web", "10.0.0." + i));
            assertThat(answer(WEB, Type.A)).isEqualTo("NOERROR [10.0.0." + i + "]");
            assertThat(answer(WEB, Type.A)).isEqualTo("NOERROR [10.0.0." + i + "]");
        }
        assertThat(answer("db.shop.svc.cluster.local.", Type.A)).isEqualTo("NXDOMAIN []");
        put(service("db", "10.0.1.1"));
        assertThat(answer("db.shop.svc.cluster.local.", Type.A)).isEqualTo("NOERROR [10.0.1.1]");
        store.delete(KubernetesObject.Kind.SERVICE, new KubernetesObject.Key("shop", "web"));
        store.publish();
        assertThat(answer(WEB, Type.A)).isEqualTo("NXDOMAIN []");
    }

    @Test
    void aNamespaceTakesItsNamesWithIt() {
        put(new NamespaceObject("shop"), service("web", "10.0.0.1"));
        store.synced();
        assertThat(answer(WEB, Type.A)).isEqualTo("NOERROR [10.0.0.1]");
        store.delete(KubernetesObject.Kind.NAMESPACE, new KubernetesObject.Key("", "shop"));
        store.publish();
        assertThat(answer(WEB, Type.A)).isEqualTo("NXDOMAIN []");
    }

    @Test
    void namesThatFallThroughDoSoEachTimeUntilTheyExist() {
        store.synced();
        var falling = Handlers.over(store, List.of(Name.root));
        for (int i = 0; i < 2; i++) {
            assertThat(ask(falling, WEB, Type.A)).isInstanceOf(Outcome.Failed.class);
        }
        put(new NamespaceObject("shop"), service("web", "10.0.0.1"));
        assertThat(ask(falling, WEB, Type.A)).isInstanceOf(Outcome.Reply.class);
    }

    @Test
    void negativeAnswersCarryTheSerialOfTheLastChange() {
        store.synced();
        put(service("web", "10.0.0.1"));
        assertThat(ask(handler, WEB, Type.A))
                .isInstanceOfSatisfying(
                        Outcome.Reply.class,
                        reply ->
                                assertThat(reply.response().authorities().getFirst().toString())
                                        .contains(" " + store.serials().cluster() + " "));
    }

    @Test
    void compiledAnswersStayWithinTheirLimit() {
        new ClusterGenerator(20_000, 10, 1).fill(store);
        var compiled = new CompiledAnswers(store, store, () -> {});
        var limited =
                new KubernetesHandler(
                        Handlers.options(null),
                        new WatchedCluster(
                                store,
                                store,
                                new ManifestsSource(
                                        Path.of("manifests"), ManifestOptions.defaults(), _ -> {}),
                                null),
                        new ClusterAnswers(
                                Handlers.options(null), store, store, new LocalNameServers()),
                        compiled);
        for (int i = 0; i < 20_000; i++) {
            var name = "svc-%d.ns-%d.svc.cluster.local.".formatted(i, i % 10);
            for (int type : new int[] {Type.A, Type.AAAA, Type.SRV}) {
                ask(limited, name, type);
            }
        }
        assertThat(compiled.octets()).isBetween(1L << 20, CompiledAnswers.OCTETS_MAX);
    }

    @Test
    void aHitCountsItsRecordsWithoutDecodingThem() {
        new ClusterGenerator(100, 1, 1).fill(store);
        for (int i = 0; i < 2; i++) {
            assertThat(ask(handler, "svc-1.ns-0.svc.cluster.local.", Type.A))
                    .isInstanceOfSatisfying(
                            Outcome.Reply.class,
                            reply -> {
                                assertThat(reply.response().sectionsIfReady()).isNotNull();
                                assertThat(reply.response().count(Section.ANSWER)).isOne();
                            });
        }
    }

    /// A headless service with 10,000 endpoints in 100 slices, as a cluster has it.
    private EndpointSliceObject slice(int number, int change) {
        var endpoints = new ArrayList<Endpoint>();
        for (int i = 0; i < 100; i++) {
            endpoints.add(
                    Endpoint.of(
                            new Address.V4((i == 0 ? 11 + change : 10) << 24 | number * 100 + i)));
        }
        return new EndpointSliceObject(
                "shop",
                "big-" + number,
                "big",
                List.copyOf(endpoints),
                List.of(),
                List.of(),
                EndpointSliceObject.NOT_TRIGGERED);
    }

    @Test
    void aServiceOfTenThousandEndpointsChangesSliceBySlice() {
        put(
                new NamespaceObject("shop"),
                new ServiceObject("shop", "big", List.of(), List.of(), null, List.of()));
        for (int i = 0; i < 100; i++) {
            put(slice(i, 0));
        }
        store.synced();
        assertThat(count("big.shop.svc.cluster.local.")).isEqualTo(FULL_MESSAGE);
        for (int change = 1; change <= 20; change++) {
            put(slice(change, change));
            assertThat(count("big.shop.svc.cluster.local.")).isEqualTo(FULL_MESSAGE);
            store.delete(
                    KubernetesObject.Kind.ENDPOINT_SLICE,
                    new KubernetesObject.Key("shop", "big-" + (change + 50)));
            store.publish();
            assertThat(count("big.shop.svc.cluster.local.")).isEqualTo(FULL_MESSAGE);
            assertThat(store.endpointAddressCount()).isEqualTo(9_900);
            put(slice(change + 50, 0));
        }
        assertThat(store.endpointAddressCount()).isEqualTo(10_000);
        assertThat(answer("10-0-7-108.big.shop.svc.cluster.local.", Type.A)).startsWith("NXDOMAIN");
        assertThat(answer("31-0-7-208.big.shop.svc.cluster.local.", Type.A))
                .isEqualTo("NOERROR [31.0.7.208]");
    }

    private int count(String name) {
        return ask(handler, name, Type.A) instanceof Outcome.Reply(var response)
                ? response.count(Section.ANSWER)
                : -1;
    }
}
