package dev.onoma.plugins.geoip;

import com.maxmind.db.Reader;
import dev.onoma.api.FileErrors;
import dev.onoma.api.FileStamp;
import dev.onoma.api.Log;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;

/// A file of MaxMind's format, as it is now. It is mapped, not read: what is looked at comes from
/// the machine's page cache. A file that is exchanged (renamed into place, as updaters do) is
/// followed; one that is no database leaves the one before in place. Any thread.
final class Database {
    private final Path file;
    private final Log log;
    private volatile Version version;

    /// What is looked at, and by what it is recognized.
    private record Version(Reader reader, FileStamp stamp, Schema schema) {}

    /// What kind of things a database tells.
    ///
    /// @param place about cities and countries
    /// @param network about autonomous systems
    record Schema(boolean place, boolean network) {
        private static Schema of(String type) {
            var lower = type.toLowerCase(Locale.ROOT);
            boolean all = lower.contains("enterprise") || lower.contains("insights");
            return new Schema(
                    all || lower.contains("city") || lower.contains("country"),
                    all || lower.contains("asn") || lower.contains("isp"));
        }
    }

    private Database(Path file, Version version, Log log) {
        this.file = file;
        this.version = version;
        this.log = log;
    }

    /// @throws IOException with a sentence for the operator
    static Database open(Path file, Log log) throws IOException {
        return new Database(file, read(file), log);
    }

    private static Version read(Path file) throws IOException {
        if (!Files.exists(file)) {
            throw new IOException("failed to open database file: there is no file " + file);
        }
        var stamp = FileStamp.of(file);
        Reader reader;
        try {
            reader = new Reader(file.toFile());
        } catch (IOException e) {
            throw new IOException(
                    "failed to open database file: %s: %s".formatted(file, FileErrors.reason(e)),
                    e);
        }
        var schema = Schema.of(reader.getMetadata().databaseType());
        if (!schema.place() && !schema.network()) {
            reader.close();
            throw new IOException(
                    "database does not provide any supported schema (city, asn), it is of the type \"%s\""
                            .formatted(reader.getMetadata().databaseType()));
        }
        return new Version(reader, stamp, schema);
    }

    Schema schema() {
        return version.schema();
    }

    /// What is known of an address; nothing if it is not in the database.
    Map<?, ?> find(InetAddress address) {
        try {
            var found = version.reader().get(address, Map.class);
            return found == null ? Map.of() : found;
        } catch (IOException | RuntimeException e) {
            // An IPv6 address in a database of IPv4 addresses, for instance.
            log.debug("%s: %s".formatted(address.getHostAddress(), e.getMessage()));
            return Map.of();
        }
    }

    /// Takes the file's new version, if there is one.
    void lookAgain() {
        try {
            if (FileStamp.of(file).equals(version.stamp())) {
                return;
            }
            // Queries may still look at the old one: it goes with the last of them.
            version = read(file);
            log.info("%s has changed, and is used as it is now".formatted(file));
        } catch (IOException e) {
            log.warning(e.getMessage() + "; the version before stays in use");
        }
    }
}
