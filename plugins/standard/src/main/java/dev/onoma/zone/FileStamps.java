package dev.onoma.zone;

import dev.onoma.api.FileStamp;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;

/// By what it is recognized that a file, or one of those that it includes, has changed.
///
/// @param stamps of each file; one that is not there has its own
public record FileStamps(Map<Path, FileStamp> stamps) {
    /// Of no file.
    public static final FileStamps NONE = new FileStamps(Map.of());

    private static final FileStamp MISSING = new FileStamp(Instant.MIN, -1, null);

    private static FileStamp stamp(Path file) {
        try {
            return FileStamp.of(file);
        } catch (IOException _) {
            return MISSING; // Whoever opens it says why.
        }
    }

    /// How the files are now.
    public static FileStamps of(Set<Path> files) {
        var stamps = new HashMap<Path, FileStamp>();
        files.forEach(file -> stamps.put(file, stamp(file)));
        return new FileStamps(Map.copyOf(stamps));
    }

    /// How the same files are now, or `first` alone if there are none yet.
    public FileStamps again(Path first) {
        return of(stamps.isEmpty() ? Set.of(first) : stamps.keySet());
    }

    /// These stamps for those of the files that have one, and new ones for the others.
    public FileStamps extendedTo(Set<Path> files) {
        var extended = new HashMap<Path, FileStamp>();
        for (var file : files) {
            var known = stamps.get(file);
            extended.put(file, known == null ? stamp(file) : known);
        }
        return new FileStamps(Map.copyOf(extended));
    }
}
