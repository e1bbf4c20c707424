package dev.onoma.testkit;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// Plays scenario files against a program, without JUnit.
///
/// `Play [--reference] PROGRAM FILE_OR_FOLDER...`; with `--reference` the program is CoreDNS, of
/// which `better:` marks speak. Exit code 1 if anything was not as expected.
public final class Play {
    private static final long SLOW_NANOS = 2_000_000_000L;

    private Play() {}

    public static void main(String... arguments) throws IOException, InterruptedException {
        var words = new ArrayList<>(List.of(arguments));
        boolean reference = words.remove("--reference");
        if (words.size() < 2) {
            throw new IllegalArgumentException("Play [--reference] PROGRAM FILE_OR_FOLDER...");
        }
        var program = words.removeFirst();
        var subject = subject(program, reference);
        int bad = 0;
        for (var word : words) {
            bad += play(Path.of(word), subject);
        }
        if (bad > 0) {
            throw new AssertionError(bad + " scenarios are not as expected");
        }
    }

    private static Subject subject(String program, boolean reference) {
        if (program.equals("in-process")) {
            return new OnomaSubject();
        }
        return reference ? ProcessSubject.coreDns(Path.of(program)) : ProcessSubject.of(program);
    }

    private static int play(Path path, Subject subject) throws IOException, InterruptedException {
        var scenarios =
                Files.isDirectory(path)
                        ? Scenarios.read(path, ".txt")
                        : ScenarioParser.parse(path.toString(), Files.readString(path));
        int bad = 0;
        for (var scenario : scenarios) {
            long start = System.nanoTime();
            var problems = Scenarios.inFolder(folder -> Player.play(scenario, subject, folder));
            long nanos = System.nanoTime() - start;
            if (!problems.isEmpty()) {
                bad++;
                System.out.println("== " + scenario.title() + "\n" + String.join("\n", problems));
            } else if (nanos > SLOW_NANOS) {
                System.out.printf("== %s took %.1f s%n", scenario.title(), nanos / 1e9);
            }
        }
        System.out.printf("%s: %d scenarios, %d not as expected%n", path, scenarios.size(), bad);
        return bad;
    }
}
