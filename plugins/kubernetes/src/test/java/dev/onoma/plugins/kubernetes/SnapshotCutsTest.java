package dev.onoma.plugins.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Kills a process (SIGKILL) at random moments while it writes snapshots one after the other: the
/// file is always whole, and the last one that was said to be written or the one after it.
///
/// [#main] does that as often as its argument says: `java -cp CLASSES
/// dev.onoma.plugins.kubernetes.SnapshotCutsTest 200`.
final class SnapshotCutsTest {
    private static final int ROUNDS = 20;
    private static final int SERVICES = 2_000;
    private static final int LIFE_MILLIS_MAX = 60;
    private static final String SOURCE = "cuts";

    @Test
    void aProcessThatIsKilledWhileItWritesLeavesAWholeFile(@TempDir Path folder) throws Exception {
        assertThat(cut(folder, ROUNDS)).isPositive();
    }

    public static void main(String... arguments) throws Exception {
        if (arguments.length == 2) {
            write(Path.of(arguments[0]), Integer.parseInt(arguments[1]));
            return;
        }
        int rounds = Integer.parseInt(arguments[0]);
        int unfinished = cut(Files.createTempDirectory("cuts"), rounds);
        System.out.printf(
                "%d processes killed, %d of them with an unfinished file; the other was whole each"
                        + " time, and of the last state or the one before%n",
                rounds, unfinished);
    }

    /// @return how many of them left a file beside the snapshot that they were writing
    private static int cut(Path folder, int rounds) throws Exception {
        var file = folder.resolve("snapshot");
        var random = new Random(4);
        int unfinished = 0;
        int number = 0;
        for (int round = 0; round < rounds; round++) {
            int written = writeAndDie(file, number, random);
            int read = read(file);
            assertThat(read).isBetween(written, written + 1);
            unfinished += Files.exists(folder.resolve("snapshot.new")) ? 1 : 0;
            number = read + 1;
        }
        return unfinished;
    }

    /// @return the number of the last state that was said to be written
    private static int writeAndDie(Path file, int from, Random random)
            throws IOException, InterruptedException {
        var process =
                new ProcessBuilder(
                                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                                "-XX:TieredStopAtLevel=1",
                                "-XX:+UseSerialGC",
                                "-cp",
                                System.getProperty(
                                        "surefire.test.class.path",
                                        System.getProperty("java.class.path")),
                                SnapshotCutsTest.class.getName(),
                                file.toString(),
                                "" + from)
                        .redirectError(ProcessBuilder.Redirect.INHERIT)
                        .start();
        try (var said = process.inputReader(StandardCharsets.US_ASCII)) {
            var last = said.readLine();
            TimeUnit.MICROSECONDS.sleep(random.nextInt(1000 * LIFE_MILLIS_MAX));
            process.toHandle().destroyForcibly(); // which leaves what it said
            process.waitFor();
            for (var line = said.readLine(); line != null; line = said.readLine()) {
                last = line;
            }
            return Integer.parseInt(last);
        }
    }

    /// Writes one state after the other, until somebody ends it.
    private static void write(Path file, int from) throws IOException {
        var store = new ServiceStore(Instant::now);
        for (int i = 0; i < SERVICES; i++) {
            var address = Address.parse("10.0.%d.%d".formatted(i / 250, i % 250)).orElseThrow();
            store.put(
                    new ServiceObject(
                            "shop", "s-" + i, List.of(address), List.of(), "", List.of()));
        }
        for (int number = from; ; number++) {
            store.put(state(number));
            store.delete(KubernetesObject.Kind.NAMESPACE, state(number - 1).key());
            store.publish();
            SnapshotWriter.write(file, SOURCE, Instant.EPOCH, List.of(store));
            System.out.println(number);
        }
    }

    private static NamespaceObject state(int number) {
        return new NamespaceObject("state-" + number);
    }

    /// @return the number of the state in a file
    private static int read(Path file) throws IOException {
        var store = new ServiceStore(Instant::now);
        SnapshotReader.read(file, SOURCE, Instant.EPOCH, Duration.ofDays(1), List.of(store));
        assertThat(store.services()).hasSize(SERVICES);
        assertThat(store.namespaceNames()).hasSize(1);
        return Integer.parseInt(store.namespaceNames().iterator().next().replace("state-", ""));
    }
}
