package dev.onoma.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class FileErrorsTest {
    @TempDir private Path folder;

    @Test
    void theCauseStandsWithoutTheNameOfTheFile() throws Exception {
        var none = folder.resolve("none");
        var e = assertThrows(IOException.class, () -> Files.readString(none));
        assertThat(FileErrors.reason(e)).isEqualTo("no such file or directory");
        assertThat(FileErrors.named(e)).isEqualTo(none + ": no such file or directory");
        var file = Files.writeString(folder.resolve("file"), "");
        var inside = assertThrows(IOException.class, () -> Files.readString(file.resolve("f")));
        assertThat(FileErrors.named(inside)).isEqualTo(file.resolve("f") + ": Not a directory");
        assertThat(FileErrors.reason(new NotDirectoryException("/s"))).isEqualTo("not a directory");
        // The superuser, who may run this, reads everything.
        assertThat(FileErrors.named(new AccessDeniedException("/s")))
                .isEqualTo("/s: permission denied");
        assertThat(
                        FileErrors.reason(
                                new FileSystemException("/s", null, "No space left on device")))
                .isEqualTo("No space left on device");
    }

    @Test
    void otherErrorsSayWhatTheySay() {
        assertThat(FileErrors.reason(new FileSystemException("/s")))
                .isEqualTo("FileSystemException");
        assertThat(FileErrors.named(new IOException("torn"))).isEqualTo("torn");
        assertThat(FileErrors.named(new IllegalStateException()))
                .isEqualTo("IllegalStateException");
    }
}
