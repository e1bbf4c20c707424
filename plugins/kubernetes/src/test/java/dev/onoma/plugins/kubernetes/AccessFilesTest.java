package dev.onoma.plugins.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What was read from files is as the files are, and what they were when they are of no use.
final class AccessFilesTest {
    @TempDir private Path folder;
    private final List<String> said = new ArrayList<>();
    private int reads;

    /// Of a file that has nothing but the server's address.
    private AccessFiles following(Path file) {
        return new AccessFiles(
                seen -> {
                    reads++;
                    var url = Files.readString(seen.see(file));
                    if (url.isEmpty()) {
                        throw new IOException("there is nothing in it");
                    }
                    var server = URI.create(url.lines().findFirst().orElseThrow());
                    return new ApiAccess(server, null, null, () -> url, true);
                },
                new ApiSourceTest.Lines(said));
    }

    private Path write(String text) throws IOException {
        var next = Files.writeString(folder.resolve("next"), text);
        return Files.move(
                next, folder.resolve("file"), java.nio.file.StandardCopyOption.REPLACE_EXISTING);
    }

    @Test
    void nothingIsReadAgainAsLongAsNothingChanges() throws IOException {
        var accesses = following(write("http://a.example"));
        assertThat(accesses.now()).isEqualTo(accesses.now()).isEqualTo(accesses.now());
        assertThat(reads).isEqualTo(1);
        assertThat(said).isEmpty();
    }

    @Test
    void aChangeIsReadAndToldOnce() throws IOException {
        var file = write("http://a.example");
        var accesses = following(file);
        var before = accesses.now();
        write("http://a.example\nnews");
        assertThat(accesses.now()).isNotEqualTo(before).isEqualTo(accesses.now());
        assertThat(reads).isEqualTo(2);
        assertThat(said)
                .containsExactly(
                        "[%s] changed and was read again for http://a.example".formatted(file));
    }

    @Test
    void aFileThatIsOfNoUseChangesNothingAndIsToldOnce() throws IOException {
        var file = write("http://a.example");
        var accesses = following(file);
        var before = accesses.now();
        write("");
        assertThat(accesses.now()).isEqualTo(before).isEqualTo(accesses.now());
        assertThat(said)
                .containsExactly(
                        "[%s] changed and cannot be used: there is nothing in it; what was read before is used on"
                                .formatted(file));
        Files.delete(file);
        assertThat(accesses.now()).isEqualTo(before);
        write("http://a.example\nnews");
        assertThat(accesses.now()).isNotEqualTo(before);
        assertThat(said).hasSize(3);
    }

    @Test
    void anotherServerTakesARestart() throws IOException {
        var accesses = following(write("http://a.example"));
        var before = accesses.now();
        write("http://b.example");
        assertThat(accesses.now()).isEqualTo(before);
        assertThat(said).first().asString().contains("http://b.example, takes a restart");
    }

    @Test
    void withoutFilesToBeginWithThereIsNoAccess() {
        var accesses = following(folder.resolve("nowhere"));
        assertThatThrownBy(accesses::now).isInstanceOf(IOException.class);
    }
}
