package dev.onoma.zone;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// By what it is recognized that a file, or one of those that it includes, has changed.
///
/// @param stamps of each file; one that is not there has its own
record FileStamps(Map<Path, Stamp> stamps) {
    /// Of no file.
    static final FileStamps NONE = new FileStamps(Map.of());

    private static final Stamp MISSING = new Stamp(Instant.MIN, -1, null);

    /// A file's date, its size, and its number on its device, as Kubernetes exchanges files.
    record Stamp(Instant modified, long size, @Nullable Object identity) {
        static Stamp of(Path file) {
            try {
                var attributes = Files.readAttributes(file, BasicFileAttributes.class);
                return new Stamp(
                        attributes.lastModifiedTime().toInstant(),
                        attributes.size(),
                        attributes.fileKey());
            } catch (IOException _) {
                return MISSING; // Whoever opens it says why.
            }
        }
    }

    /// How the files are now.
    private static FileStamps of(Set<Path> files) {
        var stamps = new HashMap<Path, Stamp>();
        files.forEach(file -> stamps.put(file, Stamp.of(file)));
        return new FileStamps(Map.copyOf(stamps));
    }

    /// How the same files are now, or `first` alone if there are none yet.
    FileStamps again(Path first) {
        return of(stamps.isEmpty() ? Set.of(first) : stamps.keySet());
    }

    /// These stamps for those of the files that have one, and new ones for the others.
    FileStamps extendedTo(Set<Path> files) {
        var extended = new HashMap<Path, Stamp>();
        for (var file : files) {
            var known = stamps.get(file);
            extended.put(file, known == null ? Stamp.of(file) : known);
        }
        return new FileStamps(Map.copyOf(extended));
    }

    /// Why a file could not be read, in a few words.
    static String reason(IOException e) {
        return e instanceof NoSuchFileException
                ? "no such file or directory"
                : String.valueOf(e.getMessage());
    }
}
