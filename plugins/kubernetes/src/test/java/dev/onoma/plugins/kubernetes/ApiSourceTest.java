package dev.onoma.plugins.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;

import dev.onoma.api.Log;
import dev.onoma.api.Metrics;
import dev.onoma.testkit.ApiServer;
import dev.onoma.testkit.ClusterData;
import io.prometheus.client.CollectorRegistry;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// Whatever an API server and the network do, the store is as the cluster in the end.
@Timeout(60)
final class ApiSourceTest {
    private static final ClusterData DATA = new ClusterData(300, 3, 40);

    private final ServiceStore store = new ServiceStore(Instant::now);
    private final List<String> said = new CopyOnWriteArrayList<>();
    private final CollectorRegistry registry = new CollectorRegistry();
    private final Metrics metrics = new Metrics(registry);
    private ApiServer server;
    private ApiSource source;

    @BeforeEach
    void fill() throws IOException {
        server = new ApiServer();
        DATA.fill(server);
        source = source(true, "");
    }

    @AfterEach
    void close() throws IOException {
        source.close();
        server.close();
    }

    private ApiSource source(boolean protobuf, String labels) {
        return source(protobuf, labels, ApiCredentials.NONE);
    }

    private ApiSource source(boolean protobuf, String labels, ApiCredentials credentials) {
        var access = new ApiAccess(URI.create(server.url()), null, null, credentials, protobuf);
        var options =
                new ApiOptions("", () -> access, labels, "", true, true, false, 0, 1, 0, null);
        var details = new ObjectDetails(true, true, true, true);
        return new ApiSource(
                options,
                details,
                null,
                new Lines(said),
                new ApiMetrics(metrics, Instant::now),
                new Random(1));
    }

    /// Keeps lines.
    record Lines(List<String> lines) implements Log {
        @Override
        public void debug(String message) {}

        @Override
        public void info(String message) {
            lines.add(message);
        }

        @Override
        public void warning(String message) {
            lines.add(message);
        }

        @Override
        public void error(String message) {
            lines.add(message);
        }

        @Override
        public boolean isDebug() {
            return false;
        }
    }

    private static void await(String what, BooleanSupplier condition) {
        long end = System.nanoTime() + Duration.ofSeconds(20).toNanos();
        while (!condition.getAsBoolean()) {
            assertThat(System.nanoTime()).as("time to wait for: " + what).isLessThan(end);
            LockSupport.parkNanos(1_000_000);
        }
    }

    private void start() {
        source.start(store);
        await("the first list", store::isSynced);
    }

    private ServiceObject service(String namespace, String name) {
        var state = Objects.requireNonNull(store.service(namespace, name), name);
        return Objects.requireNonNull(state.service(), name);
    }

    private boolean has(int service, int change) {
        var state = store.service("ns-" + service % 50, "svc-" + service);
        var wanted = Address.parse("172.16.0." + change).orElseThrow();
        return state != null && state.hasEndpoint(wanted);
    }

    private void change(int service, int change) {
        server.put(DATA.slice(service, change));
    }

    private double failures(String resource, String cause) {
        var value =
                registry.getSampleValue(
                        "onoma_kubernetes_api_failures_total",
                        new String[] {"resource", "cause"},
                        new String[] {resource, cause});
        return value == null ? 0 : value;
    }

    private void assertEqualToTheCluster() {
        assertThat(store.services()).hasSize(300);
        assertThat(store.namespaceCount()).isEqualTo(50);
        // The index of addresses follows the services.
        await("the addresses", () -> store.endpointAddressCount() == 900);
        assertThat(store.pods().namespaceAt(Address.parse("10.128.0.1").orElseThrow())).isNotNull();
        var one = service("ns-7", "svc-7");
        assertThat(one.clusterIps()).containsExactly(Address.parse("10.96.1.7").orElseThrow());
        assertThat(one.ports()).containsExactly(new ServicePort("http", "tcp", 80));
        var state = Objects.requireNonNull(store.service("ns-7", "svc-7"));
        var endpoint = state.slices().getFirst().endpoints().getFirst();
        assertThat(endpoint.zone()).isEqualTo("zone-0");
        assertThat(endpoint.podName()).isEqualTo("svc-7-7d4f8b9c6d-21");
        assertThat(service("ns-49", "svc-99").isHeadless()).isTrue();
    }

    @Test
    void aStreamingListInProtobufFillsTheStore() {
        start();
        assertEqualToTheCluster();
        assertThat(server.asked("stream services")).isEqualTo(1);
        assertThat(server.asked("list services")).isZero();
    }

    @Test
    void aStreamingListInJsonFillsTheStore() {
        server.faults().refuseProtobuf(true);
        start();
        assertEqualToTheCluster();
    }

    @Test
    void aServerWithoutStreamingListsIsAskedForPages() {
        server.faults().refuseStreamingLists(true);
        start();
        assertEqualToTheCluster();
        assertThat(server.asked("list services")).isEqualTo(1);
        change(3, 4);
        await("an event", () -> has(3, 4));
    }

    @Test
    void aServerThatCannotStreamListsIsAskedForPages() {
        server.faults().failStreamingLists(true);
        start();
        assertEqualToTheCluster();
        server.expire();
        change(3, 4);
        await("an event", () -> has(3, 4));
        assertThat(server.asked("list services")).isPositive();
    }

    @Test
    void pagesInJsonFillTheStore() {
        server.faults().refuseStreamingLists(true);
        server.faults().refuseProtobuf(true);
        start();
        assertEqualToTheCluster();
    }

    @Test
    void aStreamingListThatDoesNotEndIsGivenUpForPages() {
        server.faults().withholdBookmarks(true);
        start();
        assertEqualToTheCluster();
        assertThat(failures("services", "endless")).isEqualTo(1);
        change(3, 4);
        await("an event", () -> has(3, 4));
    }

    @Test
    void changesAreFollowed() {
        start();
        change(5, 9);
        await("a change", () -> has(5, 9));
        server.delete(DATA.service(5));
        await("a deletion", () -> store.service("ns-5", "svc-5") == null);
        server.put(DATA.service(5));
        await("an addition", () -> has(5, 9));
    }

    @Test
    void aWatchThatEndsGoesOnWhereItWas() {
        start();
        change(5, 1);
        await("a change", () -> has(5, 1));
        server.endWatches();
        change(5, 2);
        await("a change while nobody watched", () -> has(5, 2));
        assertThat(server.asked("stream endpointslices")).isEqualTo(1);
    }

    @Test
    void anExpiredVersionLeadsToAList() {
        start();
        server.delete(DATA.service(6));
        await("a deletion", () -> store.service("ns-6", "svc-6") == null);
        server.faults().stall();
        server.delete(DATA.service(7));
        server.expire();
        server.reset();
        server.faults().goOn();
        await("what happened meanwhile", () -> store.service("ns-7", "svc-7") == null);
        assertThat(store.services()).hasSize(298);
        assertThat(failures("services", "gone")).isPositive();
        assertThat(said).noneMatch(line -> line.contains("Expired"));
    }

    @Test
    void aServerThatIsBusyIsLeftAloneForAsLongAsItWants() {
        server.faults().refuse("services", 429, Duration.ofSeconds(1), 2);
        long began = System.nanoTime();
        start();
        assertEqualToTheCluster();
        assertThat(Duration.ofNanos(System.nanoTime() - began))
                .isGreaterThan(Duration.ofSeconds(2));
        assertThat(failures("services", "throttled")).isEqualTo(2);
    }

    @Test
    void connectionsThatBreakAreMadeAgain() {
        start();
        for (int i = 1; i <= 3; i++) {
            int change = i;
            server.reset();
            change(5, change);
            await("a change after a reset", () -> has(5, change));
        }
        assertEqualToTheCluster();
    }

    @Test
    void anOutageKeepsWhatIsKnownAndIsToldOnce() throws IOException {
        start();
        server.stop();
        change(5, 3);
        await("trouble", () -> failures("services", "unreachable") > 2);
        assertThat(store.services()).hasSize(300);
        server.restart();
        await("a change during the outage", () -> has(5, 3));
        assertThat(said).filteredOn(line -> line.contains("Connection refused")).hasSize(1);
    }

    @Test
    void aStartWithoutAServerWaitsForIt() throws IOException {
        server.stop();
        source.start(store);
        await("trouble", source::isFailing);
        assertThat(store.isSynced()).isFalse();
        var reason =
                "namespaces, services, endpointslices, pods not listed yet from %s: Connection refused"
                        .formatted(server.url());
        await("the reason", () -> source.waitsFor().equals(reason));
        server.restart();
        await("the first list", store::isSynced);
        assertThat(source.waitsFor()).isEmpty();
        assertEqualToTheCluster();
    }

    @Test
    void repeatedAndLateEventsChangeNothing() {
        start();
        change(5, 1);
        change(5, 2);
        server.delete(DATA.service(8));
        await("the changes", () -> has(5, 2) && store.service("ns-8", "svc-8") == null);
        server.repeat(3);
        server.repeatBackwards(3);
        change(9, 1);
        await("a change behind them", () -> has(9, 1));
        server.put(DATA.service(10));
        assertThat(has(5, 2)).isTrue();
        assertThat(has(5, 1)).isFalse();
        assertThat(store.service("ns-8", "svc-8")).isNull();
    }

    @Test
    void refusalsAreToldWithTheirReasonOnceAMinute() {
        server.faults().refuse("pods", 403, Duration.ZERO, 3);
        start();
        assertThat(said)
                .filteredOn(line -> line.startsWith("Failed to watch: failed to list *v1.Pod:"))
                .hasSizeLessThanOrEqualTo(1);
        assertEqualToTheCluster();
    }

    @Test
    void labelsAreSelectedByTheServer() {
        source.close();
        source = source(true, "team=team-of-svc-7");
        start();
        assertThat(store.services()).hasSize(1);
    }

    @Test
    void anObjectOfAnyTypeOfServiceIsTaken() {
        start();
        server.put(
                Map.of(
                        "apiVersion",
                        "v1",
                        "kind",
                        "Service",
                        "metadata",
                        Map.of("name", "ext", "namespace", "ns-1"),
                        "spec",
                        Map.of("type", "ExternalName", "externalName", "example.org")));
        await("an external name", () -> store.service("ns-1", "ext") != null);
        assertThat(service("ns-1", "ext").externalName()).isEqualTo("example.org");
    }

    @Test
    void aListThatBreaksIsReadAgainFromItsBeginning() {
        server.faults().breakLists(100, 6);
        start();
        assertEqualToTheCluster();
        assertThat(failures("services", "broken") + failures("endpointslices", "broken"))
                .isPositive();
    }

    @Test
    void pagesThatBreakAreReadAgain() {
        server.faults().refuseStreamingLists(true);
        server.faults().breakLists(100, 4);
        start();
        assertEqualToTheCluster();
    }

    @Test
    void aListAgainLosesNothingMeanwhile() {
        start();
        server.delete(DATA.service(8));
        for (int i = 0; i < 3; i++) {
            server.faults().breakLists(150, 2);
            server.expire();
            server.put(DATA.slice(5, i + 1));
            int change = i + 1;
            await(
                    "a change behind the list",
                    () -> {
                        assertThat(store.service("ns-7", "svc-7")).isNotNull();
                        assertThat(store.service("ns-49", "svc-299")).isNotNull();
                        return has(5, change);
                    });
        }
        await("a deletion", () -> store.service("ns-8", "svc-8") == null);
        assertThat(store.services()).hasSize(299);
    }

    @Test
    void aServerThatStallsIsWaitedFor() {
        start();
        server.faults().stall();
        server.delete(DATA.service(8));
        change(5, 1);
        server.faults().goOn();
        await("what happened meanwhile", () -> has(5, 1) && store.service("ns-8", "svc-8") == null);
        assertThat(server.asked("stream services")).isEqualTo(1);
    }

    @Test
    void bookmarksAreWhereAWatchGoesOn() {
        start();
        change(5, 1);
        server.delete(DATA.service(8));
        server.bookmark();
        await("bookmarks", () -> bookmarks("services") > 0 && bookmarks("endpointslices") > 0);
        server.compact();
        server.endWatches();
        change(5, 2);
        await("a change behind the bookmark", () -> has(5, 2));
        assertThat(failures("services", "gone")).isZero();
        assertThat(server.asked("stream services")).isEqualTo(1);
    }

    private double bookmarks(String resource) {
        var value =
                registry.getSampleValue(
                        "onoma_kubernetes_api_events_total",
                        new String[] {"resource", "type"},
                        new String[] {resource, "bookmark"});
        return value == null ? 0 : value;
    }

    @Test
    void aTokenThatHasBeenExchangedIsReadAgain(@TempDir Path folder) throws IOException {
        source.close();
        var file = Files.writeString(folder.resolve("token"), "first\n");
        server.faults().demandToken("first");
        source = source(true, "", new FileToken(file));
        start();
        Files.writeString(file, "second\n");
        server.faults().demandToken("second");
        server.reset();
        change(5, 1);
        // Whether the old token was refused first depends on when the file was looked at.
        await("a change after the exchange", () -> has(5, 1));
        assertEqualToTheCluster();
    }
}
