package dev.onoma.conformance;

import static org.junit.jupiter.api.Assumptions.assumeFalse;

import dev.onoma.testkit.OnomaSubject;
import dev.onoma.testkit.ProcessSubject;
import dev.onoma.testkit.Subject;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
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

    /// The server under test: Onoma inside this JVM, or the program that the environment variable
    /// `SUBJECT` names, such as the launcher of a distribution; `SUBJECT=coredns` is CoreDNS.
    static Subject chosen() {
        var subject = System.getenv("SUBJECT");
        if (subject == null) {
            return new OnomaSubject();
        }
        return subject.equals("coredns")
                ? coreDns().orElseThrow(() -> new IllegalStateException("COREDNS names no binary"))
                : ProcessSubject.of(subject);
    }

    /// The server as a process of its own.
    ///
    /// @param before words that the command begins with
    static ProcessSubject process(String... before) {
        var command = new ArrayList<>(List.of(before));
        command.addAll(
                List.of(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-XX:+UseSerialGC",
                        "--enable-native-access=ALL-UNNAMED",
                        "--sun-misc-unsafe-memory-access=allow",
                        "-cp",
                        System.getProperty(
                                "surefire.test.class.path", System.getProperty("java.class.path")),
                        "dev.onoma.server.Main"));
        return ProcessSubject.of(command.toArray(String[]::new));
    }

    /// Starts a subject; skips the test if a plugin of the Corefile is not there yet.
    static Subject.Running start(Subject subject, Subject.Setup setup)
            throws IOException, InterruptedException, Subject.StartFailed {
        try {
            return subject.start(setup);
        } catch (Subject.StartFailed e) {
            var said = String.valueOf(e.getMessage());
            assumeFalse(said.contains("Unknown directive '"), () -> "a plugin is missing: " + said);
            throw e;
        }
    }
}
