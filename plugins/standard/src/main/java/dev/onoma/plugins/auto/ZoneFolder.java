package dev.onoma.plugins.auto;

import com.google.re2j.Pattern;
import dev.onoma.api.Log;
import dev.onoma.api.ZoneNames;
import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.xbill.DNS.Name;

/// Finds the files of zones in a folder and the folders below, in the order of their names.
///
/// Links to files are followed, links to folders are not. Folders whose name begins with two dots
/// are passed over: in what Kubernetes mounts, they hold what the links beside them lead to.
record ZoneFolder(Path directory, Pattern files, OriginTemplate origin, Log log) {
    /// How many files of zones are served.
    static final int ZONES_MAX = 1_000_000;

    /// The zones that there are, and the file of each.
    ///
    /// @throws IOException if the folder cannot be read
    Map<Name, Path> look() throws IOException {
        var found = new ArrayList<Path>();
        var top = directory.toRealPath();
        Files.walkFileTree(top, new Walk(top, found));
        // In the order in which Go walks: of each folder what it holds, by name.
        found.sort(null);
        var zones = new LinkedHashMap<Name, Path>();
        for (var file : found) {
            take(file, zones);
        }
        return zones;
    }

    private void take(Path file, Map<Name, Path> zones) {
        var matcher = files.matcher(file.getFileName().toString());
        if (!matcher.find() || !Files.isRegularFile(file) || zones.size() >= ZONES_MAX) {
            return;
        }
        Name zone;
        try {
            zone = ZoneNames.parse(origin.expand(files, matcher));
        } catch (IllegalArgumentException e) {
            log.warning("%s has no name for a zone: %s".formatted(file, e.getMessage()));
            return;
        }
        var first = zones.putIfAbsent(zone, file);
        if (first != null) {
            log.warning(
                    "Multiple zone files match origin \"%s\": using \"%s\" instead of \"%s\""
                            .formatted(zone, first, file));
        }
    }

    /// Collects what may be a file of a zone.
    private static final class Walk extends SimpleFileVisitor<Path> {
        private final Path top;
        private final List<Path> found;

        Walk(Path top, List<Path> found) {
            this.top = top;
            this.found = found;
        }

        @Override
        public FileVisitResult preVisitDirectory(Path folder, BasicFileAttributes attributes) {
            var name = folder.getFileName();
            return name != null && name.toString().startsWith("..")
                    ? FileVisitResult.SKIP_SUBTREE
                    : FileVisitResult.CONTINUE;
        }

        @Override
        public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
            found.add(file);
            return FileVisitResult.CONTINUE;
        }

        @Override
        public FileVisitResult visitFileFailed(Path file, IOException e) throws IOException {
            // Gone meanwhile, or not for us to read; but the folder itself must be.
            if (file.equals(top)) {
                throw e;
            }
            return FileVisitResult.CONTINUE;
        }
    }
}
