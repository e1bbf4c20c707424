package dev.onoma.conformance;

import dev.onoma.testkit.ProcessSubject;
import dev.onoma.testkit.Subject;
import java.nio.file.Path;
import java.util.Optional;

/// The servers that tests are pointed at from outside.
final class Subjects {
    /// Where the scenarios are, seen from the folder of this module, in which Maven runs tests.
    static final Path SCENARIOS = Path.of("scenarios");

    private Subjects() {}

    /// The CoreDNS binary that the environment variable `COREDNS` names, if it does.
    static Optional<Subject> coreDns() {
        return Optional.ofNullable(System.getenv("COREDNS"))
                .map(binary -> ProcessSubject.coreDns(Path.of(binary)));
    }
}
