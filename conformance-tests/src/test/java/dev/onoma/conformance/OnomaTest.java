package dev.onoma.conformance;

import dev.onoma.testkit.OnomaSubject;
import dev.onoma.testkit.Scenarios;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/// Plays all scenarios, and the examples of all manuals, against Onoma.
///
/// What cannot be as expected yet is listed in `scenarios/not-yet.list`, by title and with the
/// reason; such a scenario is skipped while it fails. Set `SUBJECT` to play against a program, such
/// as the distribution.
final class OnomaTest {
    private static final List<Path> MANUALS =
            List.of(
                    Path.of("../plugins/standard/src/main/java"),
                    Path.of("../plugins/kubernetes/src/main/java"),
                    Path.of("../plugins/quic/src/main/java"),
                    Path.of("../plugins/telemetry/src/main/java"));
    private static final String NOT_YET = "not-yet.list";

    @TestFactory
    Stream<DynamicTest> scenariosAreAsExpected() throws IOException {
        return onoma().playFolder(Subjects.SCENARIOS);
    }

    @TestFactory
    Stream<DynamicTest> examplesOfManualsAreAsExpected() throws IOException {
        var onoma = onoma();
        return MANUALS.stream().flatMap(onoma::playManuals);
    }

    @TestFactory
    Stream<DynamicTest> aClusterReadFromItsApiIsAsExpected() throws IOException {
        var notYet = Files.readAllLines(Subjects.SCENARIOS.resolve(NOT_YET));
        var viaApi = Scenarios.against(OnomaSubject.viaApi()).expecting(notYet);
        return Stream.of("kubernetes", "plugin/kubernetes", "plugin/k8s_external")
                .flatMap(folder -> viaApi.playFolder(Subjects.SCENARIOS.resolve(folder)));
    }

    private static Scenarios onoma() throws IOException {
        var notYet = Files.readAllLines(Subjects.SCENARIOS.resolve(NOT_YET));
        return Scenarios.against(Subjects.chosen()).expecting(notYet);
    }
}
