package dev.onoma.plugins.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;

import dev.onoma.api.Metrics;
import dev.onoma.api.ServerTls;
import dev.onoma.server.tls.PemTls;
import dev.onoma.testkit.ApiServer;
import dev.onoma.testkit.Authority;
import dev.onoma.testkit.ClusterData;
import dev.onoma.testkit.HandTime;
import io.prometheus.client.CollectorRegistry;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// Every fault of an API server ends the same way: what was known before was known all the time,
/// the store is as the cluster when the fault is over, each cause was counted, and there was one
/// line for it.
///
/// Waits are a tenth of the real ones, which [#recoveryTakesLessThanFiveSeconds] adds up. With
/// `-Ddev.onoma.faults.faster=1` they are the real ones, and it is printed how long each recovery
/// took; that is ten minutes.
@Timeout(600)
final class ApiFaultsTest {
    private static final int SERVICES = 300;
    private static final int DELETED = 8;
    static final ClusterData DATA = new ClusterData(SERVICES, 3, 40);
    private static final int FASTER = Integer.getInteger("dev.onoma.faults.faster", 10);
    private static final ApiPatience PATIENCE = ApiPatience.DEFAULT.faster(FASTER);
    static final List<String> RESOURCES =
            List.of("namespaces", "services", "endpointslices", "pods");

    @TempDir Path folder;
    private final ServiceStore store = new ServiceStore(Instant::now);
    private final List<String> said = new CopyOnWriteArrayList<>();
    private final List<String> files = new CopyOnWriteArrayList<>(); // what was said about them
    private final List<String> missed = new CopyOnWriteArrayList<>();
    private final CollectorRegistry registry = new CollectorRegistry();
    private final Metrics metrics = new Metrics(registry);
    private final PemTls tls = new PemTls(new HandTime(), Map.of());
    volatile boolean nameless;
    private volatile boolean over;
    ApiServer server;
    Authority authority;
    Authority other;
    private ApiSource source;
    Path token;

    @BeforeEach
    void start() throws IOException {
        server = new ApiServer();
        DATA.fill(server);
        for (int i = 0; i < 200; i++) {
            server.put(DATA.slice(5, 0)); // versions are ahead of what a restored server has
        }
        token = Files.writeString(folder.resolve("token"), "first");
        server.faults().demandToken("first");
        authority = Authority.in(folder);
        other = Authority.in(folder.resolve("other"));
        authority.issue("client", "first");
        copy(authority.certificate(), "trusted.pem");
        serve(authority, "api.example");
        kubeconfig();
        source = source(said, new ApiMetrics(metrics, Instant::now));
        source.start(store);
        await("the first list", store::isSynced);
    }

    @AfterEach
    void close() throws IOException {
        source.close();
        server.close();
    }

    private void kubeconfig() throws IOException {
        Files.writeString(
                folder.resolve("config"),
                """
                clusters: [{name: c, cluster: {server: "%s", certificate-authority: trusted.pem}}]
                users:
                - name: u
                  user: {tokenFile: token, client-certificate: client.pem, client-key: client.key}
                contexts: [{name: x, context: {cluster: c, user: u}}]
                current-context: x
                """
                        .formatted(server.url().replace("127.0.0.1", "api.example")));
    }

    /// The server is somebody else from now on.
    void serve(Authority by, String name) throws IOException {
        serve(by, name, authority);
    }

    /// @param clients whose certificates it takes
    void serve(Authority by, String name, Authority clients) throws IOException {
        by.issue("server", name);
        serve(by, clients);
    }

    /// @param by whose folder has its certificate
    void serve(Authority by, Authority clients) throws IOException {
        var file = by.certificate();
        var identity =
                tls.identity(
                        file.resolveSibling("server.pem"),
                        file.resolveSibling("server.key"),
                        Optional.empty());
        server.secure(
                tls.server(
                        new ServerTls(
                                () -> identity,
                                ServerTls.ClientAuth.VERIFY_IF_GIVEN,
                                tls.certificates(clients.certificate()))));
        server.reset();
    }

    void copy(Path from, String to) throws IOException {
        Files.copy(from, folder.resolve(to), StandardCopyOption.REPLACE_EXISTING);
    }

    void trustBoth() throws IOException {
        Files.writeString(
                folder.resolve("trusted.pem"),
                Files.readString(authority.certificate()) + Files.readString(other.certificate()));
    }

    void cutInHalf(String file) throws IOException {
        var octets = Files.readAllBytes(folder.resolve(file));
        Files.write(folder.resolve(file), Arrays.copyOf(octets, octets.length / 2));
    }

    private ApiSource source(List<String> lines, ApiMetrics counters) {
        var access =
                new AccessFiles(
                        seen ->
                                Kubeconfig.read(
                                        folder.resolve("config"), "", tls, Instant::now, seen),
                        new ApiSourceTest.Lines(files));
        return new ApiSource(
                new ApiOptions("", access, "", "", true, true, false, 0, 1, 0, null),
                new ObjectDetails(true, true, true, true),
                null,
                new ApiSourceTest.Lines(lines),
                counters,
                new Random(1),
                this::addresses,
                PATIENCE);
    }

    private InetAddress[] addresses(String host) throws UnknownHostException {
        if (nameless) {
            throw new UnknownHostException(host);
        }
        return new InetAddress[] {InetAddress.ofLiteral("127.0.0.1")};
    }

    static void await(String what, BooleanSupplier condition) {
        long end = System.nanoTime() + Duration.ofSeconds(300 / FASTER).toNanos();
        while (!condition.getAsBoolean()) {
            assertThat(System.nanoTime()).as("time to wait for: " + what).isLessThan(end);
            LockSupport.parkNanos(1_000_000);
        }
    }

    @ParameterizedTest
    @EnumSource
    void everyFaultEndsWithTheStateOfTheCluster(ApiFault fault) throws Exception {
        var asking = Thread.startVirtualThread(this::lookUpEverything);
        fault.begin(this);
        change();
        if (!fault.isMetInTheEnd()) {
            awaitMeeting(fault);
        }
        fault.end(this);
        long ended = System.nanoTime();
        awaitMeeting(fault); // with the store as it should be already, perhaps
        var state = stateReadAnew();
        await("the state of the cluster", () -> state(store).equals(state));
        if (FASTER == 1) {
            var took = Duration.ofNanos(System.nanoTime() - ended);
            System.out.printf("%s: recovered after %d ms%n", fault, took.toMillis());
        }
        over = true;
        asking.join();
        assertThat(missed).isEmpty();
        assertThat(state).noneMatch(line -> line.contains("name=svc-" + DELETED + ","));
        assertThat(state).anyMatch(line -> line.contains("172.16.0.7"));
        // More causes may be met on the way to the one: a server that is back resets, for instance.
        assertThat(said)
                .hasSizeLessThanOrEqualTo(
                        (int)
                                Stream.of(ApiFailure.Cause.values())
                                        .filter(c -> failures(c) > 0)
                                        .count());
        assertThat(said).allMatch(line -> line.startsWith("Failed to watch: failed to "));
    }

    private void awaitMeeting(ApiFault fault) {
        var cause = fault.cause;
        if (cause != null) {
            await(fault + " to be met with", () -> failures(cause) > 0);
        }
    }

    @Test
    void recoveryTakesLessThanFiveSeconds() {
        var real = ApiPatience.DEFAULT;
        var tried = real.connectMax().plus(real.retry(100));
        assertThat(tried)
                .as("an attempt that began too early, and the rest behind it")
                .isLessThan(Duration.ofMillis(4500));
        assertThat(real.streamMax())
                .as("a streaming list without an end")
                .isLessThan(Duration.ofMillis(4500));
    }

    /// What happens meanwhile: a service goes, an endpoint moves.
    void change() {
        server.delete(DATA.service(DELETED));
        server.delete(DATA.slice(DELETED, 0));
        server.put(DATA.slice(5, 1));
        server.put(DATA.slice(5, 7));
        server.put(DATA.service(9));
    }

    boolean hasEndpoint(int number, String address) {
        var state = service(number);
        return state != null && state.hasEndpoint(Address.parse(address).orElseThrow());
    }

    private @Nullable ServiceState service(int number) {
        return store.service("ns-" + number % 50, "svc-" + number);
    }

    private void lookUpEverything() {
        while (!over) {
            for (int i = 0; i < SERVICES; i++) {
                var state = i == DELETED ? null : service(i);
                boolean whole = state != null && state.service() != null && state.hasEndpoint();
                if (i != DELETED && !whole || !store.hasNamespace("ns-" + i % 50)) {
                    missed.add("svc-" + i);
                }
            }
            LockSupport.parkNanos(100_000);
        }
    }

    private double failures(ApiFailure.Cause cause) {
        return RESOURCES.stream()
                .map(resource ->
                        registry.getSampleValue(
                                "onoma_kubernetes_api_failures_total",
                                new String[] {"resource", "cause"},
                                new String[] {resource, cause.name().toLowerCase(Locale.ROOT)}))
                .mapToDouble(value -> value == null ? 0 : value)
                .sum();
    }

    /// Of the same cluster, by somebody who has just come.
    private List<String> stateReadAnew() throws IOException {
        var other = new ServiceStore(Instant::now);
        try (var reader =
                source(
                        new CopyOnWriteArrayList<>(),
                        new ApiMetrics(new Metrics(new CollectorRegistry()), Instant::now))) {
            reader.start(other);
            await("another list", other::isSynced);
            return state(other);
        } catch (UncheckedIOException e) {
            throw e.getCause();
        }
    }

    /// All that a store knows, in order.
    private static List<String> state(ServiceStore store) {
        var services =
                store.states().stream().map(s -> s.name() + ": " + s.service() + " " + s.slices());
        var pods =
                IntStream.range(1, 41)
                        .mapToObj(i -> Address.parse("10.128.0." + i).orElseThrow())
                        .map(address -> address + " " + store.pods().namespaceAt(address));
        return Stream.of(store.namespaceNames().stream(), services, pods)
                .flatMap(part -> part)
                .sorted()
                .toList();
    }
}
