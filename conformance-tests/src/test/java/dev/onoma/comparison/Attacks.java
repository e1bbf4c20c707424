package dev.onoma.comparison;

import dev.onoma.api.Tls;
import dev.onoma.testkit.Authority;
import dev.onoma.testkit.Ports;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/// Measures what other clients, and the machine, notice of attacks on every listener, and prints
/// one table.
///
/// ```
/// ONOMA=$PWD/onoma COREDNS=/path/to/coredns taskset -c 1 java -cp 'CLASSES:docker/target/onoma/lib/*' \
///     -Djava.library.path=docker/target/onoma/native dev.onoma.comparison.Attacks [rapid-reset ...]
/// ```
///
/// CLASSES as for [Comparison]; names that end in `*` stand for all that begin so. A server, on
/// core 0, has all listeners and suffers all attacks, one after the other, without a restart.
/// Columns: UDP of another client at 1000 queries a second, before, during and after; new
/// connections of another address to the listener under attack that got their answer meanwhile;
/// resident memory, with its peak; which limits say that they were reached, and how often; how long
/// after the attack a new connection is answered.
public final class Attacks {
    private static final int SERVER_CORE = 0;
    private static final int ATTACKERS = 3;
    private static final int PER_SECOND = 1000;
    private static final int QUIET_MILLIS = 1500;
    private static final int ATTACK_MILLIS = 5000;
    private static final int RECOVERY_MILLIS = 15_000;
    private static final int PAUSE_MILLIS = 100;
    private static final int ADDRESSES = 3000;
    private static final List<String> DOORS =
            List.of("tls", "https", "grpc", "quic", "https3", "health", "ready", "metrics");

    private final List<String> wanted;
    private final Path folder;

    private Attacks(List<String> wanted, Path folder) {
        this.wanted = wanted;
        this.folder = folder;
    }

    /// @param door the listener that it is against
    /// @param attackers how many do it at the same time
    private record Attack(String door, int attackers, Deed deed) {}

    public static void main(String... wanted) throws IOException, InterruptedException {
        var folder = Files.createTempDirectory("attacks");
        var attacks = new Attacks(List.of(wanted), folder);
        System.out.println(
                "| attack | server | UDP p99, ms | lost | others served | MiB | counted |"
                        + " served after, ms |\n|---|---|---|---:|---:|---|---|---:|");
        for (var peer : List.of(Peer.ONOMA, Peer.COREDNS)) {
            var program = peer.program();
            if (program.isPresent()) {
                attacks.suffer(peer, program.get());
            }
        }
        try (var files = Files.walk(folder)) {
            for (var file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
        System.exit(0); // whoever still waits for a server that is gone
    }

    private static Map<String, Attack> all() {
        var all = new LinkedHashMap<String, Attack>();
        for (var door : List.of("https", "grpc")) {
            all.put("rapid-reset-" + door, many(door, Http2Deeds.rapidReset(door)));
            all.put("made-you-reset-" + door, many(door, Http2Deeds.madeYouReset(door)));
            all.put("continuation-" + door, many(door, Http2Deeds.continuations(door)));
            all.put("pings-" + door, many(door, Http2Deeds.pings(door)));
            all.put("body-" + door, many(door, Http2Deeds.largeBody(door)));
            all.put("bodies-" + door, many(door, Http2Deeds.halfBodies(door)));
            all.put("slowloris-h2-" + door, one(door, SlowDeeds.halfGreetings(door, 400)));
        }
        all.put("tiny-header-list", many("https", Http2Deeds.tinyHeaderList()));
        all.put("body-chunks", many("https", Http2Deeds.largeBodyInChunks()));
        all.put("slow-reader-h2", many("https", Http2Deeds.answersNotTaken()));
        for (var door : List.of("quic", "https3")) {
            all.put("streams-" + door, one(door, QuicDeeds.streamsWithoutEnd(door)));
            all.put("slowloris-" + door, one(door, QuicDeeds.halfQueries(door)));
            all.put("slow-reader-" + door, one(door, QuicDeeds.answersNotTaken(door)));
        }
        all.put("qpack", one("https3", QuicDeeds.blockedFields()));
        all.put("half-handshakes", one("tls", SlowDeeds.halfHandshakes("tls", 1000)));
        all.put("hellos", one("tls", SlowDeeds.helloOnly("tls", 1000)));
        all.put("hello-flood", many("tls", SlowDeeds.helloAgain("tls")));
        all.put("slowloris-dns", one("dns", SlowDeeds.halfQueries("dns", 1000)));
        all.put("large-queries-dns", one("dns", SlowDeeds.almostWholeQueries(1000)));
        all.put("slowloris-tls", one("tls", SlowDeeds.halfQueries("tls", 400)));
        for (var door : List.of("https", "health", "ready", "metrics")) {
            all.put("slowloris-" + door, one(door, SlowDeeds.halfRequests(door, 400)));
            all.put("flood-" + door, many(door, SlowDeeds.shortConnections(door)));
        }
        for (var door : List.of("dns", "tls", "https", "metrics")) {
            all.put("slow-reader-" + door, one(door, SlowDeeds.answersNotRead(door, 400)));
        }
        all.put("flood-dns", many("dns", SlowDeeds.shortConnections("dns")));
        all.put("connections-dns", one("dns", SlowDeeds.connections("dns", 6000)));
        return all;
    }

    private static Attack one(String door, Deed deed) {
        return new Attack(door, 1, deed);
    }

    private static Attack many(String door, Deed deed) {
        return new Attack(door, ATTACKERS, deed);
    }

    private boolean isWanted(String name) {
        return wanted.isEmpty()
                || wanted.stream()
                        .anyMatch(w ->
                                w.endsWith("*")
                                        ? name.startsWith(w.substring(0, w.length() - 1))
                                        : w.equals(name));
    }

    private void suffer(Peer peer, String program) throws IOException, InterruptedException {
        var place = Files.createDirectories(folder.resolve(peer.name()));
        Authority.in(place).issue("tls", "127.0.0.1");
        var ports = new HashMap<String, Integer>();
        ports.put("dns", Ports.free());
        for (var door : DOORS) {
            ports.put(door, Ports.free());
        }
        Files.writeString(place.resolve("hosts.txt"), hosts());
        var corefile = place.resolve("Corefile");
        Files.writeString(corefile, corefile(ports));
        var command = List.of(program, "-conf", corefile.toString());
        int port = ports.get("dns");
        try (var server = new Server(command, place, port, SERVER_CORE, Victim.NAME)) {
            var victim = new Victim(Map.copyOf(ports), Tls.trustingAnybody(Optional.empty()));
            new Questions(port).ask(_ -> Victim.NAME, 200_000, 0); // a JVM compiles meanwhile
            for (var attack : all().entrySet()) {
                if (isWanted(attack.getKey())) {
                    var row = row(server, victim, attack.getValue());
                    System.out.printf("| %s | %s | %s%n", attack.getKey(), peer.title(), row);
                }
            }
        }
    }

    private static String hosts() {
        return IntStream.range(0, ADDRESSES)
                .mapToObj(i -> "10.1.%d.%d %s".formatted(i >> 8, i & 255, Victim.BIG_NAME))
                .collect(Collectors.joining("\n", "192.0.2.1 " + Victim.NAME + "\n", "\n"));
    }

    private static String corefile(Map<String, Integer> ports) {
        return """
        dns://.:%d tls://.:%d https://.:%d grpc://.:%d quic://.:%d https3://.:%d {
            bind 127.0.0.1
            tls tls.pem tls.key
            health 127.0.0.1:%d
            ready 127.0.0.1:%d
            prometheus 127.0.0.1:%d
            hosts hosts.txt
        }
        """
                .formatted(
                        ports.get("dns"),
                        ports.get("tls"),
                        ports.get("https"),
                        ports.get("grpc"),
                        ports.get("quic"),
                        ports.get("https3"),
                        ports.get("health"),
                        ports.get("ready"),
                        ports.get("metrics"));
    }

    private static String row(Server server, Victim victim, Attack attack)
            throws IOException, InterruptedException {
        var questions = new Questions(victim.port("dns"));
        var before = questions.ask(_ -> Victim.NAME, PER_SECOND * QUIET_MILLIS / 1000, PER_SECOND);
        long memory = server.residentMib();
        server.forgetPeak();
        var counted = counted(victim);
        long until = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(ATTACK_MILLIS);
        var attackers = strike(victim, attack, until);
        var others = new Others(victim, attack.door(), until);
        var watching = Thread.ofPlatform().start(others);
        var during = questions.ask(_ -> Victim.NAME, PER_SECOND * ATTACK_MILLIS / 1000, PER_SECOND);
        watching.join();
        for (var attacker : attackers) {
            attacker.join(RECOVERY_MILLIS);
        }
        long recovered = recovery(victim, attack.door());
        long peak = server.peakMib();
        var after = questions.ask(_ -> Victim.NAME, PER_SECOND * QUIET_MILLIS / 1000, PER_SECOND);
        return "%.1f, %.1f, %.1f | %d | %d of %d | %d, %d, %d | %s | %s |"
                .formatted(
                        before.percentile(0.99),
                        during.percentile(0.99),
                        after.percentile(0.99),
                        before.lost() + during.lost() + after.lost(),
                        others.served,
                        others.asked,
                        memory,
                        peak,
                        server.residentMib(),
                        difference(counted, counted(victim)),
                        server.isAlive() && recovered >= 0 ? "" + recovered : "never");
    }

    private static List<Thread> strike(Victim victim, Attack attack, long until) {
        var attackers = new ArrayList<Thread>();
        for (int i = 0; i < attack.attackers(); i++) {
            attackers.add(
                    Thread.ofPlatform()
                            .daemon()
                            .start(() -> {
                                try {
                                    attack.deed().strike(victim, until);
                                } catch (IOException | InterruptedException e) {
                                    System.err.println(attack.door() + ": " + e);
                                }
                            }));
        }
        return attackers;
    }

    /// Somebody else who asks the listener under attack, over a new connection each time.
    private static final class Others implements Runnable {
        private final Victim victim;
        private final String door;
        private final long untilNanos;
        private int asked;
        private int served;

        Others(Victim victim, String door, long untilNanos) {
            this.victim = victim;
            this.door = door;
            this.untilNanos = untilNanos;
        }

        @Override
        public void run() {
            try {
                while (Deed.isTime(untilNanos)) {
                    Thread.sleep(PAUSE_MILLIS);
                    asked++;
                    served += victim.serves(door) ? 1 : 0;
                }
            } catch (InterruptedException _) {
                Thread.currentThread().interrupt();
            }
        }
    }

    private static long recovery(Victim victim, String door) throws InterruptedException {
        long start = System.nanoTime();
        while (System.nanoTime() - start < TimeUnit.MILLISECONDS.toNanos(RECOVERY_MILLIS)) {
            if (victim.serves(door)) {
                return TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - start);
            }
            Thread.sleep(PAUSE_MILLIS);
        }
        return -1;
    }

    /// What was refused or cut off so far, by its limit.
    private static Map<String, Long> counted(Victim victim) {
        var counted = new TreeMap<String, Long>();
        var from = URI.create("http://127.0.0.1:" + victim.port("metrics") + "/metrics");
        try (var in = from.toURL().openStream()) {
            var text = new String(in.readAllBytes(), StandardCharsets.UTF_8);
            text.lines()
                    .filter(line -> line.startsWith("onoma_limit_reached_total{"))
                    .forEach(line -> {
                        var label = line.replaceAll(".*limit=\"([^\"]*)\".*", "$1");
                        var value = line.substring(line.lastIndexOf(' ') + 1);
                        counted.put(label, (long) Double.parseDouble(value));
                    });
        } catch (IOException _) {
            // Nobody there, which the other columns say.
        }
        return counted;
    }

    private static String difference(Map<String, Long> before, Map<String, Long> after) {
        return after.entrySet().stream()
                .filter(e -> e.getValue() > before.getOrDefault(e.getKey(), 0L))
                .map(e ->
                        String.format(
                                Locale.ROOT,
                                "%s %d",
                                e.getKey(),
                                e.getValue() - before.getOrDefault(e.getKey(), 0L)))
                .collect(Collectors.joining(", "));
    }
}
