package dev.onoma.plugins.root;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.onoma.api.Handler;
import dev.onoma.testkit.Bench;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class RootTest {
    @TempDir Path directory;
    private final Bench bench = new Bench(".");

    @Test
    void relativeFileNamesStartThere() {
        assertThat(bench.setup(new Root(), "root " + directory)).isSameAs(Handler.PASS);
        assertThat(bench.file("zone.db")).isEqualTo(directory.resolve("zone.db"));
        assertThat(bench.warnings()).isEmpty();
    }

    @Test
    void theLastOfSeveralCounts() {
        bench.setup(new Root(), "root " + directory.resolve("a") + "\nroot " + directory);
        assertThat(bench.file("zone.db")).isEqualTo(directory.resolve("zone.db"));
    }

    @Test
    void aDirectoryThatDoesNotExistIsAWarning() {
        var missing = directory.resolve("missing");
        bench.setup(new Root(), "root " + missing);
        assertThat(bench.warnings())
                .containsExactly("Corefile:1:6: plugin/root: Root path does not exist: " + missing);
    }

    @Test
    void aPathThatCannotBeLookedAtIsAMistake() {
        assertThatThrownBy(() -> bench.setup(new Root(), "root /" + "x".repeat(300)))
                .hasMessageContaining("Corefile:1:6: plugin/root: unable to access root path '")
                .hasMessageContaining("File name too long");
    }

    @Test
    void exactlyOnePathIsExpected() {
        assertThatThrownBy(() -> bench.setup(new Root(), "root"))
                .hasMessageStartingWith(
                        "Corefile:1:1: plugin/root: PATH is missing after \"root\"");
        assertThatThrownBy(() -> bench.setup(new Root(), "root /a /b"))
                .hasMessageStartingWith("Corefile:1:9: plugin/root: \"/b\" is one word too many");
    }
}
