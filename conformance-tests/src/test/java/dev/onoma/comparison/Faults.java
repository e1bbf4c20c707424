package dev.onoma.comparison;

import dev.onoma.testkit.Ports;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;

/// Measures what clients notice of upstreams that are dead, silent, lossy, spoofed or slow, and of
/// a flood of random names, and prints one table.
///
/// ```
/// conformance-tests/measure Faults [dead silent ...]
/// ```
///
/// With `ONOMA= COREDNS=/path/to/coredns`, CoreDNS is measured. A server process is started for
/// each fault; upstreams and clients live here, on loopback.
public final class Faults {
    private static final int READY_CORE = 0;

    private final List<String> wanted;
    private final Path folder;
    private final String program;

    private Faults(List<String> wanted, Path folder, String program) {
        this.wanted = wanted;
        this.folder = folder;
        this.program = program;
    }

    public static void main(String... wanted) throws IOException, InterruptedException {
        var program =
                Peer.ONOMA
                        .program()
                        .or(Peer.COREDNS::program)
                        .orElseThrow(() -> new IOException("set ONOMA or COREDNS"));
        var folder = Files.createTempDirectory("faults");
        new Faults(List.of(wanted), folder, program).all();
        try (var files = Files.walk(folder)) {
            for (var file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }

    /// What is done to a server that runs, and what came of it.
    @FunctionalInterface
    private interface Trial {
        String run(Server server, Questions questions) throws IOException;
    }

    private void all() throws IOException, InterruptedException {
        System.out.println("| fault | wanted | measured |\n|---|---|---|");
        dead();
        silent();
        silentBesideAnother();
        oneOfThreeSilent();
        loss();
        spoofed();
        identical();
        slowOnOneConnection();
        slowAtTheUpstream();
        flood();
    }

    private void trial(String name, String limit, String plugins, Trial trial)
            throws IOException, InterruptedException {
        if (!wanted.isEmpty() && !wanted.contains(name)) {
            return;
        }
        int port = Ports.free();
        var place = Files.createDirectories(folder.resolve(name));
        var corefile = place.resolve("Corefile");
        Files.writeString(
                corefile,
                """
                . {
                    hosts {
                        192.0.2.1 ready.test
                        fallthrough
                    }
                %s
                }
                """
                        .formatted(plugins.indent(4)));
        var command =
                List.of(program, "-conf", corefile.toString(), "-dns.port", Integer.toString(port));
        try (var server = new Server(command, place, port, READY_CORE, "ready.test")) {
            System.out.printf(
                    "| %s | %s | %s |%n", name, limit, trial.run(server, new Questions(port)));
        }
    }

    private static String to(FaultyUpstream... upstreams) {
        var text = new StringBuilder("forward .");
        for (var upstream : upstreams) {
            text.append(" 127.0.0.1:").append(upstream.port());
        }
        return text.toString();
    }

    private static FaultyUpstream healthy() throws IOException {
        return new FaultyUpstream(
                (query, from, upstream) -> upstream.send(FaultyUpstream.reply(query), from));
    }

    private static FaultyUpstream silence() throws IOException {
        return new FaultyUpstream((_, _, _) -> {});
    }

    private void dead() throws IOException, InterruptedException {
        int nobody = Ports.free();
        trial(
                "dead",
                "SERVFAIL that says why, within 50 ms",
                "forward . 127.0.0.1:" + nobody,
                (_, questions) -> {
                    var answers = questions.ask(i -> "d" + i + ".test", 500, 100);
                    return "%d of 500 SERVFAIL, %d say why, longest %.1f ms"
                            .formatted(
                                    answers.count(2), answers.explained(), answers.percentile(1));
                });
    }

    private void silent() throws IOException, InterruptedException {
        try (var up = silence()) {
            trial(
                    "silent",
                    "SERVFAIL that says why, within 2500 ms",
                    to(up),
                    (_, questions) -> {
                        var answers = questions.ask(i -> "s" + i + ".test", 20, 20);
                        return "%d of 20 SERVFAIL, %d say why, longest %.0f ms, %d upstream queries"
                                .formatted(
                                        answers.count(2),
                                        answers.explained(),
                                        answers.percentile(1),
                                        up.asked.get());
                    });
        }
    }

    private void silentBesideAnother() throws IOException, InterruptedException {
        try (var up = silence();
                var other = healthy()) {
            for (var policy : List.of("sequential", "random")) {
                trial(
                        "silent-beside-another-" + policy,
                        "answered within 600 ms",
                        to(up, other) + " {\n policy " + policy + "\n}",
                        (_, questions) -> {
                            var answers = questions.ask(i -> "b" + i + ".test", 20, 5);
                            return "%d of 20 answered, longest %.0f ms, median %.1f ms"
                                    .formatted(
                                            answers.right(),
                                            answers.percentile(1),
                                            answers.percentile(0.5));
                        });
            }
        }
    }

    private void oneOfThreeSilent() throws IOException, InterruptedException {
        try (var one = healthy();
                var two = silence();
                var three = healthy()) {
            trial(
                    "one-of-three-silent",
                    "1000 queries/s: at most 0.1 % over 600 ms after 2 s",
                    to(one, two, three),
                    (_, questions) -> {
                        var answers = questions.ask(i -> "t" + i + ".test", 10_000, 1000);
                        return ("%.3f %% over 600 ms, %d of 10000 answered, longest %.0f ms,"
                                        + " %d queries to the silent one")
                                .formatted(
                                        100 * answers.slower(2000, 600),
                                        answers.right(),
                                        answers.percentile(1),
                                        two.asked.get());
                    });
        }
    }

    private void loss() throws IOException, InterruptedException {
        var random = new Random(20);
        try (var up =
                new FaultyUpstream((query, from, upstream) -> {
                    boolean queryArrives = random.nextInt(5) > 0;
                    boolean replyArrives = random.nextInt(5) > 0;
                    if (queryArrives && replyArrives) {
                        upstream.send(FaultyUpstream.reply(query), from);
                    }
                })) {
            trial(
                    "loss",
                    "20 % of packets lost each way: at least 99.9 % answered",
                    to(up),
                    (_, questions) -> {
                        var answers = questions.ask(i -> "l" + i + ".test", 10_000, 500);
                        return ("%.2f %% answered, 99th percentile %.0f ms, %.2f upstream queries"
                                        + " each")
                                .formatted(
                                        answers.right() / 100.0,
                                        answers.percentile(0.99),
                                        up.asked.get() / 10_000.0);
                    });
        }
    }

    private void spoofed() throws IOException, InterruptedException {
        try (var up =
                new FaultyUpstream((query, from, upstream) -> {
                    var reply = FaultyUpstream.reply(query);
                    FaultyUpstream.spoof(reply, from, upstream);
                    upstream.send(reply, from, 5);
                })) {
            trial(
                    "spoofed",
                    "23 wrong replies before each right one: only right answers",
                    to(up),
                    (_, questions) -> {
                        var answers = questions.ask(i -> "p" + i + ".test", 1000, 200);
                        return "%d of 1000 right, %d failed, %d lost"
                                .formatted(
                                        answers.right(), 1000 - answers.count(0), answers.lost());
                    });
        }
    }

    private void identical() throws IOException, InterruptedException {
        try (var up =
                new FaultyUpstream((query, from, upstream) ->
                        upstream.send(FaultyUpstream.reply(query), from, 30))) {
            trial(
                    "identical",
                    "20 clients miss the same name at once: 1 upstream query",
                    "cache\n" + to(up),
                    (_, questions) -> {
                        var answers = questions.ask(i -> "i" + i / 20 + ".test", 2000, 0);
                        return "%d of 2000 answered, %d upstream queries for 100 names"
                                .formatted(answers.right(), up.asked.get());
                    });
        }
    }

    private void slowOnOneConnection() throws IOException, InterruptedException {
        try (var up =
                new FaultyUpstream((query, from, upstream) ->
                        upstream.send(
                                FaultyUpstream.reply(query), from, query[13] == 's' ? 1500 : 0))) {
            trial(
                    "slow-query-on-a-connection",
                    "a client's other queries are not held up",
                    to(up) + " {\n prefer_udp\n}",
                    (_, questions) -> others(questions, "slow.test"));
        }
    }

    private void slowAtTheUpstream() throws IOException, InterruptedException {
        try (var up = healthy()) {
            trial(
                    "slow-query-at-an-upstream",
                    "clients' other queries are held up for a moment only",
                    to(up) + " {\n force_tcp\n}",
                    (_, questions) -> others(questions, "slow.test"));
        }
    }

    private static String others(Questions questions, String slow) throws IOException {
        questions.ask(i -> "w" + i + ".test", 20, 100);
        var names = new ArrayList<String>(List.of(slow));
        IntStream.range(0, 50).forEach(i -> names.add("f" + i + ".test"));
        var answers = questions.askOnOneConnection(names);
        return "slow one %.0f ms, of 50 others the longest %.0f ms"
                .formatted(
                        answers.nanos()[0] / 1e6,
                        IntStream.rangeClosed(1, 50)
                                        .mapToLong(i -> answers.nanos()[i])
                                        .max()
                                        .orElse(0)
                                / 1e6);
    }

    private void flood() throws IOException, InterruptedException {
        int names = Integer.getInteger("flood", 1_000_000);
        int hot = 1000;
        try (var up = healthy()) {
            trial(
                    "flood",
                    "a million random names: at least 95 % of hot queries are hits",
                    "cache\n" + to(up),
                    (server, questions) -> {
                        for (int round = 0; round < 3; round++) {
                            questions.ask(i -> "hot" + i + ".test", hot, 0);
                        }
                        long before = server.residentMib();
                        int askedBefore = up.askedForHot.get();
                        var random = new Random(9);
                        // One query in eleven is for a hot name.
                        int count = names + names / 10;
                        var answers =
                                questions.ask(
                                        i ->
                                                i % 11 == 0
                                                        ? "hot" + random.nextInt(hot) + ".test"
                                                        : "r" + i + ".test",
                                        count,
                                        0);
                        double missed = up.askedForHot.get() - askedBefore;
                        return ("%.2f %% of %d hot queries were hits, %d of %d answered,"
                                        + " %d MiB before, %d after")
                                .formatted(
                                        100 - 100 * missed / Math.ceilDiv(count, 11),
                                        count / 11,
                                        answers.right(),
                                        count,
                                        before,
                                        server.residentMib());
                    });
        }
    }
}
