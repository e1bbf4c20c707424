package dev.onoma.comparison;

import dev.onoma.testkit.ClusterData;
import dev.onoma.testkit.Ports;
import java.io.IOException;
import java.nio.file.Files;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.TimeUnit;

/// Whether a server lives on inside a memory limit while slices change, the API server restarts and
/// watches expire, and whether it answers all that time.
///
/// ```
/// ONOMA=$PWD/onoma java -cp CLASSES dev.onoma.comparison.ClusterSurvival [--mib 170] [--minutes 10] \
///     [--services 10000] [--endpoints 5] [--pods 0] [--rate 500] [--every 30] [--peer onoma]
/// ```
///
/// CLASSES are those of [Comparison]; needs root for the limit. Each `--every` seconds there is a
/// fault, in turn: the API server is away for three seconds; all watches expire, so that everything
/// is listed again; all connections break. Meanwhile services that are always there are asked for,
/// 250 times a second.
public final class ClusterSurvival {
    private static final int PAUSE_MILLIS = 4;
    private static final int OUTAGE_SECONDS = 3;
    private static final int RECOVERY_SECONDS = 10;

    private final Map<String, Integer> options;
    private final ClusterData data;
    private final int port;
    private volatile boolean over;
    private int asked;
    private int lost;
    private int wrong;

    private ClusterSurvival(Map<String, Integer> options) throws IOException {
        this.options = options;
        this.data = new ClusterData(option("services"), option("endpoints"), option("pods"));
        this.port = Ports.free();
    }

    public static void main(String... arguments) throws IOException, InterruptedException {
        var options = new HashMap<String, Integer>();
        options.putAll(Map.of("mib", 170, "minutes", 10, "services", 10_000, "endpoints", 5));
        options.putAll(Map.of("pods", 0, "rate", 500, "every", 30));
        var peer = Peer.ONOMA;
        for (int i = 0; i + 1 < arguments.length; i += 2) {
            var name = arguments[i].replaceFirst("^--", "");
            if (name.equals("peer")) {
                peer = Peer.valueOf(arguments[i + 1].toUpperCase(java.util.Locale.ROOT));
            } else {
                options.put(name, Integer.parseInt(arguments[i + 1]));
            }
        }
        new ClusterSurvival(options).run(peer);
    }

    private int option(String name) {
        return options.getOrDefault(name, 0);
    }

    private void run(Peer peer) throws IOException, InterruptedException {
        try (var cluster = new ScriptedCluster(data, -1)) {
            run(peer, cluster);
        }
    }

    private void run(Peer peer, ScriptedCluster cluster) throws IOException, InterruptedException {
        var place = Files.createTempDirectory("survival");
        var corefile = ClusterScale.corefile(place, cluster, peer);
        var command =
                List.of(
                        peer.program().orElseThrow(),
                        "-conf",
                        corefile.toString(),
                        "-dns.port",
                        "" + port);
        try (var limit = new MemoryLimit(option("mib"))) {
            try (var server =
                    new Server(limit.around(command), place, port, -1, ClusterData.name(0))) {
                var client = Thread.ofPlatform().start(this::ask);
                int seconds = 60 * option("minutes");
                cluster.tell("churn %d %d".formatted(option("rate"), seconds));
                faults(cluster, server, limit, seconds);
                System.out.println("events: " + cluster.tell("churned"));
                recovery(cluster);
                over = true;
                client.join();
                say(server, limit);
            }
        }
        System.out.println("log and Corefile: " + place);
    }

    private void faults(ScriptedCluster cluster, Server server, MemoryLimit limit, int seconds)
            throws IOException, InterruptedException {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(seconds);
        for (int i = 0; System.nanoTime() < end && server.isAlive(); i++) {
            TimeUnit.SECONDS.sleep(option("every"));
            switch (i % 3) {
                case 0 -> {
                    cluster.tell("stop");
                    TimeUnit.SECONDS.sleep(OUTAGE_SECONDS);
                    cluster.tell("restart");
                }
                case 1 -> cluster.tell("expire");
                default -> cluster.tell("reset");
            }
            say(server, limit);
        }
    }

    /// A service that is taken away and put again is seen to go and to come.
    private void recovery(ScriptedCluster cluster) throws IOException {
        long began = System.nanoTime();
        try (var client = new Questioner(port)) {
            var name = ClusterData.name(1);
            cluster.tell("delete 1");
            client.awaitAnswer(name, false, began);
            cluster.tell("put 1");
            client.awaitAnswer(name, true, began);
        }
        long took = TimeUnit.NANOSECONDS.toSeconds(System.nanoTime() - began);
        System.out.println(
                took < RECOVERY_SECONDS ? "changes are followed" : "slow at the end: " + took);
    }

    private void say(Server server, MemoryLimit limit) throws IOException {
        System.out.printf(
                "%s, RSS %d MiB (peak %d), %s; %d queries, %d without an answer, %d with a wrong one%n",
                server.isAlive() ? "alive" : "DEAD",
                server.residentMib(),
                server.peakMib(),
                limit.usage(),
                asked,
                lost,
                wrong);
    }

    private void ask() {
        var random = new Random(7);
        try (var client = new Questioner(port)) {
            while (!over) {
                // Service 1 comes and goes in the end.
                int service = 2 + random.nextInt(option("services") - 2);
                var answer = client.ask(ClusterData.name(service));
                asked++;
                if (answer.rcode() < 0) {
                    lost++;
                } else if (answer.answers() == 0) {
                    wrong++;
                }
                TimeUnit.MILLISECONDS.sleep(PAUSE_MILLIS);
            }
        } catch (IOException | InterruptedException e) {
            System.out.println("the client ended: " + e);
        }
    }
}
