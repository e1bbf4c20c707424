package dev.onoma.comparison;

import dev.onoma.api.Tls;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;

/// An attacker in a process of its own, which runs when nobody else wants the core: so its garbage
/// and its threads do not hold up those who measure what others notice.
final class Striker implements AutoCloseable {
    private static final int LOWEST_PRIORITY = 19;
    private static final int PATIENCE_MILLIS = 20_000;

    private final Process process;

    /// Starts it; it waits for [#strike].
    Striker(Attack attack, Map<String, Integer> ports) throws IOException {
        var command = new ArrayList<>(List.of("nice", "-n", "" + LOWEST_PRIORITY));
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(List.of("-Xmx512m", "-XX:+UseSerialGC"));
        command.add("--enable-native-access=ALL-UNNAMED");
        command.add("-Djava.library.path=" + System.getProperty("java.library.path"));
        command.addAll(List.of("-cp", System.getProperty("java.class.path")));
        command.addAll(List.of(Striker.class.getName(), attack.name()));
        ports.forEach((door, port) -> command.add(door + "=" + port));
        process =
                new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start();
        var _ = process.inputReader(StandardCharsets.UTF_8).readLine();
    }

    /// Begins the attack, for so long.
    void strike(int millis) throws IOException {
        var out = process.getOutputStream();
        out.write((millis + "\n").getBytes(StandardCharsets.UTF_8));
        out.flush();
    }

    /// Waits until it is over.
    void await() throws IOException {
        var _ = process.inputReader(StandardCharsets.UTF_8).readLine();
    }

    @Override
    public void close() {
        process.destroyForcibly();
    }

    /// The process itself: an attack, and where the doors are. For each line with milliseconds that
    /// it reads it strikes.
    public static void main(String... words) throws IOException, InterruptedException {
        var ports =
                List.of(words).subList(1, words.length).stream()
                        .map(word -> word.split("="))
                        .collect(Collectors.toMap(w -> w[0], w -> Integer.parseInt(w[1])));
        var victim = new Victim(ports, Tls.trustingAnybody(Optional.empty()));
        var attack = Attack.of(words[0]);
        var in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        System.out.println("ready");
        for (var line = in.readLine(); line != null; line = in.readLine()) {
            long until = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(Long.parseLong(line));
            var attackers = new ArrayList<Thread>();
            for (int i = 0; i < attack.attackers(); i++) {
                attackers.add(
                        Thread.ofPlatform().daemon().start(() -> strike(attack, victim, until)));
            }
            for (var attacker : attackers) {
                attacker.join(PATIENCE_MILLIS);
            }
            System.out.println("done");
        }
        Runtime.getRuntime().halt(0); // whoever still waits for a server that is gone
    }

    private static void strike(Attack attack, Victim victim, long untilNanos) {
        try {
            attack.deed().strike(victim, untilNanos);
        } catch (IOException | InterruptedException e) {
            System.err.println(attack.name() + ": " + e);
        }
    }
}
