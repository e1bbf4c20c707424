package dev.onoma.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class WholeFileTest {
    @TempDir Path folder;

    private static byte[] octets(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    @Test
    void aFileIsReplacedAndNothingLiesBesideIt() throws IOException {
        var file = folder.resolve("zone");
        Files.writeString(folder.resolve("zone.new"), "half-written before a crash, and longer");
        assertThat(WholeFile.write(file, out -> out.write(octets("one")))).isEqualTo(3);
        assertThat(WholeFile.write(file, out -> out.write(octets("second")))).isEqualTo(6);
        assertThat(file).hasContent("second");
        try (var all = Files.list(folder)) {
            assertThat(all).containsExactly(file);
        }
    }

    @Test
    void whatWasThereStaysWhenTheContentFails() throws IOException {
        var file = folder.resolve("zone");
        Files.writeString(file, "old");
        assertThatThrownBy(() ->
                        WholeFile.write(
                                file,
                                out -> {
                                    out.write(octets("half"));
                                    throw new IllegalStateException(
                                            "a record that cannot be signed");
                                }))
                .isInstanceOf(IllegalStateException.class);
        assertThat(file).hasContent("old");
        assertThat(folder.resolve("zone.new")).doesNotExist();
    }

    @Test
    void aFolderThatIsNotThereIsAnErrorOfTheCaller() {
        var file = folder.resolve("missing").resolve("zone");
        assertThatThrownBy(() -> WholeFile.write(file, _ -> {})).isInstanceOf(IOException.class);
    }
}
