package org.example.note;

import dev.onoma.testkit.OnomaSubject;
import dev.onoma.testkit.Scenarios;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

final class NoteTest {
    private final Scenarios scenarios = Scenarios.against(new OnomaSubject());

    @TestFactory
    Stream<DynamicTest> examplesOfTheManual() {
        return scenarios.playManuals(Path.of("src/main/java"));
    }

    @TestFactory
    Stream<DynamicTest> otherTypesGoOn() {
        return scenarios.play(
                """
                example.org {
                    note contact.example.org "call the night desk"
                    note office.example.org "closed"
                }

                > office.example.org. TXT
                NOERROR aa
                office.example.org. 60 IN TXT "closed"

                > contact.example.org. A
                SERVFAIL
                """);
    }
}
