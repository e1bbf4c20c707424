package dev.onoma.api;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/// By what it is recognized that a file has changed, without reading it.
///
/// @param modified the date of the last change
/// @param size in octets
/// @param identity the file's number on its device, where there is one: Kubernetes exchanges the
///   files that it mounts, and others may have the date and size of the one before
public record FileStamp(Instant modified, long size, @Nullable Object identity) {
    /// How a file is now.
    ///
    /// @throws IOException if it is not there, or cannot be looked at
    public static FileStamp of(Path file) throws IOException {
        var attributes = Files.readAttributes(file, BasicFileAttributes.class);
        return new FileStamp(
                attributes.lastModifiedTime().toInstant(), attributes.size(), attributes.fileKey());
    }
}
