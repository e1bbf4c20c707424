package dev.onoma.comparison;

import dev.onoma.testkit.ClusterData;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/// Measures how long a change in a scripted API server takes until clients see it, and what an
/// event costs the server, in microseconds of its CPU.
///
/// ```
/// conformance-tests/measure ClusterChanges [--sizes 10000] [--endpoints 5] [--pods 0] [--changes 200] \
///     [--rate 500] [--seconds 20] [--tls 0] [--core -1] [--peers coredns,onoma]
/// ```
///
/// A service that was denied a moment before is put (*there*), one that was answered is deleted
/// (*gone*), and an endpoint of the last service moves, which is headless when there are hundreds
/// (*moved*). All is asked through `cache 30`, but of CoreDNS, which is told to keep nothing of the
/// cluster. The same is measured while so many slices change each second. The costs are those of
/// the changes alone: of so many seconds in which nobody asks.
public final class ClusterChanges {
    private static final int CORE_OTHERS = 1;
    private static final int SETTLE_SECONDS = 5;
    private static final int HEADLESS_EACH = 100;
    private static final int MOVES = 0xf0000; // no change of the churn is as high
    private static final double NANOS_PER_MILLI = 1e6;

    private final Options options;
    private final Path folder;
    private int moves;

    private ClusterChanges(Options options, Path folder) {
        this.options = options;
        this.folder = folder;
    }

    public static void main(String... arguments) throws IOException, InterruptedException {
        var defaults =
                Map.of(
                        "sizes", "10000",
                        "endpoints", "5",
                        "pods", "0",
                        "changes", "200",
                        "rate", "500",
                        "seconds", "20",
                        "tls", "0",
                        "core", "-1",
                        "peers", "coredns,onoma");
        var options = Options.of(defaults, arguments);
        System.out.println(
                "| services | server | events/s | there, ms: p50 | p99 | most | gone: p50 | p99 | most | moved: p50 |"
                        + " p99 | most | CPU µs an event |");
        System.out.println("|---|---|" + "---:|".repeat(11));
        for (var size : options.list("sizes")) {
            new ClusterChanges(options, Files.createTempDirectory("changes"))
                    .size(Integer.parseInt(size));
        }
    }

    private void size(int services) throws IOException, InterruptedException {
        var data = new ClusterData(services, options.number("endpoints"), options.number("pods"));
        int core = options.number("core") < 0 ? -1 : CORE_OTHERS;
        Optional<Path> tls = options.number("tls") == 0 ? Optional.empty() : Optional.of(folder);
        try (var cluster = new ScriptedCluster(data, core, tls)) {
            for (var peer : ClusterServer.peers(options.list("peers"))) {
                try (var server =
                        ClusterServer.start(
                                peer,
                                cluster,
                                folder.resolve(peer.name()),
                                options.number("core"),
                                0)) {
                    TimeUnit.SECONDS.sleep(SETTLE_SECONDS);
                    rows(peer, cluster, server);
                }
            }
        }
    }

    private void rows(Peer peer, ScriptedCluster cluster, ClusterServer server) throws IOException {
        var rest = changes(cluster, server.port());
        print(peer, cluster, 0, rest, "");
        int rate = options.number("rate");
        if (rate == 0) {
            return;
        }
        var churn = "churn %d %d".formatted(rate, options.number("seconds"));
        // What is compiled now is not compiled while we measure.
        cluster.tell(churn);
        cluster.tell("churned");
        long cpu = server.process().cpuMicros();
        cluster.tell(churn);
        int events = Integer.parseInt(cluster.tell("churned"));
        long spent = server.process().cpuMicros() - cpu;
        cluster.tell("churn %d %d".formatted(rate, 10 * options.number("seconds")));
        var busy = changes(cluster, server.port());
        cluster.tell("calm");
        print(peer, cluster, rate, busy, "%.0f".formatted((double) spent / events));
    }

    private void print(
            Peer peer, ScriptedCluster cluster, int rate, List<long[]> visible, String cost) {
        var cells =
                new ArrayList<>(List.of("" + cluster.data().services(), peer.title(), "" + rate));
        for (var nanos : visible) {
            Arrays.sort(nanos);
            for (int percent : new int[] {50, 99, 100}) {
                int at = Math.min(nanos.length - 1, nanos.length * percent / 100);
                cells.add(nanos.length == 0 ? "" : "%.1f".formatted(nanos[at] / NANOS_PER_MILLI));
            }
        }
        cells.add(cost);
        System.out.println("| " + String.join(" | ", cells) + " |");
    }

    /// How long services take until they are there, until they are gone, and until they have moved.
    private List<long[]> changes(ScriptedCluster cluster, int port) throws IOException {
        int count = options.number("changes");
        int services = cluster.data().services();
        var there = new long[count];
        var gone = new long[count];
        var moved = new long[services % HEADLESS_EACH == 0 ? count : 0];
        try (var client = new Questioner(port)) {
            for (int i = 0; i < count; i++) {
                int service = i * 7 % Math.max(1, services - 2);
                var name = ClusterData.name(service);
                client.awaitAnswer(name, true, System.nanoTime());
                long began = System.nanoTime();
                cluster.tell("delete " + service);
                gone[i] = client.awaitAnswer(name, false, began);
                began = System.nanoTime();
                cluster.tell("put " + service);
                there[i] = client.awaitAnswer(name, true, began);
            }
            for (int i = 0; i < moved.length; i++) {
                int change = MOVES + moves++;
                long began = System.nanoTime();
                cluster.tell("change %d %d".formatted(services - 1, change));
                moved[i] =
                        client.awaitAddress(
                                ClusterData.name(services - 1), ClusterData.movedTo(change), began);
            }
        }
        return List.of(there, gone, moved);
    }
}
