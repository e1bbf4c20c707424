package dev.onoma.comparison;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.stream.Collectors;

/// Measures what other clients, and the machine, notice of attacks on every listener, and prints a
/// table: `ATTACKS.md` has the last one.
///
/// ```
/// COREDNS=/path/to/coredns taskset -c 1 conformance-tests/measure Attacks --attacks 'rapid-*,body-tls'
/// ```
///
/// - `--attacks`: names; those that end in `*` stand for all that begin so ([Attack#all]).
/// - `--rounds`: how often each is done to the same process; the first finds it cold.
/// - `--seconds`: for how long.
/// - `--servers each`: a new process for each attack; `one`: one process suffers all of them.
/// - `--mib`: the control group that it runs in, as a container would (takes root); 0 for none.
///
/// The server has core 0. Columns: UDP of another client at 1000 queries a second, p50, p99 and
/// most, in milliseconds, before and during each round; queries over UDP that were lost; another
/// client of the listener under attack that has its connection already and asks a hundred times a
/// second, p50, p99 and most, and how often its connection broke; new connections to that listener
/// that got their answer; resident memory before, the most above that in each round, and
/// afterwards; which limits say that they were reached, and how often; how long after each round a
/// new connection is answered.
public final class Attacks {
    private static final int SERVER_CORE = 0;
    private static final int PER_SECOND = 1000;
    private static final int QUIET_MILLIS = 700;
    private static final int WARM_QUERIES = 40_000;
    private static final int RECOVERY_MILLIS = 15_000;
    private static final int PAUSE_MILLIS = 20;
    private static final int BESIDE_MILLIS = 300_000;
    private static final int FILL_MILLIS = 20_000;
    private static final String LIMIT_REACHED = "onoma_limit_reached_total";

    private final Options options;
    private final Path folder;

    private Attacks(Options options, Path folder) {
        this.options = options;
        this.folder = folder;
    }

    public static void main(String... words) throws IOException, InterruptedException {
        var defaults =
                Map.of(
                        "attacks", "*", "rounds", "2", "seconds", "4", "servers", "each", "mib",
                        "0", "beside", "");
        var folder = Files.createTempDirectory("attacks");
        var attacks = new Attacks(Options.of(defaults, words), folder);
        System.out.println(
                "| attack | server | UDP before | UDP during | lost | same door | broke |"
                        + " newcomers | MiB | counted | served after, ms |\n"
                        + "|---|---|---|---|---:|---|---:|---|---|---|---|");
        for (var peer : List.of(Peer.ONOMA, Peer.COREDNS)) {
            if (peer.program().isPresent()) {
                attacks.suffer(peer);
            }
        }
        try (var files = Files.walk(folder)) {
            for (var file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
        Runtime.getRuntime().halt(0); // whoever still waits for a server that is gone
    }

    private List<Attack> wanted() {
        return Attack.all().stream()
                .filter(a ->
                        options.list("attacks").stream()
                                .anyMatch(w ->
                                        w.endsWith("*")
                                                ? a.name()
                                                        .startsWith(w.substring(0, w.length() - 1))
                                                : w.equals(a.name())))
                .toList();
    }

    private void suffer(Peer peer) throws IOException, InterruptedException {
        if (options.text("servers").equals("each")) {
            for (var attack : wanted()) {
                suffer(peer, List.of(attack));
            }
        } else {
            suffer(peer, wanted());
        }
    }

    private void suffer(Peer peer, List<Attack> attacks) throws IOException, InterruptedException {
        var place = Files.createTempDirectory(folder, peer.name());
        var scene = Scene.in(place);
        var corefile = place.resolve("Corefile");
        Files.writeString(corefile, scene.corefile(peer, ""));
        var command = new ArrayList<>(peer.launch());
        command.addAll(List.of("-conf", corefile.toString()));
        int mib = options.number("mib");
        try (var limit = mib == 0 ? null : new MemoryLimit(mib);
                var server =
                        new Server(
                                limit == null ? command : limit.around(command),
                                place,
                                scene.port("dns"),
                                SERVER_CORE,
                                Victim.NAME)) {
            // A JVM compiles meanwhile what UDP takes.
            new Questions(scene.port("dns")).ask(_ -> Victim.NAME, WARM_QUERIES, 0);
            if (options.text("beside").isEmpty()) {
                suffer(server, scene, peer, attacks);
            } else {
                sufferBeside(server, scene, peer, attacks);
            }
            if (limit != null) {
                System.err.println(attacks.getLast().name() + ": " + limit.usage());
            }
        }
    }

    private void suffer(Server server, Scene scene, Peer peer, List<Attack> attacks)
            throws IOException, InterruptedException {
        for (var attack : attacks) {
            var row = row(server, scene, attack);
            System.out.printf("| %s | %s | %s%n", attack.name(), peer.title(), row);
        }
    }

    private void sufferBeside(Server server, Scene scene, Peer peer, List<Attack> attacks)
            throws IOException, InterruptedException {
        long before = server.residentMib();
        try (var beside = new Striker(Attack.of(options.text("beside")), scene.ports())) {
            beside.strike(BESIDE_MILLIS);
            Thread.sleep(FILL_MILLIS);
            System.err.printf(
                    "beside: %d MiB before, %d then, %s connections%n",
                    before, server.residentMib(), scene.values("onoma_connections"));
            suffer(server, scene, peer, attacks);
            System.err.printf(
                    "beside: %d MiB after, %s connections%n",
                    server.residentMib(), scene.values("onoma_connections"));
        }
        Thread.sleep(FILL_MILLIS);
        System.err.printf(
                "alone: %d MiB, %s connections%n",
                server.residentMib(), scene.values("onoma_connections"));
    }

    private String row(Server server, Scene scene, Attack attack)
            throws IOException, InterruptedException {
        var victim = scene.victim();
        var questions = new Questions(victim.port("dns"));
        var before = ask(questions, QUIET_MILLIS);
        var counted = scene.values(LIMIT_REACHED);
        long memory = server.residentMib();
        var rounds = new ArrayList<Round>();
        try (var striker = new Striker(attack, victim.ports())) {
            for (int i = 0; i < options.number("rounds"); i++) {
                rounds.add(round(server, victim, attack, striker));
            }
        }
        var after = ask(questions, QUIET_MILLIS);
        long lost = before.lost() + after.lost();
        for (var round : rounds) {
            lost += round.udp().lost();
        }
        return "%s | %s | %d | %s | %s | %s | %d%s, %d | %s | %s |"
                .formatted(
                        times(before),
                        each(rounds, "; ", round -> times(round.udp())),
                        lost,
                        each(rounds, "; ", Round::same),
                        each(rounds, ", ", round -> "" + round.regular().lost()),
                        each(rounds, ", ", round -> round.newcomers().toString()),
                        memory,
                        each(rounds, "", round -> ", +" + (round.peakMib() - memory)),
                        server.residentMib(),
                        difference(counted, scene.values(LIMIT_REACHED)),
                        each(
                                rounds,
                                ", ",
                                round ->
                                        server.isAlive() && round.recovered() >= 0
                                                ? "" + round.recovered()
                                                : "never"));
    }

    /// What others noticed of an attack, once.
    ///
    /// @param recovered milliseconds after it until somebody new was served; -1 if nobody was
    private record Round(
            Questions.Answers udp,
            Regular regular,
            Newcomers newcomers,
            long peakMib,
            long recovered) {
        String same() {
            return "%.1f, %.1f, %.1f"
                    .formatted(
                            regular.percentile(0.5),
                            regular.percentile(0.99),
                            regular.percentile(1));
        }
    }

    private static String each(List<Round> rounds, String between, Function<Round, String> text) {
        return rounds.stream().map(text).collect(Collectors.joining(between));
    }

    private static String times(Questions.Answers answers) {
        return "%.1f, %.1f, %.1f"
                .formatted(
                        answers.percentile(0.5), answers.percentile(0.99), answers.percentile(1));
    }

    private static Questions.Answers ask(Questions questions, int millis) throws IOException {
        return questions.ask(_ -> Victim.NAME, PER_SECOND * millis / 1000, PER_SECOND);
    }

    private Round round(Server server, Victim victim, Attack attack, Striker striker)
            throws IOException, InterruptedException {
        int millis = options.number("seconds") * 1000;
        server.forgetPeak();
        long until = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(millis);
        var regular = new Regular(victim, attack.door(), until);
        var newcomers = new Newcomers(victim, attack.door(), until);
        var others =
                List.of(Thread.ofPlatform().start(regular), Thread.ofPlatform().start(newcomers));
        striker.strike(millis);
        var udp = ask(new Questions(victim.port("dns")), millis);
        for (var other : others) {
            other.join();
        }
        striker.await();
        long recovered = recovery(victim, attack.door());
        return new Round(udp, regular, newcomers, server.peakMib(), recovered);
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

    private static String difference(Map<String, Double> before, Map<String, Double> after) {
        var more = new LinkedHashMap<>(after);
        more.replaceAll((limit, count) -> count - before.getOrDefault(limit, 0.0));
        return more.entrySet().stream()
                .filter(e -> e.getValue() > 0)
                .map(e -> String.format(Locale.ROOT, "%s %.0f", e.getKey(), e.getValue()))
                .collect(Collectors.joining(", "));
    }
}
