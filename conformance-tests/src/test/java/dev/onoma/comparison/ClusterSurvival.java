package dev.onoma.comparison;

import dev.onoma.testkit.ClusterData;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.TimeUnit;

/// Whether a server lives on inside a memory limit while slices change, the API server restarts and
/// watches expire, and whether it answers all that time.
///
/// ```
/// conformance-tests/measure ClusterSurvival [--mib 170] [--minutes 10] [--services 10000] [--endpoints 5] \
///     [--pods 0] [--rate 500] [--every 30] [--tls 0] [--peer onoma]
/// ```
///
/// Needs root for the limit. Each `--every` seconds there is a fault, in turn: the API server is
/// away for three seconds; all watches expire, so that everything is listed again; all connections
/// break. Meanwhile services that are always there are asked for, 250 times a second; a wrong
/// answer is one without their address.
public final class ClusterSurvival {
    private static final int PAUSE_MILLIS = 4;
    private static final int OUTAGE_SECONDS = 3;
    private static final int RECOVERY_SECONDS = 10;

    private final Options options;
    private final ClusterData data;
    private volatile boolean over;
    private int asked;
    private int lost;
    private int wrong;

    private ClusterSurvival(Options options) {
        this.options = options;
        this.data =
                new ClusterData(
                        options.number("services"),
                        options.number("endpoints"),
                        options.number("pods"));
    }

    public static void main(String... arguments) throws IOException, InterruptedException {
        var defaults =
                Map.of(
                        "mib", "170",
                        "minutes", "10",
                        "services", "10000",
                        "endpoints", "5",
                        "pods", "0",
                        "rate", "500",
                        "every", "30",
                        "tls", "0",
                        "peer", "onoma");
        new ClusterSurvival(Options.of(defaults, arguments)).run();
    }

    private void run() throws IOException, InterruptedException {
        var place = Files.createTempDirectory("survival");
        var peer = ClusterServer.peers(options.list("peer")).getFirst();
        Optional<Path> tls = options.number("tls") == 0 ? Optional.empty() : Optional.of(place);
        try (var cluster = new ScriptedCluster(data, -1, tls);
                var server = ClusterServer.start(peer, cluster, place, -1, options.number("mib"))) {
            var client = Thread.ofPlatform().start(() -> ask(server.port()));
            int seconds = 60 * options.number("minutes");
            cluster.tell("churn %d %d".formatted(options.number("rate"), seconds));
            faults(cluster, server, seconds);
            System.out.println("events: " + cluster.tell("churned"));
            recovery(cluster, server.port());
            over = true;
            client.join();
            say(server);
        }
        System.out.println("log and Corefile: " + place);
    }

    private void faults(ScriptedCluster cluster, ClusterServer server, int seconds)
            throws IOException, InterruptedException {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(seconds);
        for (int i = 0; System.nanoTime() < end && server.process().isAlive(); i++) {
            TimeUnit.SECONDS.sleep(options.number("every"));
            switch (i % 3) {
                case 0 -> {
                    cluster.tell("stop");
                    TimeUnit.SECONDS.sleep(OUTAGE_SECONDS);
                    cluster.tell("restart");
                }
                case 1 -> cluster.tell("expire");
                default -> cluster.tell("reset");
            }
            say(server);
        }
    }

    /// A service that is taken away and put again is seen to go and to come.
    private void recovery(ScriptedCluster cluster, int port) throws IOException {
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

    private void say(ClusterServer server) throws IOException {
        System.out.printf(
                "%s, RSS %d MiB (peak %d), %s; %d queries, %d without an answer, %d with a wrong one%n",
                server.process().isAlive() ? "alive" : "DEAD",
                server.process().residentMib(),
                server.process().peakMib(),
                server.usage(),
                asked,
                lost,
                wrong);
    }

    /// Of a headless service one endpoint moves, and the others stay.
    private boolean isRight(int service, Questioner.Answer answer) {
        return ClusterData.clusterIp(service)
                .map(address -> answer.answers() == 1 && answer.has(address))
                .orElse(answer.answers() == data.endpoints());
    }

    private void ask(int port) {
        var random = new Random(7);
        try (var client = new Questioner(port)) {
            while (!over) {
                // Service 1 comes and goes in the end.
                int service = 2 + random.nextInt(data.services() - 2);
                var answer = client.ask(ClusterData.name(service));
                asked++;
                if (answer.rcode() < 0) {
                    lost++;
                } else if (!isRight(service, answer)) {
                    wrong++;
                }
                TimeUnit.MILLISECONDS.sleep(PAUSE_MILLIS);
            }
        } catch (IOException | InterruptedException e) {
            System.out.println("the client ended: " + e);
        }
    }
}
