package dev.onoma.comparison;

import dev.onoma.testkit.ClusterData;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/// Measures what a query for a cluster name costs in clusters of different size, in microseconds of
/// the server's CPU.
///
/// ```
/// conformance-tests/measure ClusterCost [--sizes 10,10000] [--endpoints 5] [--pods 0] [--rounds 5] \
///     [--seconds 3] [--warmup 10] [--peers coredns,onoma]
/// ```
///
/// Each peer runs once for each size, all on core 0; dnsperf asks them in turn, round after round,
/// for random services of their cluster. The figures are medians of the rounds; the ratio is to the
/// first size.
public final class ClusterCost {
    private static final int CORE_SERVER = 0;
    private static final int CORE_OTHERS = 1;
    private static final int QUERIES = 100_000;

    private final Options options;
    private final Path folder;
    private final List<Contestant> contestants = new ArrayList<>();

    private record Contestant(
            Peer peer, int services, ClusterServer server, Path queries, List<Double> micros) {
        double median() {
            micros.sort(null);
            return micros.get(micros.size() / 2);
        }
    }

    private ClusterCost(Options options, Path folder) {
        this.options = options;
        this.folder = folder;
    }

    public static void main(String... arguments) throws IOException, InterruptedException {
        var defaults =
                Map.of(
                        "sizes", "10,10000",
                        "endpoints", "5",
                        "pods", "0",
                        "rounds", "5",
                        "seconds", "3",
                        "warmup", "10",
                        "peers", "coredns,onoma");
        var folder = Files.createTempDirectory("cost");
        new ClusterCost(Options.of(defaults, arguments), folder).enter(0);
    }

    /// Starts the servers of one size after the other, and measures when all are there.
    private void enter(int index) throws IOException, InterruptedException {
        var sizes = options.list("sizes");
        if (index == sizes.size()) {
            measure();
            return;
        }
        int services = Integer.parseInt(sizes.get(index));
        var data = new ClusterData(services, options.number("endpoints"), options.number("pods"));
        var peers = ClusterServer.peers(options.list("peers"));
        try (var cluster = new ScriptedCluster(data, CORE_OTHERS, Optional.empty())) {
            enter(index, cluster, peers);
        }
    }

    private void enter(int index, ScriptedCluster cluster, List<Peer> peers)
            throws IOException, InterruptedException {
        if (peers.isEmpty()) {
            enter(index + 1);
            return;
        }
        int services = cluster.data().services();
        var place = folder.resolve(peers.getFirst() + "-" + services);
        try (var server = ClusterServer.start(peers.getFirst(), cluster, place, CORE_SERVER, 0)) {
            var queries = queries(place, services);
            contestants.add(
                    new Contestant(peers.getFirst(), services, server, queries, new ArrayList<>()));
            enter(index, cluster, peers.subList(1, peers.size()));
        }
    }

    private static Path queries(Path place, int services) throws IOException {
        var random = new Random(7);
        return Files.writeString(
                place.resolve("queries"),
                IntStream.range(0, QUERIES)
                        .mapToObj(_ -> ClusterData.name(random.nextInt(services)) + " A")
                        .collect(Collectors.joining("\n", "", "\n")));
    }

    private void measure() throws IOException, InterruptedException {
        for (var contestant : contestants) {
            load(contestant, options.number("warmup"));
        }
        for (int round = 0; round < options.number("rounds"); round++) {
            for (var contestant : contestants) {
                contestant.micros().add(load(contestant, options.number("seconds")));
            }
        }
        System.out.println("| server | services | CPU µs a query | ratio | each round |");
        System.out.println("|---|---:|---:|---:|---|");
        for (var contestant : contestants) {
            var rounds =
                    contestant.micros().stream()
                            .map("%.2f"::formatted)
                            .collect(Collectors.joining(", "));
            double first =
                    contestants.stream()
                            .filter(other -> other.peer() == contestant.peer())
                            .findFirst()
                            .orElseThrow()
                            .median();
            System.out.printf(
                    "| %s | %d | %.2f | %.2f | %s |%n",
                    contestant.peer().title(),
                    contestant.services(),
                    contestant.median(),
                    contestant.median() / first,
                    rounds);
        }
    }

    private static double load(Contestant contestant, int seconds)
            throws IOException, InterruptedException {
        var server = contestant.server();
        long cpu = server.process().cpuMicros();
        var load = Load.run(Cell.CLUSTER, contestant.queries(), server.port(), seconds);
        return (double) (server.process().cpuMicros() - cpu) / Math.max(1, load.answered());
    }
}
