package dev.onoma.comparison;

import dev.onoma.testkit.Ports;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/// Measures what `dnssec` costs: a signed answer that is kept against the unsigned one of the same
/// zone, and what others notice while somebody asks for random names.
///
/// ```
/// conformance-tests/measure SigningCost [ECDSAP256SHA256 ...]
/// ```
///
/// One server on core 0 has both zones; everybody who asks sits on core 1 and sets DO. Cost is CPU
/// of the server a query, in rounds that take turns, so that whatever else the machine does hits
/// both. Under attack, 10,000 random names a second, another client asks for a name of the unsigned
/// zone, a thousand times a second, and one for names of the signed zone that nobody has asked for
/// yet, fifty a second.
final class SigningCost {
    private static final Cell NAMES = Cell.ZONE;
    private static final String SIGNED = "bench.test";
    private static final String UNSIGNED = "plain.test";
    private static final int CORE = 0;
    private static final int WARMUP_SECONDS = 8;
    private static final int ROUND_SECONDS = 3;
    private static final int ROUNDS = 3;
    private static final int WARM_NAMES = 5_000;
    private static final int ATTACK_SECONDS = 8;
    private static final int ATTACK_PER_SECOND = 10_000;
    private static final int VICTIM_PER_SECOND = 1_000;
    private static final int NEW_PER_SECOND = 50;

    private final Path folder;
    private final Server server;
    private final int port;

    private SigningCost(Path folder, Server server, int port) {
        this.folder = folder;
        this.server = server;
        this.port = port;
    }

    public static void main(String... algorithms) throws IOException, InterruptedException {
        for (var algorithm :
                algorithms.length == 0 ? List.of("ECDSAP256SHA256") : List.of(algorithms)) {
            var folder = Files.createTempDirectory("signing");
            var zone = Peer.zone(NAMES);
            Files.writeString(folder.resolve("signed.zone"), zone);
            Files.writeString(folder.resolve("plain.zone"), zone.replace(SIGNED, UNSIGNED));
            var corefile = folder.resolve("Corefile");
            Files.writeString(corefile, corefile(key(folder, algorithm)));
            int port = Ports.free();
            var program = Optional.ofNullable(System.getenv("ONOMA")).orElse("./onoma");
            var command =
                    List.of(
                            Path.of(program).toAbsolutePath().toString(),
                            "-conf",
                            corefile.toString(),
                            "-dns.port",
                            "" + port);
            try (var server = new Server(command, folder, port, CORE, "h0." + UNSIGNED)) {
                System.out.println("== " + algorithm);
                var cost = new SigningCost(folder, server, port);
                cost.compare();
                cost.attack(WARM_NAMES);
                cost.attack(WARM_NAMES + ATTACK_SECONDS * NEW_PER_SECOND); // compiled by now
            }
        }
    }

    private static String corefile(String key) {
        return """
        bench.test {
            bind 127.0.0.1
            dnssec {
                key file %s
            }
            file signed.zone
        }
        plain.test {
            bind 127.0.0.1
            file plain.zone
        }
        """
                .formatted(key);
    }

    private static String key(Path folder, String algorithm)
            throws IOException, InterruptedException {
        var command = new ArrayList<>(List.of("dnssec-keygen", "-q", "-a", algorithm, "-f", "KSK"));
        if (algorithm.startsWith("RSA")) {
            command.addAll(List.of("-b", "2048"));
        }
        command.add(SIGNED);
        var process = new ProcessBuilder(command).directory(folder.toFile()).start();
        var made = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        if (process.waitFor() != 0) {
            throw new IOException("dnssec-keygen made no key");
        }
        return made.strip();
    }

    private Path queries(String file, java.util.function.IntFunction<String> name, int count)
            throws IOException {
        var path = folder.resolve(file);
        Files.writeString(
                path,
                IntStream.range(0, count)
                        .mapToObj(i -> name.apply(i) + " A")
                        .collect(Collectors.joining("\n", "", "\n")));
        return path;
    }

    private void compare() throws IOException, InterruptedException {
        var random = new Random(7);
        var numbers = random.ints(100_000, 0, WARM_NAMES).toArray();
        var zones = List.of(UNSIGNED, SIGNED);
        var files = new ArrayList<Path>();
        for (var zone : zones) {
            files.add(queries(zone, i -> "h" + numbers[i] + "." + zone, numbers.length));
        }
        var micros = List.of(new ArrayList<Double>(), new ArrayList<Double>());
        for (var file : files) {
            Load.run(NAMES, file, port, WARMUP_SECONDS, "-D");
        }
        for (int round = 0; round < ROUNDS; round++) {
            for (int i = 0; i < zones.size(); i++) {
                long before = server.cpuMicros();
                var load = Load.run(NAMES, files.get(i), port, ROUND_SECONDS, "-D");
                micros.get(i).add((double) (server.cpuMicros() - before) / load.answered());
            }
        }
        double plain = median(micros.getFirst());
        double signed = median(micros.getLast());
        System.out.printf(
                "kept answers: unsigned %.2f us of CPU, signed %.2f, %.2f times as much%n",
                plain, signed, signed / plain);
    }

    private static double median(List<Double> values) {
        return values.stream().sorted().toList().get(values.size() / 2);
    }

    private void attack(int firstNew) throws IOException, InterruptedException {
        var random = new Random();
        int count = ATTACK_PER_SECOND * ATTACK_SECONDS;
        var file =
                queries("random", _ -> Long.toHexString(random.nextLong()) + "." + SIGNED, count);
        var victim = new Questions(port);
        report("before", victim.ask(_ -> "h0." + UNSIGNED, VICTIM_PER_SECOND, VICTIM_PER_SECOND));
        long memory = server.residentMib();
        server.forgetPeak();
        long cpu = server.cpuMicros();
        var attacker = attacker(file);
        var news = newNames(firstNew);
        report(
                "during",
                victim.ask(
                        _ -> "h0." + UNSIGNED,
                        VICTIM_PER_SECOND * ATTACK_SECONDS,
                        VICTIM_PER_SECOND));
        news.join();
        var said = new String(attacker.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        attacker.waitFor();
        System.out.printf(
                "attack: %.0f %% of a core, %d MiB before, %d at most%n",
                (server.cpuMicros() - cpu) / 1e4 / ATTACK_SECONDS, memory, server.peakMib());
        said.lines()
                .filter(line -> line.contains("Response codes") || line.contains("Queries per"))
                .forEach(line -> System.out.println("  " + line.strip()));
        report("after", victim.ask(_ -> "h0." + UNSIGNED, VICTIM_PER_SECOND, VICTIM_PER_SECOND));
    }

    private Process attacker(Path file) throws IOException {
        return new ProcessBuilder(
                        List.of(
                                "taskset",
                                "-c",
                                "1",
                                "dnsperf",
                                "-D",
                                "-s",
                                "127.0.0.1",
                                "-p",
                                "" + port,
                                "-d",
                                file.toString(),
                                "-n",
                                "1",
                                "-Q",
                                "" + ATTACK_PER_SECOND,
                                "-q",
                                "2000"))
                .redirectErrorStream(true)
                .start();
    }

    private Thread newNames(int first) {
        return Thread.ofPlatform()
                .start(() -> {
                    try {
                        var answers =
                                new Questions(port, true)
                                        .ask(
                                                i -> "h" + (first + i) + "." + SIGNED,
                                                NEW_PER_SECOND * ATTACK_SECONDS,
                                                NEW_PER_SECOND);
                        System.out.printf(
                                "new names of the signed zone: %d of %d answered, p99 %.1f ms%n",
                                answers.count(0),
                                NEW_PER_SECOND * ATTACK_SECONDS,
                                answers.percentile(0.99));
                    } catch (IOException e) {
                        throw new IllegalStateException(e);
                    }
                });
    }

    private static void report(String when, Questions.Answers answers) {
        System.out.printf(
                "another client %s: p50 %.2f ms, p99 %.2f ms, %d lost%n",
                when, answers.percentile(0.5), answers.percentile(0.99), answers.lost());
    }
}
