package dev.onoma.plugins.kubernetes;

import dev.onoma.api.FileStamp;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/// Files that something was read from, and how they were before that.
final class SeenFiles {
    private final Map<Path, Optional<FileStamp>> stamps = new LinkedHashMap<>();

    /// Notes a file that is about to be read, whether or not it is there.
    Path see(Path file) {
        stamps.put(file, stamp(file));
        return file;
    }

    /// Those that are not as they were.
    List<Path> changed() {
        return stamps.entrySet().stream()
                .filter(seen -> !Objects.equals(seen.getValue(), stamp(seen.getKey())))
                .map(Map.Entry::getKey)
                .toList();
    }

    private static Optional<FileStamp> stamp(Path file) {
        try {
            return Optional.of(FileStamp.of(file));
        } catch (IOException _) {
            return Optional.empty(); // whoever reads it says why
        }
    }
}
