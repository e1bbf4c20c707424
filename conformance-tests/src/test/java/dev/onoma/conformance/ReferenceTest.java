package dev.onoma.conformance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.onoma.testkit.Scenarios;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/// Plays all scenarios against CoreDNS, so that what they call compatible is.
///
/// Run with `COREDNS=/path/to/coredns mvn verify`; skipped without. An expectation that CoreDNS
/// does not meet carries a `better:` mark, and a mark on one that it does meet fails here.
final class ReferenceTest {
    @TestFactory
    Stream<DynamicTest> scenariosAreWhatCoreDnsAnswersUnlessMarkedBetter() {
        var coreDns = Subjects.coreDns();
        assumeTrue(coreDns.isPresent(), "no CoreDNS: set COREDNS to the path of its binary");
        return Scenarios.against(coreDns.get()).playFolder(Subjects.SCENARIOS);
    }

    @Test
    void everyScenarioCanBeRead() {
        assertThat(Scenarios.read(Subjects.SCENARIOS, ".txt")).isNotEmpty();
    }
}
