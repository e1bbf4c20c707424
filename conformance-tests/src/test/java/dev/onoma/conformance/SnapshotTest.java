package dev.onoma.conformance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.onoma.testkit.ApiServer;
import dev.onoma.testkit.Cluster;
import dev.onoma.testkit.ClusterData;
import dev.onoma.testkit.OnomaSubject;
import dev.onoma.testkit.Ports;
import dev.onoma.testkit.Subject;
import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.zip.CRC32C;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/// A server with and without the last known state of its cluster in a file, while the API server is
/// away, and with a file or a place for it that is of no use.
@Timeout(120)
final class SnapshotTest {
    private static final long PATIENCE_NANOS = TimeUnit.SECONDS.toNanos(30);
    private static final ClusterData DATA = new ClusterData(300, 3, 0);

    @TempDir Path folder;

    private final String dig = Tools.tool("dig", "bind9-dnsutils");
    private int dns;
    private int ready;
    private int metrics;
    private ApiServer api;
    private Path file;

    @BeforeEach
    void fill() throws IOException {
        dns = Ports.free();
        ready = Ports.free();
        metrics = Ports.free();
        api = new ApiServer();
        DATA.fill(api);
        file = Files.createDirectory(folder.resolve("state")).resolve("snapshot");
    }

    @AfterEach
    void close() throws IOException {
        api.close();
    }

    private Subject.Running start(Subject subject, String snapshot) throws Exception {
        var corefile =
                """
                cluster.local {
                    ready 127.0.0.1:%d
                    prometheus 127.0.0.1:%d
                    errors
                    kubernetes {
                        endpoint %s
                        %s
                    }
                }
                other.test {
                    hosts {
                        192.0.2.1 a.other.test
                    }
                }
                """
                        .formatted(ready, metrics, api.url(), snapshot);
        return subject.start(new Subject.Setup(folder, corefile, dns, Cluster.none(folder)));
    }

    private String ask(String name) throws Exception {
        return Tools.run(dig, "@127.0.0.1", "-p", "" + dns, "+time=2", "+tries=1", name, "A");
    }

    private void awaitAnswer(String name, String... parts) throws Exception {
        long begin = System.nanoTime();
        var said = ask(name);
        while (!List.of(parts).stream().allMatch(said::contains)
                && System.nanoTime() - begin < PATIENCE_NANOS) {
            said = ask(name);
        }
        assertThat(said).contains(parts);
    }

    private static String get(int port, String path) throws Exception {
        try (var client = HttpClient.newHttpClient()) {
            var request =
                    HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path)).build();
            var response = client.send(request, BodyHandlers.ofString());
            return response.statusCode() + " " + response.body();
        }
    }

    private double age() throws Exception {
        return get(metrics, "/metrics")
                .lines()
                .filter(line -> line.startsWith("onoma_kubernetes_snapshot_age_seconds"))
                .mapToDouble(line -> Double.parseDouble(line.substring(line.indexOf(' ') + 1)))
                .findFirst()
                .orElseThrow();
    }

    private static long lines(Subject.Running running, String part) {
        return running.log().lines().filter(line -> line.contains(part)).count();
    }

    private void writeOne() throws Exception {
        try (var _ = start(new OnomaSubject(), "snapshot " + file)) {
            awaitAnswer(ClusterData.name(7), "NOERROR", "ANSWER: 1");
        }
        assertThat(file).exists();
    }

    @Test
    void aProcessThatStartsWithoutTheApiAnswersFromTheFileUntilTheApiIsBack() throws Exception {
        writeOne();
        api.stop();
        try (var running = start(Subjects.process(), "snapshot " + file)) {
            assertThat(ask(ClusterData.name(7))).contains("NOERROR", "ANSWER: 1", "EDE: 3 ");
            assertThat(ask("nosuch.ns-1.svc.cluster.local")).contains("NXDOMAIN", "EDE: 19 ");
            assertThat(ask("a.other.test")).contains("NOERROR", "192.0.2.1").doesNotContain("EDE");
            assertThat(get(ready, "/ready")).isEqualTo("200 OK");
            assertThat(age()).isPositive();
            assertThat(lines(running, "served until the Kubernetes API has been read")).isOne();
            api.delete(DATA.service(8));
            api.restart();
            awaitAnswer(ClusterData.name(8), "NXDOMAIN");
            long begin = System.nanoTime();
            while (ask(ClusterData.name(7)).contains("EDE") || age() > 0) {
                assertThat(System.nanoTime() - begin).isLessThan(PATIENCE_NANOS);
            }
            assertThat(ask(ClusterData.name(7))).contains("NOERROR", "ANSWER: 1");
        }
    }

    @Test
    void withoutAFileOtherZonesAreAnsweredAndTheClusterIsNotReady() throws Exception {
        api.stop();
        try (var running = start(Subjects.process(), "snapshot " + file)) {
            assertThat(ask("a.other.test")).contains("NOERROR", "192.0.2.1");
            assertThat(ask(ClusterData.name(7))).contains("SERVFAIL", "EDE: 14 ");
            assertThat(get(ready, "/ready"))
                    .startsWith("503 kubernetes\nkubernetes: ")
                    .contains("services", "not listed yet from " + api.url(), "refused");
            assertThat(lines(running, "does not exist yet; it will be written")).isOne();
            api.restart();
            awaitAnswer(ClusterData.name(7), "NOERROR", "ANSWER: 1");
        }
    }

    /// What may stand where a snapshot is expected.
    enum Useless {
        NONSENSE("it is no snapshot: it begins with something else"),
        CUT("its checksum does not match"),
        CHANGED("its checksum does not match"),
        EMPTY("it is no snapshot: it has 0 octets"),
        OTHER_VERSION("it has format 99, and this version reads");

        private final String reason;

        Useless(String reason) {
            this.reason = reason;
        }

        private void put(Path file) throws IOException {
            var octets = Files.readAllBytes(file);
            switch (this) {
                case NONSENSE -> Files.writeString(file, "nonsense, and more of it");
                case CUT -> Files.write(file, java.util.Arrays.copyOf(octets, octets.length / 2));
                case CHANGED -> {
                    octets[octets.length / 2] ^= 1;
                    Files.write(file, octets);
                }
                case EMPTY -> Files.write(file, new byte[0]);
                case OTHER_VERSION -> {
                    var other = new ByteArrayOutputStream();
                    var out = new DataOutputStream(other);
                    out.writeUTF("onoma kubernetes snapshot");
                    out.writeByte(99);
                    var checksum = new CRC32C();
                    checksum.update(other.toByteArray());
                    out.writeLong(checksum.getValue());
                    Files.write(file, other.toByteArray());
                }
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void aFileThatIsOfNoUseIsToldOnceAndReplaced(Useless useless) throws Exception {
        writeOne();
        useless.put(file);
        try (var running = start(new OnomaSubject(), "snapshot " + file)) {
            awaitAnswer(ClusterData.name(7), "NOERROR", "ANSWER: 1");
            assertThat(ask(ClusterData.name(7))).doesNotContain("EDE");
            assertThat(lines(running, "snapshot is not used: ")).isOne();
            assertThat(running.log()).contains(useless.reason);
        }
        api.stop();
        try (var _ = start(new OnomaSubject(), "snapshot " + file)) {
            awaitAnswer(ClusterData.name(7), "NOERROR", "ANSWER: 1", "EDE: 3 ");
        }
    }

    /// In a process with file systems of its own.
    @ParameterizedTest
    @CsvSource({"size=16k, No space left on device", "ro, Read-only file system"})
    void aPlaceThatTakesNoFileIsToldOnceAndNamesAreServed(String options, String reason)
            throws Exception {
        var unshare = Tools.tool("unshare", "util-linux");
        var mount = "mount -t tmpfs -o %s none state".formatted(options);
        var alone = List.of(unshare, "--map-root-user", "--mount", "sh", "-c");
        var tried = new ArrayList<>(alone);
        tried.add("cd '%s' && %s".formatted(folder, mount));
        assumeTrue(
                Tools.run(tried.toArray(String[]::new)).isEmpty(),
                "file systems cannot be mounted here, not even for one process");
        var command = new ArrayList<>(alone);
        command.addAll(List.of(mount + " && exec \"$@\"", "sh"));
        var running = start(Subjects.process(command.toArray(String[]::new)), "snapshot " + file);
        try (running) {
            awaitAnswer(ClusterData.name(7), "NOERROR", "ANSWER: 1");
        }
        long begin = System.nanoTime();
        while (lines(running, reason) == 0 && System.nanoTime() - begin < PATIENCE_NANOS) {
            Thread.onSpinWait(); // the end of a process is the last time that it writes
        }
        assertThat(lines(running, "cannot be written")).isOne();
        assertThat(running.log()).contains(reason, "names are served all the same");
    }
}
