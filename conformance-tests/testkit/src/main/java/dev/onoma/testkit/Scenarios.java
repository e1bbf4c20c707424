package dev.onoma.testkit;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DynamicTest;
import org.opentest4j.TestAbortedException;

/// Turns scenarios into JUnit tests.
///
/// ```java
/// @TestFactory
/// Stream<DynamicTest> manuals() {
///     return Scenarios.against(subject).playManuals(Path.of("src/main/java"));
/// }
/// ```
public final class Scenarios {
    private static final String FENCE = "```";

    private final Subject subject;
    private final Map<String, String> notYet;

    private Scenarios(Subject subject, Map<String, String> notYet) {
        this.subject = subject;
        this.notYet = Map.copyOf(notYet);
    }

    /// Scenarios to be played against this server.
    public static Scenarios against(Subject subject) {
        return new Scenarios(subject, Map.of());
    }

    /// The same scenarios, of which some are skipped while they fail.
    ///
    /// @param lines `TITLE: reason`, or `plugin NAME: reason` for all that need a plugin that is
    ///   not there; blank lines and those that begin with `#` say nothing
    public Scenarios expecting(List<String> lines) {
        var reasons = new HashMap<String, String>();
        for (var line : lines) {
            int colon = line.lastIndexOf(": ");
            if (colon > 0 && !line.startsWith("#")) {
                reasons.put(line.substring(0, colon).strip(), line.substring(colon + 2).strip());
            }
        }
        return new Scenarios(subject, reasons);
    }

    /// Plays a text inside a test; several scenarios begin with `== TITLE` each.
    public Stream<DynamicTest> play(String text) {
        var caller =
                StackWalker.getInstance()
                        .walk(frames -> frames.skip(1).findFirst())
                        .map(frame -> frame.getMethodName())
                        .orElse("scenario");
        return ScenarioParser.parse(caller, text).stream().map(s -> test(s, null));
    }

    /// Plays all files that end in `.txt` in this folder and below, by name.
    public Stream<DynamicTest> playFolder(Path folder) {
        return files(folder, ".txt").stream()
                .flatMap(file ->
                        ScenarioParser.parse(name(folder, file), read(file)).stream()
                                .map(s -> test(s, file.toUri())));
    }

    /// Plays the examples of all files called README.md in this folder and below: a fenced block
    /// `corefile` with the blocks `dig` that follow it.
    public Stream<DynamicTest> playManuals(Path folder) {
        return files(folder, "README.md").stream()
                .flatMap(file ->
                        examples(name(folder, file), read(file)).stream()
                                .map(s -> test(s, file.toUri())));
    }

    /// All scenarios of a folder, for those who play them another way.
    public static List<Scenario> read(Path folder, String ending) {
        return files(folder, ending).stream()
                .flatMap(file -> ScenarioParser.parse(name(folder, file), read(file)).stream())
                .toList();
    }

    private static String name(Path folder, Path file) {
        return folder.relativize(file).toString();
    }

    private static List<Path> files(Path folder, String ending) {
        try (var files = Files.walk(folder)) {
            return files.filter(file -> file.toString().endsWith(ending))
                    .sorted(Comparator.naturalOrder())
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException("no scenarios in " + folder, e);
        }
    }

    private static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read " + file, e);
        }
    }

    /// The examples of a manual; lines outside the blocks become blank, so that numbers stay right.
    static List<Scenario> examples(String source, String markdown) {
        var scenarios = new ArrayList<Scenario>();
        var lines = markdown.lines().toList();
        var text = new StringBuilder();
        boolean asked = false;
        int number = 0;
        while (number < lines.size()) {
            var line = lines.get(number++).strip();
            boolean corefile = line.equals(FENCE + "corefile");
            boolean dig = line.equals(FENCE + "dig");
            if (corefile) {
                add(scenarios, source, text.toString(), asked);
                asked = false;
                text = new StringBuilder("\n".repeat(number));
            } else {
                text.append('\n');
            }
            while ((corefile || dig)
                    && number < lines.size()
                    && !lines.get(number).strip().equals(FENCE)) {
                text.append(lines.get(number++)).append('\n');
                asked |= dig;
            }
        }
        add(scenarios, source, text.toString(), asked);
        return List.copyOf(scenarios);
    }

    private static void add(List<Scenario> scenarios, String source, String text, boolean asked) {
        if (asked) {
            scenarios.addAll(ScenarioParser.parse(source, text));
        }
    }

    private DynamicTest test(Scenario scenario, @Nullable URI source) {
        var name = subject.name() + ": " + scenario.title();
        return DynamicTest.dynamicTest(name, source, () -> check(scenario));
    }

    private void check(Scenario scenario) throws IOException, InterruptedException {
        var problems = inFolder(folder -> Player.play(scenario, subject, folder));
        if (subject.isReference()) {
            skipIfUnknown(problems);
        } else {
            skipIfNotYet(scenario, problems);
        }
        if (!problems.isEmpty()) {
            throw new AssertionError(
                    "%s against %s\n%s"
                            .formatted(
                                    scenario.title(), subject.name(), String.join("\n", problems)));
        }
    }

    // Plugins that only we have say nothing about what is compatible.
    private void skipIfUnknown(List<String> problems) {
        for (var problem : problems) {
            if (problem.contains("did not start") && problem.contains("Unknown directive")) {
                throw new TestAbortedException(subject.name() + " lacks a plugin: " + problem);
            }
        }
    }

    private void skipIfNotYet(Scenario scenario, List<String> problems) {
        var told = String.join("\n", problems);
        notYet.forEach((what, reason) -> {
            var absent = "Unknown directive '" + what.replaceFirst("^plugin ", "") + "'";
            boolean isThis = what.equals(scenario.title()) && !problems.isEmpty();
            if (isThis || (what.startsWith("plugin ") && told.contains(absent))) {
                throw new TestAbortedException("not yet: " + what + ": " + reason);
            }
        });
    }

    /// Something that needs a folder for a while.
    interface InFolder<T> {
        T run(Path folder) throws IOException, InterruptedException;
    }

    static <T> T inFolder(InFolder<T> task) throws IOException, InterruptedException {
        var folder = Files.createTempDirectory("scenario");
        try {
            return task.run(folder);
        } finally {
            delete(folder);
        }
    }

    private static void delete(Path folder) throws IOException {
        try (var files = Files.walk(folder)) {
            for (var file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(file);
            }
        }
    }
}
