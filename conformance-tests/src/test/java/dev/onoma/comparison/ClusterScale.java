package dev.onoma.comparison;

import dev.onoma.testkit.ClusterData;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/// Measures how soon servers answer for a cluster, and what memory they take, all reading the same
/// clusters from the same scripted API server.
///
/// ```
/// conformance-tests/measure ClusterScale [--sizes 10,1000,5000,10000] [--endpoints 5] [--pods 0] \
///     [--tls 0] [--mib 170] [--rounds 1] [--memory 1] [--core -1] \
///     [--peers coredns,onoma]
/// ```
///
/// Memory is resident memory in MiB three seconds after the first answer, and twelve seconds later;
/// then all watches expire (410) and everything is listed again, and it is measured once more. The
/// peak is that of the start, or of the list alone. The first answer is the median of the rounds,
/// on a fresh process each; the name is one of the last services; with `--memory 0` there is
/// nothing else. With `--tls 1` the API server speaks TLS, with `--mib` our server runs within that
/// memory limit, as in its image (root; 0 for none).
public final class ClusterScale {
    private static final int CORE_OTHERS = 1;
    private static final int SYNCED_SECONDS = 3;
    private static final int STEADY_SECONDS = 12;

    private final Options options;
    private final Path folder;

    private ClusterScale(Options options, Path folder) {
        this.options = options;
        this.folder = folder;
    }

    public static void main(String... arguments) throws IOException, InterruptedException {
        var defaults =
                Map.of(
                        "sizes", "10,1000,5000,10000",
                        "endpoints", "5",
                        "pods", "0",
                        "tls", "0",
                        "mib", "170",
                        "rounds", "1",
                        "memory", "1",
                        "core", "-1",
                        "peers", "coredns,onoma");
        var options = Options.of(defaults, arguments);
        System.out.println(
                "| services + endpoints + pods | server | first answer, ms | RSS, MiB | 12 s later | peak | RSS after a"
                        + " list again | 12 s later | peak of it |");
        System.out.println("|---|---|" + "---:|".repeat(7));
        var folder = Files.createTempDirectory("scale");
        for (var size : options.list("sizes")) {
            new ClusterScale(options, folder).size(Integer.parseInt(size));
        }
        try (var files = Files.walk(folder)) {
            for (var file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }

    private void size(int services) throws IOException, InterruptedException {
        var data = new ClusterData(services, options.number("endpoints"), options.number("pods"));
        int core = options.number("core") < 0 ? -1 : CORE_OTHERS;
        Optional<Path> tls =
                options.number("tls") == 0
                        ? Optional.empty()
                        : Optional.of(Files.createDirectories(folder.resolve("tls-" + services)));
        try (var cluster = new ScriptedCluster(data, core, tls)) {
            for (var peer : ClusterServer.peers(options.list("peers"))) {
                System.out.println(row(peer, cluster));
            }
        }
    }

    private String row(Peer peer, ScriptedCluster cluster)
            throws IOException, InterruptedException {
        var first = new ArrayList<Long>();
        for (int round = 1; round < options.number("rounds"); round++) {
            try (var server = start(peer, cluster)) {
                first.add(server.process().startNanos);
            }
        }
        try (var server = start(peer, cluster)) {
            first.add(server.process().startNanos);
            first.sort(null);
            var cells = new ArrayList<String>();
            cells.add(
                    "%d + %d + %d"
                            .formatted(
                                    cluster.data().services(),
                                    cluster.data().services() * cluster.data().endpoints(),
                                    cluster.data().pods()));
            cells.add(peer.title());
            cells.add("" + TimeUnit.NANOSECONDS.toMillis(first.get(first.size() / 2)));
            if (options.number("memory") != 0) {
                memory(server.process(), cells);
                server.process().forgetPeak();
                cluster.tell("expire");
                memory(server.process(), cells);
            }
            return "| " + String.join(" | ", cells) + " |";
        }
    }

    private ClusterServer start(Peer peer, ScriptedCluster cluster)
            throws IOException, InterruptedException {
        return ClusterServer.start(
                peer,
                cluster,
                folder.resolve(peer + "-" + cluster.data().services()),
                options.number("core"),
                peer == Peer.ONOMA ? options.number("mib") : 0);
    }

    private static void memory(Server server, List<String> cells)
            throws IOException, InterruptedException {
        TimeUnit.SECONDS.sleep(SYNCED_SECONDS);
        cells.add("" + server.residentMib());
        long peak = server.peakMib();
        TimeUnit.SECONDS.sleep(STEADY_SECONDS);
        cells.add("" + server.residentMib());
        cells.add("" + peak);
    }
}
