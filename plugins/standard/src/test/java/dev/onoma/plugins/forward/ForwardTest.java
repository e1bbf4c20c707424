package dev.onoma.plugins.forward;

import dev.onoma.testkit.OnomaSubject;
import dev.onoma.testkit.Scenarios;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/// Where Onoma goes its own way, so that CoreDNS is not asked: scenarios beside this test.
final class ForwardTest {
    private static final Path SCENARIOS = Path.of("src/test/resources/dev/onoma/plugins/forward");

    @TestFactory
    Stream<DynamicTest> scenarios() {
        return Scenarios.against(new OnomaSubject()).playFolder(SCENARIOS);
    }
}
