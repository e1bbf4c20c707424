package dev.onoma.plugins.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.onoma.api.Ede;
import dev.onoma.api.Metrics;
import dev.onoma.api.Outcome;
import dev.onoma.testkit.ApiServer;
import dev.onoma.testkit.ClusterData;
import dev.onoma.testkit.HandTime;
import io.prometheus.client.CollectorRegistry;
import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.locks.LockSupport;
import java.util.zip.CRC32C;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.xbill.DNS.Type;

/// The last known state of a cluster outlives the process, whatever happens to its file.
@Timeout(60)
final class SnapshotTest {
    private static final ClusterData DATA = new ClusterData(300, 3, 40);
    private static final String SOURCE = "the source of this test";

    @TempDir private Path folder;
    private final HandTime time = new HandTime();
    private final List<String> said = new CopyOnWriteArrayList<>();
    private final CollectorRegistry registry = new CollectorRegistry();
    private final Metrics metrics = new Metrics(registry); // one, as there is one of a process
    private final List<WatchedCluster> clusters = new ArrayList<>();
    private ApiServer server;
    private Path file;

    @BeforeEach
    void fill() throws IOException {
        file = folder.resolve("snapshot");
        server = new ApiServer();
        DATA.fill(server);
    }

    @AfterEach
    void close() throws IOException {
        clusters.forEach(WatchedCluster::close);
        server.close();
    }

    private ServiceStore store() {
        return new ServiceStore(time::now);
    }

    private WatchedCluster cluster(Path at) {
        var access = new ApiAccess(URI.create(server.url()), null, null, ApiCredentials.NONE, true);
        var snapshot = new SnapshotOptions(at, SnapshotOptions.AGE_MAX_DEFAULT);
        var options =
                new ApiOptions("", () -> access, "", "", true, true, false, 0, 1, 0, snapshot);
        var log = new ApiSourceTest.Lines(said);
        var store = store();
        store.keepExternal();
        var source =
                new ApiSource(
                        options,
                        new ObjectDetails(true, true, true, true),
                        null,
                        log,
                        new ApiMetrics(metrics, time::now),
                        new Random(1));
        var keeper =
                new SnapshotKeeper(
                        snapshot, SOURCE, List.of(store), time, log, new SnapshotMetrics(metrics));
        var cluster = new WatchedCluster(store, store(), source, keeper);
        clusters.add(cluster);
        return cluster;
    }

    private static void awaitFresh(WatchedCluster cluster) {
        long end = System.nanoTime() + Duration.ofSeconds(20).toNanos();
        while (!cluster.store().isFresh()) {
            assertThat(System.nanoTime()).as("time to wait for the API server").isLessThan(end);
            LockSupport.parkNanos(1_000_000);
        }
    }

    private void writeOne() {
        var cluster = cluster(file);
        cluster.start();
        awaitFresh(cluster);
        cluster.close();
    }

    private double metric(String name) {
        var value = registry.getSampleValue(name);
        return value == null ? Double.NaN : value;
    }

    private double counted(String name, String result) {
        var value = registry.getSampleValue(name, new String[] {"result"}, new String[] {result});
        return value == null ? 0 : value;
    }

    private static List<String> content(ServiceStore store) {
        var lines = new ArrayList<>(store.namespaceNames());
        store.states()
                .forEach(state ->
                        lines.add(
                                state.name()
                                        + " "
                                        + state.service()
                                        + withoutTime(state.slices())));
        switch (store.pods()) {
            case NamedPods pods -> pods.all().forEach(pod -> lines.add(pod.toString()));
            case CompactPods pods ->
                    pods.forEach((name, namespace, addresses) ->
                            lines.add(name + " " + namespace + " " + addresses));
        }
        return lines.stream().sorted().toList();
    }

    private static String withoutTime(List<EndpointSliceObject> slices) {
        return slices.stream()
                .map(s -> s.name() + s.service() + s.endpoints() + s.ports() + s.targets())
                .toList()
                .toString();
    }

    @Test
    void everythingThatIsWrittenIsReadAgain() throws IOException {
        var cluster = cluster(file);
        cluster.start();
        awaitFresh(cluster);
        var imports = store();
        imports.put(new NamespaceObject("shop"));
        imports.put(
                new EndpointSliceObject(
                        "shop",
                        "web-1",
                        "web",
                        List.of(
                                new Endpoint(
                                        Address.parse("fd00::1").orElseThrow(),
                                        "host",
                                        null,
                                        "east",
                                        null)),
                        List.of(new ServicePort("", "udp", 53)),
                        List.of(),
                        EndpointSliceObject.NOT_TRIGGERED));
        imports.put(
                new ServiceObject(
                        "shop", "alias", List.of(), List.of(), "", List.of("lb.example.org")));
        imports.keepExternal();
        imports.publish();
        var written = List.of(cluster.store(), imports);
        SnapshotWriter.write(file, SOURCE, time.now(), written);
        var read = List.of(store(), store());
        read.forEach(ServiceStore::keepExternal);
        var at = SnapshotReader.read(file, SOURCE, time.now(), Duration.ofDays(1), read);
        assertThat(at).isEqualTo(time.now());
        for (int i = 0; i < read.size(); i++) {
            assertThat(content(read.get(i))).isEqualTo(content(written.get(i)));
        }
        assertThat(content(read.getFirst())).hasSize(50 + 300 + 40);
    }

    @Test
    void namesAndLabelsOfPodsAreReadAgainWhereTheyAreKept() throws IOException {
        var store = new ServiceStore(time::now, new NamedPods());
        store.put(
                new PodObject(
                        "shop",
                        "web-0",
                        List.of(Address.parse("10.1.0.1").orElseThrow()),
                        Map.of("app", "web")));
        store.publish();
        SnapshotWriter.write(file, SOURCE, time.now(), List.of(store));
        var read = new ServiceStore(time::now, new NamedPods());
        SnapshotReader.read(file, SOURCE, time.now(), Duration.ofDays(1), List.of(read));
        assertThat(content(read)).isEqualTo(content(store)).hasSize(1);
        assertThat(content(read).getFirst()).contains("app=web");
    }

    @Test
    void aStartWithoutTheServerServesWhatWasKnownAndSaysSo()
            throws IOException, InterruptedException {
        writeOne();
        server.stop();
        var cluster = cluster(file);
        assertThat(cluster.start()).isFalse();
        assertThat(cluster.await(Duration.ofMinutes(1))).isFalse();
        var handler = Handlers.over(cluster, Handlers.options(null));
        assertThat(answer(handler, ClusterData.name(7))).isEqualTo("0 1 " + Ede.STALE_ANSWER);
        assertThat(answer(handler, ClusterData.name(7))).isEqualTo("0 1 " + Ede.STALE_ANSWER);
        assertThat(answer(handler, "nosuch.ns-7.svc.cluster.local."))
                .isEqualTo("3 0 " + Ede.STALE_NXDOMAIN);
        time.advance(Duration.ofSeconds(100));
        assertThat(metric("onoma_kubernetes_snapshot_age_seconds")).isEqualTo(100);
    }

    @Test
    void theServerThatReturnsIsFollowedWithoutAGap() throws IOException {
        writeOne();
        server.stop();
        var cluster = cluster(file);
        cluster.start();
        server.delete(DATA.service(8));
        server.put(DATA.slice(9, 5));
        server.restart();
        var handler = Handlers.over(cluster, Handlers.options(null));
        while (!cluster.store().isFresh()) {
            assertThat(answer(handler, ClusterData.name(7))).startsWith("0 1 ");
        }
        assertThat(answer(handler, ClusterData.name(7))).isEqualTo("0 1 " + Ede.NONE);
        assertThat(answer(handler, ClusterData.name(8))).isEqualTo("3 0 " + Ede.NONE);
        var changed = Objects.requireNonNull(cluster.store().service("ns-9", "svc-9"));
        assertThat(changed.hasEndpoint(Address.parse("172.16.0.5").orElseThrow())).isTrue();
        time.advance(Duration.ofSeconds(1));
        assertThat(metric("onoma_kubernetes_snapshot_age_seconds")).isZero();
    }

    /// The rcode, how many records there are, and the extended error.
    private static String answer(KubernetesHandler handler, String name) {
        var outcome =
                handler.handle(Handlers.query(name, Type.A), _ -> new Outcome.Dropped("no next"));
        return outcome instanceof Outcome.Reply(var response)
                ? response.rcode() + " " + response.answers().size() + " " + response.ede()
                : outcome.toString();
    }

    private void assertRefused(String reason) throws IOException {
        var before = Files.readAllBytes(file);
        var store = store();
        assertThatThrownBy(() ->
                        SnapshotReader.read(
                                file, SOURCE, time.now(), Duration.ofDays(1), List.of(store)))
                .isInstanceOf(SnapshotReader.Refused.class)
                .hasMessageContaining(reason);
        assertThat(store.isSynced()).isFalse();
        assertThat(store.states()).isEmpty();
        assertThat(Files.readAllBytes(file)).isEqualTo(before);
    }

    @Test
    void aBrokenFileIsRefused() throws IOException {
        writeOne();
        var octets = Files.readAllBytes(file);
        for (int at = 0; at < octets.length; at += 997) {
            octets[at] ^= 4;
            Files.write(file, octets);
            assertRefused("it is ");
            octets[at] ^= 4;
        }
        Files.write(file, java.util.Arrays.copyOf(octets, octets.length - 1));
        assertRefused("its checksum does not match");
        Files.write(file, new byte[0]);
        assertRefused("it has 0 octets");
    }

    @Test
    void aFileOfSomebodyElseIsRefused() throws IOException {
        Files.writeString(file, "apiVersion: v1\nkind: List\n");
        assertRefused("it begins with something else");
        SnapshotWriter.write(file, "another source", time.now(), List.of(store()));
        assertRefused("of another API server");
        SnapshotWriter.write(file, SOURCE, time.now(), List.of(store(), store()));
        assertRefused("of other options");
    }

    @Test
    void anotherFormatAndAnOldFileAreRefused() throws IOException {
        var octets = new ByteArrayOutputStream();
        var out = new DataOutputStream(octets);
        out.writeUTF(SnapshotWriter.MAGIC);
        out.writeByte(SnapshotWriter.FORMAT + 1);
        var checksum = new CRC32C();
        checksum.update(octets.toByteArray());
        out.writeLong(checksum.getValue());
        Files.write(file, octets.toByteArray());
        assertRefused("format " + (SnapshotWriter.FORMAT + 1));
        Instant old = time.now().minus(Duration.ofHours(25));
        SnapshotWriter.write(file, SOURCE, old, List.of(store()));
        assertRefused("too long ago");
    }

    @Test
    void aRefusedFileIsToldAndReplaced() throws IOException {
        Files.writeString(file, "nonsense, and more of it");
        writeOne();
        assertThat(said).anyMatch(line -> line.contains("is not used: it is no snapshot"));
        assertThat(counted("onoma_kubernetes_snapshot_reads_total", "refused")).isEqualTo(1);
        server.stop();
        var cluster = cluster(file);
        cluster.start();
        assertThat(cluster.store().services()).hasSize(300);
    }

    @Test
    void aPlaceThatCannotBeWrittenToIsToldOnceAndServingGoesOn() {
        var cluster = cluster(folder.resolve("nowhere").resolve("snapshot"));
        cluster.start();
        awaitFresh(cluster);
        for (int i = 0; i < 5; i++) {
            time.advance(SnapshotKeeper.WRITE_EVERY);
        }
        assertThat(said).filteredOn(line -> line.contains("cannot be written")).hasSize(1);
        assertThat(counted("onoma_kubernetes_snapshot_writes_total", "failed")).isEqualTo(5);
        assertThat(cluster.store().services()).hasSize(300);
    }

    @Test
    void onlyWhatHasChangedIsWrittenAndNotMoreOftenThanEveryHalfAMinute() {
        var cluster = cluster(file);
        cluster.start();
        awaitFresh(cluster);
        time.advance(SnapshotKeeper.WRITE_EVERY.minusSeconds(1));
        assertThat(file).doesNotExist();
        time.advance(Duration.ofSeconds(1));
        assertThat(file).exists();
        for (int i = 1; i <= 10; i++) {
            server.put(DATA.slice(i, i));
            time.advance(Duration.ofSeconds(2));
        }
        time.advance(Duration.ofMinutes(10));
        assertThat(counted("onoma_kubernetes_snapshot_writes_total", "written"))
                .isBetween(1.0, 3.0);
        assertThat(folder.resolve("snapshot.new")).doesNotExist();
    }
}
