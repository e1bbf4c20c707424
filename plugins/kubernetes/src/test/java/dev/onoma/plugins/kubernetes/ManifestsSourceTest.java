package dev.onoma.plugins.kubernetes;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class ManifestsSourceTest {
    private static final Duration DEADLINE = Duration.ofSeconds(10);

    private final List<String> problems = Collections.synchronizedList(new ArrayList<>());
    private final ServiceStore store = new ServiceStore(InstantSource.system());

    @TempDir Path directory = Path.of("");

    private ManifestsSource source() {
        return new ManifestsSource(directory, ManifestOptions.defaults(), problems::add);
    }

    private void write(String file, String text) throws IOException {
        Files.writeString(directory.resolve(file), text);
    }

    private static String service(String name, String ip) {
        return """
        ---
        apiVersion: v1
        kind: Service
        metadata: {name: %s, namespace: shop}
        spec: {clusterIP: %s, ports: [{port: 80}]}
        """
                .formatted(name, ip);
    }

    private String ipOf(String name) {
        var state = store.service("shop", name);
        return state == null ? "none" : requireNonNull(state.service()).clusterIps().toString();
    }

    /// Looks until nobody seems to be writing any more.
    private void settle(ManifestsSource source) {
        while (source.poll(store)) {
            // two looks in a row have to see the same
        }
    }

    @Test
    void filesAreReadChangedAndRemoved() throws IOException {
        write("a.yaml", service("web", "10.0.0.1"));
        write("b.yml", service("db", "10.0.0.2"));
        write("notes.txt", "not: [yaml");
        var source = source();
        settle(source);
        assertThat(store.isSynced()).isTrue();
        assertThat(store.hasNamespace("shop")).isTrue();
        assertThat(ipOf("web")).isEqualTo("[10.0.0.1]");

        write("a.yaml", service("web", "10.0.0.11"));
        settle(source);
        assertThat(ipOf("web")).isEqualTo("[10.0.0.11]");
        assertThat(ipOf("db")).isEqualTo("[10.0.0.2]");

        Files.delete(directory.resolve("b.yml"));
        settle(source);
        assertThat(ipOf("db")).isEqualTo("none");
        assertThat(problems).isEmpty();
    }

    @Test
    void aChangedFileIsTakenOnlyWhenTwoLooksSeeTheSame() throws IOException {
        write("a.yaml", service("web", "10.0.0.1"));
        var source = source();
        settle(source);
        write("a.yaml", "");
        assertThat(source.poll(store)).isTrue();
        assertThat(ipOf("web")).isEqualTo("[10.0.0.1]");
        write("a.yaml", service("web", "10.0.0.1") + service("db", "10.0.0.2"));
        settle(source);
        assertThat(ipOf("web")).isEqualTo("[10.0.0.1]");
        assertThat(ipOf("db")).isEqualTo("[10.0.0.2]");
    }

    @Test
    void aBrokenFileKeepsItsLastGoodStateAndOthersMoveOn() throws IOException {
        write("a.yaml", service("web", "10.0.0.1"));
        write("b.yaml", service("db", "10.0.0.2"));
        var source = source();
        settle(source);
        var web = requireNonNull(store.service("shop", "web"));
        write("a.yaml", service("web", "10.0.0.111").replace("port: 80", "port: http"));
        write("b.yaml", service("db", "10.0.0.22"));
        settle(source);
        settle(source);
        assertThat(web.isCurrent()).isTrue();
        assertThat(ipOf("db")).isEqualTo("[10.0.0.22]");
        assertThat(problems)
                .singleElement()
                .asString()
                .contains("a.yaml:5:46: spec.ports[0].port is a whole number from 1 to 65535")
                .contains("its last good state stays served until it is corrected");
        write("a.yaml", service("web", "10.0.0.111"));
        settle(source);
        assertThat(ipOf("web")).isEqualTo("[10.0.0.111]");
    }

    @Test
    void aMountedConfigMapIsFollowedThroughItsLinks() throws IOException {
        for (var version : List.of("..v1", "..v2")) {
            Files.createDirectory(directory.resolve(version));
        }
        Files.writeString(directory.resolve("..v1/a.yaml"), service("web", "10.0.0.1"));
        Files.writeString(directory.resolve("..v2/a.yaml"), service("web", "10.0.0.2"));
        Files.createSymbolicLink(directory.resolve("..data"), Path.of("..v1"));
        Files.createSymbolicLink(directory.resolve("a.yaml"), Path.of("..data/a.yaml"));
        var source = source();
        settle(source);
        assertThat(ipOf("web")).isEqualTo("[10.0.0.1]");
        Files.createSymbolicLink(directory.resolve("..data_tmp"), Path.of("..v2"));
        Files.move(
                directory.resolve("..data_tmp"),
                directory.resolve("..data"),
                java.nio.file.StandardCopyOption.ATOMIC_MOVE);
        settle(source);
        assertThat(ipOf("web")).isEqualTo("[10.0.0.2]");
    }

    @Test
    void anUnreadableDirectoryIsReportedOnce() throws IOException {
        Files.delete(directory);
        var source = source();
        source.poll(store);
        source.poll(store);
        assertThat(problems).hasSize(1);
        assertThat(store.isSynced()).isFalse();
        Files.createDirectory(directory);
        write("a.yaml", service("web", "10.0.0.1"));
        settle(source);
        assertThat(ipOf("web")).isEqualTo("[10.0.0.1]");
    }

    @Test
    void theFileSystemIsWatched() throws IOException, InterruptedException {
        write("a.yaml", service("web", "10.0.0.1"));
        try (var source = source()) {
            source.start(store);
            await(() -> ipOf("web").equals("[10.0.0.1]"));
            write("a.yaml", service("web", "10.0.0.2"));
            await(() -> ipOf("web").equals("[10.0.0.2]"));
            write("b.yaml", service("db", "10.0.0.3"));
            await(() -> ipOf("db").equals("[10.0.0.3]"));
            Files.delete(directory.resolve("a.yaml"));
            await(() -> ipOf("web").equals("none"));
        }
    }

    private static void await(BooleanSupplier condition) throws InterruptedException {
        long end = System.nanoTime() + DEADLINE.toNanos();
        while (!condition.getAsBoolean()) {
            assertThat(System.nanoTime()).as("the deadline").isLessThan(end);
            Thread.sleep(5);
        }
    }
}
