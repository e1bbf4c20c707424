package dev.onoma.plugins.sign;

import dev.onoma.api.Arguments;
import dev.onoma.api.Directive;
import dev.onoma.api.ServerBlock;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.xbill.DNS.Name;

/// What a `sign` directive says.
///
/// @param source the file that is signed
/// @param zones that are read from it, each with itself as the origin
/// @param keys where the keys are
/// @param directory that takes the signed files
/// @param propagation how long a version of the zone needs until all servers have it
/// @param parentTtl the TTL of the DS records at the parent
/// @param serial how serials are counted
record SignOptions(
        Path source,
        List<Name> zones,
        List<KeySource> keys,
        Path directory,
        Duration propagation,
        Duration parentTtl,
        SerialForm serial) {
    private static final String DIRECTORY_DEFAULT = "/var/lib/coredns";
    private static final Duration PROPAGATION_DEFAULT = Duration.ofHours(1);
    private static final Duration PARENT_TTL_DEFAULT = Duration.ofDays(1);

    /// Reads `sign DBFILE [ZONES...] { key file|directory PATH... ; directory DIR ; ... }`.
    static SignOptions parse(Directive sign, ServerBlock block) {
        var arguments = sign.arguments("DBFILE [ZONES...]");
        var source = block.file(arguments.text("DBFILE"));
        var zones = arguments.zonesOr(block.zones());
        var keys = new ArrayList<KeySource>();
        var directory = block.file(DIRECTORY_DEFAULT);
        var propagation = PROPAGATION_DEFAULT;
        var parentTtl = PARENT_TTL_DEFAULT;
        var serial = SerialForm.AUTO;
        for (var property : sign.properties()) {
            switch (property.name()) {
                case "key" -> keys.addAll(keys(property, block));
                case "directory" -> {
                    var words = property.arguments("DIR");
                    directory = block.file(words.text("DIR"));
                    words.expectEnd();
                }
                case "propagation" -> propagation = duration(property.arguments("DURATION"));
                case "parent_ttl" -> parentTtl = duration(property.arguments("DURATION"));
                case "serial" -> serial = serial(property.arguments("unixtime|date|counter"));
                default ->
                        throw property.unknown(
                                "key", "directory", "propagation", "parent_ttl", "serial");
            }
        }
        return new SignOptions(
                source,
                zones.stream().distinct().toList(),
                List.copyOf(keys),
                directory,
                propagation,
                parentTtl,
                serial);
    }

    private static List<KeySource> keys(Directive property, ServerBlock block) {
        var words = property.arguments("file|directory PATH...");
        boolean isFolder = words.oneOf("SOURCE", "file", "directory").equals("directory");
        var paths = words.restNotEmpty("PATH");
        var keys = new ArrayList<KeySource>();
        for (int i = 0; i < paths.size(); i++) {
            var path = isFolder ? paths.get(i) : paths.get(i).replaceFirst("\\.(key|private)$", "");
            keys.add(new KeySource(property, 2 + i, block.file(path), isFolder));
        }
        return keys;
    }

    private static Duration duration(Arguments words) {
        var duration = words.duration("DURATION", Duration.ZERO);
        words.expectEnd();
        return duration;
    }

    private static SerialForm serial(Arguments words) {
        var form = words.oneOf("FORM", "unixtime", "date", "counter");
        words.expectEnd();
        return SerialForm.of(form);
    }
}
