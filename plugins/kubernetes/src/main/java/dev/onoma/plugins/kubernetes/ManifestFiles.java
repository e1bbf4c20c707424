package dev.onoma.plugins.kubernetes;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// The manifest files of a directory, or a single file, with the last good state of each.
///
/// A file counts as changed when two looks in a row see the same new state of it, so that nobody is
/// read who is still writing, and a file that an editor replaces does not go and come back. For one
/// thread.
final class ManifestFiles {
    static final int FILES_MAX = 10_000;

    private final Path root;
    private final Interner interner;
    private final Consumer<String> problems;

    private final SortedMap<String, List<Manifest>> good = new TreeMap<>();
    private final Map<String, Stamp> loaded = new HashMap<>();
    private final Map<String, Stamp> candidates = new HashMap<>();
    private @Nullable String rootProblem;
    private boolean first = true;

    /// What tells two states of a file apart: a mounted ConfigMap changes where its links lead.
    record Stamp(@Nullable Path target, long modifiedMillis, long sizeOctets) {
        static final Stamp GONE = new Stamp(null, 0, -1);
    }

    /// What a look found.
    ///
    /// @param changed whether the manifests are others than before
    /// @param unsettled whether to look again soon
    record Look(boolean changed, boolean unsettled) {}

    ManifestFiles(Path root, Interner interner, Consumer<String> problems) {
        this.root = root;
        this.interner = interner;
        this.problems = problems;
    }

    /// Every readable file's manifests, by file name.
    SortedMap<String, List<Manifest>> manifests() {
        return Collections.unmodifiableSortedMap(good);
    }

    /// The directory to watch for changes.
    Path directory() {
        if (Files.isDirectory(root)) {
            return root;
        }
        var parent = root.toAbsolutePath().getParent();
        return parent == null ? root : parent;
    }

    Look look() {
        Map<String, Stamp> seen;
        try {
            seen = stamps();
            rootProblem = null;
        } catch (IOException | DirectoryIteratorException e) {
            reportRoot(e);
            return new Look(false, false);
        }
        boolean changed = first;
        loaded.keySet().forEach(file -> seen.putIfAbsent(file, Stamp.GONE));
        for (var entry : seen.entrySet()) {
            changed |= look(entry.getKey(), entry.getValue());
        }
        first = false;
        return new Look(changed, !candidates.isEmpty());
    }

    private boolean look(String file, Stamp stamp) {
        if (stamp.equals(loaded.get(file))) {
            candidates.remove(file);
            return false;
        }
        if (!first && !stamp.equals(candidates.put(file, stamp))) {
            return false;
        }
        candidates.remove(file);
        if (first) {
            // Somebody may be writing right now, without a trace in the stamp: look once more.
            candidates.put(file, stamp);
            return load(file);
        }
        return accept(file, stamp);
    }

    private boolean accept(String file, Stamp stamp) {
        if (stamp.equals(Stamp.GONE)) {
            loaded.remove(file);
            return good.remove(file) != null;
        }
        loaded.put(file, stamp);
        return load(file);
    }

    /// Whether the file's manifests are others now.
    private boolean load(String file) {
        var path = Files.isDirectory(root) ? root.resolve(file) : root;
        try {
            if (Files.size(path) > ManifestReader.FILE_OCTETS_MAX) {
                throw new ManifestException(
                        "%s:1:1: the file is larger than %d octets; split it"
                                .formatted(path, ManifestReader.FILE_OCTETS_MAX));
            }
            var manifests =
                    ManifestReader.read(path.toString(), Files.readAllBytes(path), interner);
            return !manifests.equals(good.put(file, manifests));
        } catch (NoSuchFileException _) {
            return false; // gone since it was seen; the next look knows
        } catch (IOException | UncheckedIOException e) {
            problems.accept("%s:1:1: it cannot be read: %s".formatted(path, e));
        } catch (ManifestException e) {
            var kept = good.containsKey(file) ? "its last good state stays" : "nothing of it is";
            problems.accept(
                    "%s%n  %s served until it is corrected".formatted(e.getMessage(), kept));
        }
        return false;
    }

    private Map<String, Stamp> stamps() throws IOException {
        var stamps = new TreeMap<String, Stamp>();
        if (Files.notExists(root)) {
            throw new NoSuchFileException(root.toString()); // what was read from it stays
        }
        if (!Files.isDirectory(root)) {
            stamps.put(String.valueOf(root.getFileName()), stamp(root));
            return stamps;
        }
        try (var files = Files.newDirectoryStream(root, ManifestFiles::isManifest)) {
            for (var file : files) {
                if (stamps.size() == FILES_MAX) {
                    throw new IOException("it has more than %d files".formatted(FILES_MAX));
                }
                stamps.put(String.valueOf(file.getFileName()), stamp(file));
            }
        }
        return stamps;
    }

    /// Names that begin with a dot belong to editors and to mounted ConfigMaps.
    private static boolean isManifest(Path file) {
        var name = String.valueOf(file.getFileName());
        boolean known = name.endsWith(".yaml") || name.endsWith(".yml") || name.endsWith(".json");
        return known && !name.startsWith(".") && !Files.isDirectory(file);
    }

    private static Stamp stamp(Path file) throws IOException {
        try {
            var target = file.toRealPath();
            return new Stamp(
                    target, Files.getLastModifiedTime(target).toMillis(), Files.size(target));
        } catch (NoSuchFileException _) {
            return Stamp.GONE;
        }
    }

    /// Once for each new reason, not at each look.
    private void reportRoot(Exception e) {
        var problem = "%s: the manifests cannot be listed: %s".formatted(root, e);
        if (!problem.equals(rootProblem)) {
            rootProblem = problem;
            problems.accept(problem);
        }
    }
}
