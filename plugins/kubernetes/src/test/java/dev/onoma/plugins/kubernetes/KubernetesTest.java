package dev.onoma.plugins.kubernetes;

import dev.onoma.testkit.OnomaSubject;
import dev.onoma.testkit.Scenarios;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/// Plays what the manual promises against the server in this JVM.
final class KubernetesTest {
    private final Scenarios scenarios = Scenarios.against(new OnomaSubject());

    @TestFactory
    Stream<DynamicTest> everyQueryForm() throws IOException {
        var folder = Path.of("../../conformance-tests/scenarios/kubernetes");
        return scenarios.play(Files.readString(folder.resolve("every-query-form.txt")));
    }

    @TestFactory
    Stream<DynamicTest> examplesOfTheManual() {
        return scenarios.playManuals(Path.of("src/main/java"));
    }
}
