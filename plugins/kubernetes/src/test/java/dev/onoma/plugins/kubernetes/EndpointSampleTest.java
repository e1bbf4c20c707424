package dev.onoma.plugins.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;

import dev.onoma.api.NameKey;
import dev.onoma.api.Names;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.xbill.DNS.ARecord;
import org.xbill.DNS.Name;
import org.xbill.DNS.Record;
import org.xbill.DNS.SRVRecord;
import org.xbill.DNS.Section;
import org.xbill.DNS.Type;

/// A headless service with 10,000 endpoints in 100 slices.
final class EndpointSampleTest {
    private static final Name ZONE = Names.of("cluster.local.");
    private static final Name BIG = Names.of("big.shop.svc.cluster.local.");
    private static final int ENDPOINTS = 10_000;
    private static final int SLICE_ENDPOINTS = 100;
    private static final int SLICES = ENDPOINTS / SLICE_ENDPOINTS;
    private static final int DATAGRAM = 1_232;
    private static final int MESSAGE = 65_535;
    private static final List<ServicePort> PORTS =
            List.of(new ServicePort("http", "tcp", 80), new ServicePort("dns", "udp", 53));

    private final ServiceStore store = new ServiceStore(InstantSource.system());

    private static Endpoint endpoint(int number) {
        return new Endpoint(
                new Address.V4(10 << 24 | number),
                null,
                null,
                null,
                number % 4 == 0 ? "zone-a" : "zone-b");
    }

    /// The first slice of the service, with another first endpoint for each number.
    static EndpointSliceObject changed(int change) {
        var endpoints = new ArrayList<>(slice(0, SLICE_ENDPOINTS).endpoints());
        endpoints.set(0, endpoint(1 << 20 | change));
        return slice("big-0", endpoints);
    }

    private static EndpointSliceObject slice(int number, int size) {
        var endpoints = new ArrayList<Endpoint>();
        for (int i = 0; i < size; i++) {
            endpoints.add(endpoint(number * size + i));
        }
        return slice("big-" + number, endpoints);
    }

    private static EndpointSliceObject slice(String name, List<Endpoint> endpoints) {
        return new EndpointSliceObject(
                "shop",
                name,
                "big",
                List.copyOf(endpoints),
                PORTS,
                List.of(),
                EndpointSliceObject.NOT_TRIGGERED);
    }

    /// The service, with some multiple of a hundred endpoints.
    static void fill(ServiceStore store, int endpoints) {
        store.put(new NamespaceObject("shop"));
        store.put(new ServiceObject("shop", "big", List.of(), PORTS, null, List.of()));
        for (int i = 0; i < endpoints / SLICE_ENDPOINTS; i++) {
            store.put(slice(i, SLICE_ENDPOINTS));
        }
        store.publish();
        store.synced();
    }

    private ServiceState state(EndpointSliceObject... more) {
        fill(store, ENDPOINTS);
        for (var slice : more) {
            store.put(slice);
        }
        store.publish();
        return Objects.requireNonNull(store.service("shop", "big"));
    }

    private static Finding find(
            ServiceState state, @Nullable String port, String near, int type, int octets, int at) {
        var question =
                new ClusterQuestion.Service(
                        "shop", "big", null, null, port, port == null ? null : "tcp", null);
        return new EndpointSample(
                        question, state, near, new AnswerRecords(5), /* podNames= */ false, _ -> at)
                .find(BIG, type, ZONE, octets);
    }

    private static List<Record> answer(Finding finding) {
        return finding instanceof Finding.Sample(var sections, _)
                ? sections.records(BIG, Section.ANSWER)
                : List.of();
    }

    private static boolean isWhole(Finding finding) {
        return finding instanceof Finding.Sample(_, boolean whole) && whole;
    }

    private static String address(Record record) {
        return Objects.requireNonNull(((ARecord) record).getAddress()).getHostAddress();
    }

    @Test
    void eachEndpointIsTheFirstAsOftenAsEveryOther() {
        var state = state();
        var firsts = new HashSet<String>();
        for (int at = 0; at < ENDPOINTS; at++) {
            firsts.add(address(answer(find(state, null, "", Type.A, 512, at)).getFirst()));
        }
        assertThat(firsts).hasSize(ENDPOINTS);
    }

    @Test
    void eachEndpointIsInAsManyAnswersAsEveryOther() {
        var state = state();
        var times = new int[ENDPOINTS];
        for (int at = 0; at < ENDPOINTS; at++) {
            for (var record : answer(find(state, null, "", Type.A, 512, at))) {
                var octets = ((ARecord) record).getAddress().getAddress();
                times[(octets[2] & 0xff) << 8 | octets[3] & 0xff]++;
            }
        }
        assertThat(times).containsOnly(512 / 16 + 1);
    }

    @Test
    void anAnswerIsAsLongAsTheMessageAndNoLonger() {
        var state = state();
        var datagram = find(state, null, "", Type.A, DATAGRAM, 9_990);
        assertThat(answer(datagram)).hasSize(DATAGRAM / 16 + 1).doesNotHaveDuplicates();
        assertThat(isWhole(datagram)).isFalse();
        var message = find(state, null, "", Type.A, MESSAGE, 9_990);
        assertThat(answer(message)).hasSize(MESSAGE / 16 + 1).doesNotHaveDuplicates();
        assertThat(isWhole(message)).isFalse();
    }

    @Test
    void whatFitsIsWhole() {
        var small = state();
        for (int i = 3; i < SLICES; i++) {
            store.delete(
                    KubernetesObject.Kind.ENDPOINT_SLICE,
                    new KubernetesObject.Key("shop", "big-" + i));
        }
        store.publish();
        assertThat(small.isCurrent()).isFalse();
        var state = Objects.requireNonNull(store.service("shop", "big"));
        var all = find(state, null, "", Type.A, MESSAGE, 150);
        assertThat(answer(all)).hasSize(300).doesNotHaveDuplicates();
        assertThat(isWhole(all)).isTrue();
        var services = find(state, "http", "", Type.SRV, MESSAGE, 150);
        assertThat(answer(services)).hasSize(300).doesNotHaveDuplicates();
        assertThat(isWhole(services)).isTrue();
        assertThat(services)
                .isInstanceOfSatisfying(
                        Finding.Sample.class,
                        sample ->
                                assertThat(sample.sections().count(Section.ADDITIONAL))
                                        .isEqualTo(300));
    }

    @Test
    void anEndpointThatSlicesRepeatIsSentOnce() {
        var state = state(slice("zzz", List.of(endpoint(9_999), endpoint(0))));
        assertThat(answer(find(state, null, "", Type.A, DATAGRAM, ENDPOINTS)))
                .hasSize(DATAGRAM / 16 + 1)
                .doesNotHaveDuplicates();
    }

    @Test
    void portsHaveSrvRecordsWithAWeightOfTheirShare() {
        var state = state();
        var answer = answer(find(state, "http", "", Type.SRV, DATAGRAM, 77));
        assertThat(answer).hasSizeBetween(DATAGRAM / 70, DATAGRAM / 40);
        assertThat(((SRVRecord) answer.getFirst()).getWeight()).isOne();
        assertThat(((SRVRecord) answer.getFirst()).getTarget())
                .isEqualTo(Names.of("10-0-0-77.big.shop.svc.cluster.local."));
        assertThat(answer(find(state, null, "", Type.SRV, MESSAGE, 77)))
                .extracting(r -> ((SRVRecord) r).getPort())
                .contains(80, 53);
        assertThat(find(state, "ssh", "", Type.SRV, MESSAGE, 0)).isEqualTo(new Finding.NoName());
    }

    @Test
    void eachEndpointOfAZoneIsTheFirstAsOftenAsEveryOther() {
        var state = state();
        var firsts = new HashSet<String>();
        for (int at = 0; at < ENDPOINTS / 4; at++) {
            firsts.add(address(answer(find(state, null, "zone-a", Type.A, 512, at)).getFirst()));
        }
        assertThat(firsts).hasSize(ENDPOINTS / 4);
    }

    @Test
    void aZoneHasItsOwnEndpoints() {
        var state = state();
        assertThat(answer(find(state, null, "zone-a", Type.A, MESSAGE, 2_000)))
                .hasSize(2_500)
                .allMatch(r -> address(r).matches(".*[02468]"));
        assertThat(find(state, null, "zone-c", Type.A, MESSAGE, 0)).isEqualTo(new Finding.NoName());
    }

    @Test
    void aFamilyThatNoneHasIsNoData() {
        var state = state();
        assertThat(find(state, null, "", Type.AAAA, DATAGRAM, 0)).isEqualTo(new Finding.NoData());
        assertThat(find(state, null, "", Type.TXT, DATAGRAM, 0)).isEqualTo(new Finding.NoData());
        var v6 = new ArrayList<Endpoint>();
        for (int i = 0; i < 100; i++) {
            v6.add(Endpoint.of(new Address.V6(0xfd00L << 48, i)));
        }
        assertThat(answer(find(state(slice("six", v6)), null, "", Type.AAAA, MESSAGE, 99)))
                .hasSize(100);
    }

    @Test
    void endpointsAreFoundByTheirNames() {
        state(
                slice(
                        "named",
                        List.of(
                                new Endpoint(
                                        new Address.V4(11 << 24 | 1), "Db-0", null, null, null))));
        var options = Handlers.options(null);
        var answers = new ClusterAnswers(options, store, store, new LocalNameServers());
        for (var label : List.of("10-0-39-15", "db-0")) {
            var name = Names.of(label + "." + BIG);
            assertThat(answers.find(NameKey.of(name), name, Type.A, ZONE, DATAGRAM))
                    .isInstanceOfSatisfying(
                            Finding.Records.class, found -> assertThat(found.answer()).hasSize(1));
        }
        for (var label : List.of("11-0-0-1", "10-0-39-16", "010-0-39-15", "db-1")) {
            var name = Names.of(label.toLowerCase(Locale.ROOT) + "." + BIG);
            assertThat(answers.find(NameKey.of(name), name, Type.A, ZONE, DATAGRAM))
                    .isEqualTo(new Finding.NoName());
        }
    }
}
