package dev.onoma.plugins.sign;

import dev.onoma.api.CorefileException;
import dev.onoma.api.FileErrors;
import dev.onoma.api.FileStamp;
import dev.onoma.zone.SigningKey;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.xbill.DNS.Name;

/// The files with keys of one zone, as they are now.
///
/// For one thread at a time. A key is read and tried out once, and again when one of its two files
/// has changed.
final class ZoneKeys {
    /// The most keys of a zone; nobody needs more than four an algorithm.
    static final int KEYS_MAX = 32;

    private final Name zone;
    private final List<KeySource> sources;
    private Map<Path, Read> before = new HashMap<>();
    private Map<Path, Read> known = new HashMap<>();

    /// A key, and how its files were.
    private record Read(FileStamp publicFile, FileStamp privateFile, SigningKey key) {}

    /// What is wrong with a source.
    ///
    /// @param isFatal whether the server does not start with it: the Corefile is wrong
    record Problem(KeySource source, String message, boolean isFatal) {
        String located() {
            return source.located(message);
        }
    }

    /// What was found.
    record Found(List<ZoneKey> keys, List<Problem> problems) {
        /// @throws CorefileException with what keeps the server from starting
        void check() {
            var fatal =
                    problems.stream()
                            .filter(Problem::isFatal)
                            .map(p -> p.source.wrong(p.message))
                            .toList();
            if (!fatal.isEmpty()) {
                throw CorefileException.all(fatal);
            }
        }

        /// All that is wrong, in a line each.
        List<String> messages() {
            return problems.stream().map(Problem::located).toList();
        }
    }

    ZoneKeys(Name zone, List<KeySource> sources) {
        this.zone = zone;
        this.sources = sources;
    }

    /// Reads all keys.
    Found read() {
        before = known;
        known = new HashMap<>();
        var found = new Found(new ArrayList<>(), new ArrayList<>());
        for (var source : sources) {
            if (source.isFolder()) {
                folder(source, found);
            } else {
                add(source, source.path(), found);
            }
        }
        return found;
    }

    private void folder(KeySource source, Found found) {
        try {
            var files = files(source.path());
            files.forEach(file -> add(source, file, found));
            if (files.isEmpty()) {
                found.problems.add(
                        new Problem(
                                source,
                                "there is no key of %s in %s: its files are called K%s+013+12345.key and .private"
                                        .formatted(zone, source.path(), zone),
                                false));
            }
        } catch (IOException e) {
            var reason = FileErrors.reason(e);
            found.problems.add(
                    new Problem(source, "open %s: %s".formatted(source.path(), reason), true));
        }
    }

    private void add(KeySource source, Path file, Found found) {
        if (known.containsKey(file)) {
            return; // named twice
        }
        if (known.size() == KEYS_MAX) {
            found.problems.add(
                    new Problem(
                            source,
                            "%s is not read: %d keys of a zone are the limit"
                                    .formatted(file, KEYS_MAX),
                            false));
            return;
        }
        try {
            found.keys.add(new ZoneKey(read(file).key.owned(zone), file));
        } catch (IOException e) {
            found.problems.add(
                    new Problem(source, String.valueOf(e.getMessage()), !source.isFolder()));
        }
    }

    private Read read(Path file) throws IOException {
        var publicFile = SigningKey.publicFile(file);
        var privateFile = SigningKey.privateFile(file);
        if (!Files.exists(publicFile) || !Files.exists(privateFile)) {
            throw SigningKey.missing(Files.exists(publicFile) ? privateFile : publicFile);
        }
        // From before reading: what is written meanwhile is read the next time.
        var publicStamp = FileStamp.of(publicFile);
        var privateStamp = FileStamp.of(privateFile);
        var read = before.get(file);
        if (read == null
                || !read.publicFile.equals(publicStamp)
                || !read.privateFile.equals(privateStamp)) {
            read = new Read(publicStamp, privateStamp, readAnew(file));
        }
        known.put(file, read);
        return read;
    }

    private SigningKey readAnew(Path file) throws IOException {
        var key = SigningKey.read(file);
        if (!zone.subdomain(key.record().getName())) {
            throw new IOException(
                    "key %s of %s can not sign zone %s"
                            .formatted(file, key.record().getName(), zone));
        }
        return key;
    }

    // Those of this zone; a folder may have keys of many.
    private List<Path> files(Path folder) throws IOException {
        var prefix = "k" + zone.toString().toLowerCase(Locale.ROOT) + "+";
        var files = new ArrayList<Path>();
        try (var entries = Files.newDirectoryStream(folder, "K*.key")) {
            for (var entry : entries) {
                var name = String.valueOf(entry.getFileName());
                if (name.toLowerCase(Locale.ROOT).startsWith(prefix)) {
                    files.add(
                            entry.resolveSibling(
                                    name.substring(0, name.length() - ".key".length())));
                }
            }
        }
        files.sort(null);
        return files;
    }

    /// A key that is not named any more, if it still lies where it was. After [#read].
    @Nullable ZoneKey lingering(KeyMemory memory) {
        var file = memory.file();
        if (file == null) {
            return null;
        }
        try {
            var key = read(file).key.owned(zone);
            return key.record().equals(memory.record()) ? new ZoneKey(key, file) : null;
        } catch (IOException _) {
            return null; // It is gone, and who needs it says so.
        }
    }
}
