package dev.onoma.plugins.sign;

import dev.onoma.api.WholeFile;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.OutputStreamWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.xbill.DNS.DClass;
import org.xbill.DNS.DNSKEYRecord;
import org.xbill.DNS.Name;
import org.xbill.DNS.utils.base64;

/// What is remembered of the last signing of a zone: kept beside its copy, because keys change over
/// weeks, and servers restart.
///
/// Written after the copy: who stops between the two finds an older memory, which makes waits
/// longer, not shorter.
///
/// @param serial of the copy
/// @param signed when it was signed
/// @param renewed when all its signatures were made anew last
/// @param expires when the first of its signatures does
/// @param copy the SHA-256 hash of the copy
/// @param settings with which it was signed, in one way of writing
/// @param keyTtl of its DNSKEY records
/// @param setTtl the longest of its sets
/// @param sources the files it was made of, with the SHA-256 hash of each
/// @param keys what they have done
record SignedState(
        long serial,
        Instant signed,
        Instant renewed,
        Instant expires,
        String copy,
        String settings,
        Lifetime keyTtl,
        Lifetime setTtl,
        Map<Path, String> sources,
        List<KeyMemory> keys) {
    private static final int KEY_FIELDS = 12;
    private static final String NEVER = "-";

    /// Writes it.
    void write(Path file, Name zone) throws IOException {
        var _ =
                WholeFile.<IOException>write(
                        file,
                        out -> {
                            var text =
                                    new BufferedWriter(
                                            new OutputStreamWriter(out, StandardCharsets.UTF_8));
                            text.write(text(zone));
                            text.flush();
                        });
    }

    private String text(Name zone) {
        var text = new StringBuilder();
        text.append("; What sign remembers of the keys of ").append(zone);
        text.append("; without it, a change of keys is not safe.\n");
        text.append("serial ").append(serial).append('\n');
        text.append("signed ").append(signed).append('\n');
        text.append("renewed ").append(renewed).append('\n');
        text.append("expires ").append(expires).append('\n');
        text.append("copy ").append(copy).append('\n');
        text.append("settings ").append(settings).append('\n');
        text.append("key-ttl ").append(text(keyTtl)).append('\n');
        text.append("set-ttl ").append(text(setTtl)).append('\n');
        sources.forEach((path, hash) ->
                text.append("source ").append(hash).append(' ').append(path).append('\n'));
        keys.forEach(key -> text.append("key ").append(text(key)).append('\n'));
        return text.toString();
    }

    private static String text(Lifetime lifetime) {
        return lifetime.seconds() + " " + lifetime.before() + " " + lifetime.beforeUntil();
    }

    private static String text(KeyMemory key) {
        var record = key.record();
        var file = key.file();
        return String.join(
                " ",
                "" + record.getFlags(),
                "" + record.getProtocol(),
                "" + record.getAlgorithm(),
                base64.toString(record.getKey()),
                text(key.published()),
                text(key.withdrawn()),
                "" + key.signsKeys(),
                text(key.signing()),
                text(key.ceased()),
                text(key.requested()),
                text(key.released()),
                file == null ? NEVER : file.toString());
    }

    private static String text(@Nullable Instant time) {
        return time == null ? NEVER : time.toString();
    }

    /// Reads it.
    ///
    /// @throws IOException if the file cannot be read, or is not one of these
    static SignedState read(Path file, Name zone) throws IOException {
        var fields = new TreeMap<String, String>();
        var sources = new TreeMap<Path, String>();
        var keys = new ArrayList<KeyMemory>();
        try {
            for (var line : Files.readAllLines(file)) {
                var words = line.split(" ", 2);
                var rest = words.length > 1 ? words[1] : "";
                switch (words[0]) {
                    case ";" -> {}
                    case "source" -> {
                        var parts = rest.split(" ", 2);
                        sources.put(Path.of(parts[1]), parts[0]);
                    }
                    case "key" -> keys.add(key(rest, zone));
                    default -> fields.put(words[0], rest);
                }
            }
            return new SignedState(
                    Long.parseLong(field(fields, "serial")),
                    Instant.parse(field(fields, "signed")),
                    Instant.parse(field(fields, "renewed")),
                    Instant.parse(field(fields, "expires")),
                    field(fields, "copy"),
                    field(fields, "settings"),
                    lifetime(field(fields, "key-ttl")),
                    lifetime(field(fields, "set-ttl")),
                    sources,
                    keys);
        } catch (DateTimeException | IllegalArgumentException | ArrayIndexOutOfBoundsException e) {
            throw new IOException("%s is damaged: %s".formatted(file, e.getMessage()), e);
        }
    }

    private static String field(Map<String, String> fields, String name) {
        var text = fields.get(name);
        if (text == null) {
            throw new IllegalArgumentException("there is no " + name);
        }
        return text;
    }

    private static Lifetime lifetime(String text) {
        var words = text.split(" ", 3);
        return new Lifetime(
                Long.parseLong(words[0]), Long.parseLong(words[1]), Instant.parse(words[2]));
    }

    private static KeyMemory key(String text, Name zone) {
        var words = text.split(" ", KEY_FIELDS);
        var octets = base64.fromString(words[3]);
        if (octets == null) {
            throw new IllegalArgumentException("a key is not base 64");
        }
        var record =
                new DNSKEYRecord(
                        zone,
                        DClass.IN,
                        0,
                        Integer.parseInt(words[0]),
                        Integer.parseInt(words[1]),
                        Integer.parseInt(words[2]),
                        octets);
        return new KeyMemory(
                record,
                time(words[4]),
                time(words[5]),
                Boolean.parseBoolean(words[6]),
                time(words[7]),
                time(words[8]),
                time(words[9]),
                time(words[10]),
                words[11].equals(NEVER) ? null : Path.of(words[11]));
    }

    private static @Nullable Instant time(String text) {
        return text.equals(NEVER) ? null : Instant.parse(text);
    }
}
