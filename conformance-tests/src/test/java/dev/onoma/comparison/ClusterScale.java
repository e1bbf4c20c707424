package dev.onoma.comparison;

import dev.onoma.testkit.ClusterData;
import dev.onoma.testkit.Ports;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/// Measures memory, start, the visibility of changes and the cost of a query of each server, all
/// reading the same clusters from the same scripted API server, and prints one table.
///
/// ```
/// COREDNS=/path/to/coredns ONOMA=$PWD/onoma java -cp CLASSES dev.onoma.comparison.ClusterScale \
///     [--sizes 10,1000,10000] [--endpoints 5] [--pods 0] [--changes 50] [--rate 0] [--seconds 10] \
///     [--load 0] [--core -1]
/// ```
///
/// CLASSES are those of [Comparison]. Servers run on core 0 and the API server on core 1, or, with
/// `--core -1`, wherever the system puts them. Visible is how long a service that was denied a
/// moment before takes until it is answered, and one that was answered until it is denied, both
/// through `cache 30`; CoreDNS is asked without a cache, which would keep either for as long. With
/// `--rate`, so many slices change each second for `--seconds`, and the same is measured meanwhile.
/// In the end all watches expire (410), and everything is listed again; the peak is that of the
/// list alone. With `--load`, dnsperf asks for random services for so many seconds, after twice as
/// many that do not count.
public final class ClusterScale {
    private static final int CORE_OTHERS = 1;
    private static final int QUERIES = 100_000;
    private static final int SETTLE_SECONDS = 3;
    private static final double NANOS_PER_MILLI = 1e6;

    private final Map<String, Integer> options;
    private final Path folder;

    private ClusterScale(Map<String, Integer> options, Path folder) {
        this.options = options;
        this.folder = folder;
    }

    public static void main(String... arguments) throws IOException, InterruptedException {
        var options = new HashMap<String, Integer>();
        options.putAll(Map.of("pods", 0, "endpoints", 5, "changes", 50, "rate", 0));
        options.putAll(Map.of("seconds", 10, "load", 0, "core", -1));
        var sizes = "10,1000,10000";
        for (int i = 0; i + 1 < arguments.length; i += 2) {
            var name = arguments[i].replaceFirst("^--", "");
            if (name.equals("sizes")) {
                sizes = arguments[i + 1];
            } else {
                options.put(name, Integer.parseInt(arguments[i + 1]));
            }
        }
        System.out.println(
                "| services + endpoints + pods | server | first answer, ms | RSS, MiB | peak | RSS after a list"
                        + " again | peak of it | there p50, ms | p99 | gone p50 | p99 | while others change: there"
                        + " p50 | p99 | CPU µs an event | CPU µs a query |");
        System.out.println("|---|---|" + "---:|".repeat(13));
        var folder = Files.createTempDirectory("scale");
        for (var size : List.of(sizes.split(",", -1))) {
            new ClusterScale(options, folder).size(Integer.parseInt(size));
        }
        try (var files = Files.walk(folder)) {
            for (var file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }

    private int option(String name) {
        return options.getOrDefault(name, 0);
    }

    private void size(int services) throws IOException, InterruptedException {
        var data = new ClusterData(services, option("endpoints"), option("pods"));
        int core = option("core") < 0 ? -1 : CORE_OTHERS;
        try (var cluster = new ScriptedCluster(data, core)) {
            for (var peer : List.of(Peer.COREDNS, Peer.ONOMA)) {
                if (peer.program().isPresent()) {
                    System.out.println(row(peer, cluster));
                }
            }
        }
    }

    private String row(Peer peer, ScriptedCluster cluster)
            throws IOException, InterruptedException {
        var data = cluster.data();
        int port = Ports.free();
        var place = Files.createDirectories(folder.resolve(peer + "-" + data.services()));
        var last = ClusterData.name(data.services() - 2);
        var row = new StringBuilder();
        row.append("| %d + ".formatted(data.services()))
                .append(data.services() * data.endpoints())
                .append(" + %d | %s |".formatted(data.pods(), peer.title()));
        try (var server =
                new Server(
                        command(peer, cluster, place, port), place, port, option("core"), last)) {
            TimeUnit.SECONDS.sleep(SETTLE_SECONDS);
            cell(row, "%d", server.startNanos / 1_000_000);
            cell(row, "%d", server.residentMib());
            cell(row, "%d", server.peakMib());
            server.forgetPeak();
            cluster.tell("expire");
            TimeUnit.SECONDS.sleep(SETTLE_SECONDS);
            cell(row, "%d", server.residentMib());
            cell(row, "%d", server.peakMib());
            visible(row, changes(cluster, port, 0));
            visible(row, changes(cluster, port, 1));
            churn(row, cluster, server, port);
            load(row, data, server, port, place);
        }
        return row.toString();
    }

    private static void cell(StringBuilder row, String format, Object value) {
        row.append(' ').append(format.formatted(value)).append(" |");
    }

    private static void visible(StringBuilder row, long[] nanos) {
        Arrays.sort(nanos);
        for (int percent : new int[] {50, 99}) {
            if (nanos.length == 0) {
                cell(row, "%s", "");
            } else {
                cell(row, "%.1f", nanos[nanos.length * percent / 100] / NANOS_PER_MILLI);
            }
        }
    }

    private static List<String> command(Peer peer, ScriptedCluster cluster, Path place, int port)
            throws IOException {
        return List.of(
                peer.program().orElseThrow(),
                "-conf",
                corefile(place, cluster, peer).toString(),
                "-dns.port",
                "" + port);
    }

    /// Writes the Corefile of a server for a cluster.
    static Path corefile(Path place, ScriptedCluster cluster, Peer peer) throws IOException {
        return Files.writeString(
                place.resolve("Corefile"),
                """
                cluster.local in-addr.arpa {
                    errors
                    kubernetes {
                        endpoint %s
                        pods %s
                    }
                    %s
                }
                """
                        .formatted(
                                cluster.url(),
                                cluster.data().pods() > 0 ? "verified" : "disabled",
                                peer == Peer.COREDNS ? "" : "cache 30"));
    }

    /// How long services take until they are answered, or until they are not.
    ///
    /// @param what 0 for services that come, 1 for services that go
    private long[] changes(ScriptedCluster cluster, int port, int what) throws IOException {
        var visible = new long[option("changes")];
        try (var client = new Questioner(port)) {
            for (int i = 0; i < visible.length; i++) {
                int service = i * 7 % Math.max(1, cluster.data().services() - 2);
                var name = ClusterData.name(service);
                client.awaitAnswer(name, true, System.nanoTime());
                long began = System.nanoTime();
                cluster.tell("delete " + service);
                long gone = client.awaitAnswer(name, false, began);
                began = System.nanoTime();
                cluster.tell("put " + service);
                long there = client.awaitAnswer(name, true, began);
                visible[i] = what == 0 ? there : gone;
            }
        }
        return visible;
    }

    /// The same while slices change, and what each of them costs the server.
    private void churn(StringBuilder row, ScriptedCluster cluster, Server server, int port)
            throws IOException {
        if (option("rate") == 0) {
            visible(row, new long[0]);
            cell(row, "%s", "");
            return;
        }
        long cpu = server.cpuMicros();
        cluster.tell("churn %d %d".formatted(option("rate"), option("seconds")));
        visible(row, changes(cluster, port, 0));
        int changed = Integer.parseInt(cluster.tell("churned"));
        cell(row, "%.0f", (double) (server.cpuMicros() - cpu) / changed);
    }

    private void load(StringBuilder row, ClusterData data, Server server, int port, Path place)
            throws IOException, InterruptedException {
        if (option("load") == 0) {
            cell(row, "%s", "");
            return;
        }
        var random = new Random(7);
        var queries = place.resolve("queries");
        Files.writeString(
                queries,
                IntStream.range(0, QUERIES)
                        .mapToObj(_ -> ClusterData.name(random.nextInt(data.services())) + " A")
                        .collect(Collectors.joining("\n", "", "\n")));
        Load.run(Cell.CLUSTER, queries, port, 2 * option("load"));
        long cpu = server.cpuMicros();
        var load = Load.run(Cell.CLUSTER, queries, port, option("load"));
        cell(row, "%.2f", (double) (server.cpuMicros() - cpu) / load.answered());
    }
}
