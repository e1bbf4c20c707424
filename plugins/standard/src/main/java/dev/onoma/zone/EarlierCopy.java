package dev.onoma.zone;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.xbill.DNS.DClass;
import org.xbill.DNS.DNSKEYRecord;
import org.xbill.DNS.Name;
import org.xbill.DNS.Record;
import org.xbill.DNS.Type;

/// The signed zone that a [ZoneSigner] wrote before: sets that are the same need no new signature.
///
/// Read along with the writing of the next, name by name, as both have the same order; of the two
/// nothing but one name is in memory. Records are compared as lines. One thread.
public final class EarlierCopy implements AutoCloseable {
    private static final int WORDS = 5; // owner, TTL, class, type, data
    private static final Pattern WHITE = Pattern.compile("\\s+");

    private final BufferedReader lines;
    private final List<DNSKEYRecord> keys = new ArrayList<>();
    private final Map<String, List<String>> sets = new HashMap<>();
    private byte[] owner = {};
    private @Nullable String ahead;

    private EarlierCopy(BufferedReader lines) {
        this.lines = lines;
    }

    /// Opens a copy, which begins with the name of the zone.
    public static EarlierCopy open(Path file) throws IOException {
        var lines = Files.newBufferedReader(file, StandardCharsets.ISO_8859_1);
        var copy = new EarlierCopy(lines);
        copy.ahead = lines.readLine();
        copy.name();
        for (var line : copy.sets.getOrDefault("DNSKEY", List.of())) {
            if (record(line) instanceof DNSKEYRecord key) {
                copy.keys.add(key);
            }
        }
        return copy;
    }

    /// The signature that a key made over the same set; null if there is none.
    ///
    /// @param set of a name that does not come before the one asked for last
    @Nullable Record signature(List<Record> set, SigningKey key) throws IOException {
        var first = set.getFirst();
        var name = first.getName().toWireCanonical();
        while (ahead != null && CanonicalOrder.compare(owner, 0, name, 0) < 0) {
            name();
        }
        var type = Type.string(first.getType());
        if (CanonicalOrder.compare(owner, 0, name, 0) != 0
                || !isDistinct(key.record())
                || !lines(set).equals(sets.get(type))) {
            return null;
        }
        var made = " " + key.record().getFootprint() + " " + key.record().getName() + " ";
        var begin = type + " " + key.record().getAlgorithm() + " ";
        for (var line : sets.getOrDefault("RRSIG", List.of())) {
            var data = WHITE.split(line, WORDS)[WORDS - 1];
            if (data.startsWith(begin) && data.contains(made)) {
                return record(line);
            }
        }
        return null;
    }

    private static List<String> lines(List<Record> set) {
        return set.stream().map(Record::toString).toList();
    }

    // Two keys may have one tag, and a signature does not say which of them made it.
    private boolean isDistinct(DNSKEYRecord key) {
        return keys.contains(key)
                && keys.stream()
                                .filter(k ->
                                        k.getFootprint() == key.getFootprint()
                                                && k.getAlgorithm() == key.getAlgorithm())
                                .count()
                        == 1;
    }

    private static Record record(String line) throws IOException {
        var words = WHITE.split(line, WORDS);
        return Record.fromString(
                Name.fromString(words[0]),
                Type.value(words[3]),
                DClass.IN,
                Long.parseLong(words[1]),
                words[4],
                Name.root);
    }

    // Reads all records of the next name.
    private void name() throws IOException {
        sets.clear();
        var line = ahead;
        var text = line == null ? "" : line.split("\t", 2)[0];
        while (line != null && line.startsWith(text + "\t")) {
            var words = WHITE.split(line, WORDS);
            if (words.length == WORDS) {
                sets.computeIfAbsent(words[3], _ -> new ArrayList<>()).add(line);
            }
            line = lines.readLine();
        }
        ahead = line;
        owner = text.isEmpty() ? owner : Name.fromString(text).toWireCanonical();
    }

    @Override
    public void close() throws IOException {
        lines.close();
    }
}
