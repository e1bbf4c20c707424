package dev.onoma.house;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/// A ratchet: what is small and complete today stays so.
///
/// Each rule reports all it finds at once. What has to be larger than the limits stands in
/// `tidy-exceptions.txt` with a reason, and leaves that list when it no longer has to be.
final class TidyTest {
    private static final int METHOD_LINES_MAX = 60;
    private static final int FILE_LINES_MAX = 500;

    private static final List<String> README_SECTIONS =
            List.of("Name", "Description", "Syntax", "Examples", "Metrics", "See Also");

    /// Written in parts, so that this file does not hold them.
    private static final Pattern MARKER = Pattern.compile("\\b(TO" + "DO|FIX" + "ME|XX" + "X)\\b");

    private static final Pattern MACHINE_PATH =
            Pattern.compile("(?<![\\w.])/(root|work|home|Users)/");
    private static final Pattern METRIC = Pattern.compile("\\bcoredns_[a-z0-9_]+");

    /// What the text format adds to the names of histograms and summaries.
    private static final Pattern METRIC_SUFFIX = Pattern.compile("_(bucket|sum|count)$");

    private static final Pattern FLAG_OF_CLASS =
            Pattern.compile("-XX:CompileCommand=\\w+,([\\w.]+)::");

    private static final House HOUSE = House.here();
    private static final List<JavaFile> JAVA = JavaFile.parse(HOUSE.files("java"));

    @Test
    void methodsAndFilesAreSmallOrGiveAReason() {
        var large = new TreeMap<String, String>();
        for (var file : JAVA) {
            var name = HOUSE.name(file.path());
            long lines = House.read(file.path()).lines().count();
            if (lines > FILE_LINES_MAX) {
                large.put(
                        name,
                        "%s has %d lines, %d are the limit".formatted(name, lines, FILE_LINES_MAX));
            }
            for (var method : file.methods()) {
                if (method.lines() > METHOD_LINES_MAX) {
                    large.put(
                            name + "#" + method.name(),
                            "%s:%d: %s has %d lines, %d are the limit"
                                    .formatted(
                                            name,
                                            method.line(),
                                            method.name(),
                                            method.lines(),
                                            METHOD_LINES_MAX));
                }
            }
        }
        var reasons = reasons();
        assertThat(without(reasons, large).values())
                .as("split these, or give the reason in tidy-exceptions.txt")
                .isEmpty();
        assertThat(without(large, reasons).keySet())
                .as("entries of tidy-exceptions.txt that nothing needs any more; remove them")
                .isEmpty();
    }

    @Test
    void publicTypesSayWhatTheyAre() {
        var undocumented = new ArrayList<String>();
        for (var file : JAVA) {
            for (var type : file.undocumented()) {
                undocumented.add(HOUSE.name(file.path()) + ": " + type);
            }
        }
        assertThat(undocumented).as("public types without a doc comment (///)").isEmpty();
    }

    @Test
    void everyPluginHasAManualWithAllItsSections() {
        var missing = new ArrayList<String>();
        for (var services : pluginFiles(file -> file.endsWith("services/dev.onoma.api.Plugin"))) {
            var module = HOUSE.root().relativize(services).subpath(0, 2);
            for (var type : House.read(services).lines().filter(line -> !line.isBlank()).toList()) {
                var folder = type.substring(0, type.lastIndexOf('.')).replace('.', '/');
                var readme =
                        HOUSE.root()
                                .resolve(module)
                                .resolve("src/main/java/" + folder + "/README.md");
                if (!Files.exists(readme)) {
                    missing.add(HOUSE.name(readme));
                }
            }
        }
        for (var readme : manuals()) {
            var headings = headings(readme);
            README_SECTIONS.stream()
                    .filter(section -> !headings.contains(section))
                    .forEach(section -> missing.add(HOUSE.name(readme) + ": ## " + section));
        }
        assertThat(missing).as("manuals, or sections of manuals, that do not exist").isEmpty();
    }

    @Test
    void metricsInCodeAreInAManualAndBack() {
        var coded = new TreeSet<String>();
        JAVA.stream()
                .filter(file -> HOUSE.name(file.path()).contains("src/main/"))
                .flatMap(file -> file.strings().stream())
                .forEach(text -> coded.addAll(metrics(text)));
        var written = new TreeSet<String>();
        manuals().forEach(readme -> written.addAll(metrics(House.read(readme))));

        assertThat(without(coded, written)).as("metrics that no manual explains").isEmpty();
        written.removeIf(name -> coded.contains(METRIC_SUFFIX.matcher(name).replaceFirst("")));
        assertThat(without(written, coded))
                .as("metrics that a manual promises and no code has")
                .isEmpty();
    }

    @Test
    void nothingIsLeftBehind() {
        var left = new ArrayList<String>();
        for (var file : HOUSE.texts()) {
            int number = 0;
            for (var line : House.read(file).lines().toList()) {
                number++;
                if (MARKER.matcher(line).find() || MACHINE_PATH.matcher(line).find()) {
                    left.add("%s:%d: %s".formatted(HOUSE.name(file), number, line.strip()));
                }
            }
        }
        assertThat(left).as("leftover markers, and paths of somebody's machine").isEmpty();
    }

    /// Java says nothing of a class that is not there, and the flag has no effect.
    @Test
    void classesThatFlagsNameExist() {
        var flags = House.read(HOUSE.root().resolve("docker/jvm.flags"));
        var sources = HOUSE.files("java").stream().map(HOUSE::name).toList();
        var named = FLAG_OF_CLASS.matcher(flags).results().map(flag -> flag.group(1)).toList();
        assertThat(named)
                .isNotEmpty()
                .allSatisfy(type -> {
                    var file = "src/main/java/" + type.replace('.', '/') + ".java";
                    assertThat(sources).anyMatch(source -> source.endsWith(file));
                });
    }

    /// `PATH: REASON` or `PATH#METHOD: REASON` on each line; `#` at its start is a comment.
    private static Map<String, String> reasons() {
        var reasons = new TreeMap<String, String>();
        var list =
                HOUSE.root()
                        .resolve(
                                "conformance-tests/src/test/resources/dev/onoma/house/tidy-exceptions.txt");
        House.read(list)
                .lines()
                .filter(line -> !line.isBlank() && !line.startsWith("#"))
                .forEach(line -> {
                    var parts = line.split(": ", 2);
                    assertThat(parts).as("a path and its reason: " + line).hasSize(2);
                    reasons.put(parts[0], parts[1]);
                });
        return reasons;
    }

    private static List<Path> manuals() {
        return pluginFiles(file -> file.endsWith("README.md")).stream()
                .filter(file -> HOUSE.name(file).contains("src/main/java/"))
                .toList();
    }

    private static List<Path> pluginFiles(Predicate<Path> wanted) {
        return HOUSE.texts().stream()
                .filter(file -> HOUSE.name(file).startsWith("plugins/"))
                .filter(wanted)
                .toList();
    }

    private static Set<String> headings(Path readme) {
        var headings = new HashSet<String>();
        House.read(readme)
                .lines()
                .filter(line -> line.startsWith("## "))
                .forEach(line -> headings.add(line.substring(3).strip()));
        return headings;
    }

    private static Set<String> metrics(String text) {
        return new HashSet<>(METRIC.matcher(text).results().map(MatchResult::group).toList());
    }

    private static <V> Map<String, V> without(Map<String, ?> unwanted, Map<String, V> all) {
        var rest = new TreeMap<>(all);
        rest.keySet().removeAll(unwanted.keySet());
        return rest;
    }

    private static Set<String> without(Set<String> all, Set<String> unwanted) {
        var rest = new TreeSet<>(all);
        rest.removeAll(unwanted);
        return rest;
    }
}
