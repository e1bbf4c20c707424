package dev.onoma.plugins.sign;

import dev.onoma.api.Arguments;
import dev.onoma.api.Directive;
import dev.onoma.api.ServerBlock;
import dev.onoma.zone.Nsec3;
import dev.onoma.zone.ZoneDigest;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HexFormat;
import java.util.List;
import org.jspecify.annotations.Nullable;
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
/// @param nsec3 how what is not there is denied; null for NSEC
/// @param digests that signed zones have of themselves
record SignOptions(
        Path source,
        List<Name> zones,
        List<KeySource> keys,
        Path directory,
        Duration propagation,
        Duration parentTtl,
        SerialForm serial,
        @Nullable Nsec3 nsec3,
        List<ZoneDigest.Hash> digests) {
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
        Nsec3 nsec3 = null;
        var digests = List.<ZoneDigest.Hash>of();
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
                case "nsec3" ->
                        nsec3 = nsec3(property.arguments("[optout] [iterations N] [salt HEX]"));
                case "zonemd" -> digests = digests(property.arguments("[sha384] [sha512]"));
                default ->
                        throw property.unknown(
                                "key",
                                "directory",
                                "propagation",
                                "parent_ttl",
                                "serial",
                                "nsec3",
                                "zonemd");
            }
        }
        return new SignOptions(
                source,
                zones.stream().distinct().toList(),
                List.copyOf(keys),
                directory,
                propagation,
                parentTtl,
                serial,
                nsec3,
                digests);
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

    private static Nsec3 nsec3(Arguments words) {
        boolean isOptOut = false;
        int iterations = 0;
        var salt = new byte[0];
        while (words.hasNext()) {
            switch (words.oneOf("OPTION", "optout", "iterations", "salt")) {
                case "optout" -> isOptOut = true;
                case "iterations" -> {
                    iterations = words.number("N", 0, Nsec3.ITERATIONS_MAX);
                    if (iterations > 0) {
                        words.warn("iterations protect nothing and cost everybody (RFC 9276)");
                    }
                }
                default -> salt = salt(words);
            }
        }
        return new Nsec3(isOptOut, iterations, salt);
    }

    private static byte[] salt(Arguments words) {
        var text = words.text("HEX");
        if (!text.matches("([0-9a-fA-F]{2}){1,255}")) {
            throw words.wrong("HEX is up to 255 octets in hexadecimal, not \"%s\"".formatted(text));
        }
        words.warn("a salt protects nothing (RFC 9276)");
        return HexFormat.of().parseHex(text);
    }

    private static List<ZoneDigest.Hash> digests(Arguments words) {
        var digests = EnumSet.noneOf(ZoneDigest.Hash.class);
        while (words.hasNext()) {
            var hash = words.oneOf("HASH", "sha384", "sha512");
            digests.add(hash.equals("sha384") ? ZoneDigest.Hash.SHA384 : ZoneDigest.Hash.SHA512);
        }
        return digests.isEmpty() ? List.of(ZoneDigest.Hash.SHA384) : List.copyOf(digests);
    }

    /// What makes signed zones different, in one way of writing.
    String settings() {
        var settings = new StringBuilder(nsec3 == null ? "nsec" : nsec3.toString());
        digests.forEach(hash -> settings.append(" zonemd ").append(hash.word()));
        return settings.toString();
    }
}
