package dev.onoma.plugins.sign;

import dev.onoma.api.Directive;
import dev.onoma.api.ServerBlock;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.xbill.DNS.Name;

/// What a `sign` directive says.
///
/// @param source the file that is signed
/// @param zones that are read from it, each with itself as the origin
/// @param keys files of keys, without `.key` and `.private`
/// @param directory that takes the signed files
record SignOptions(Path source, List<Name> zones, List<Path> keys, Path directory) {
    private static final String DIRECTORY_DEFAULT = "/var/lib/coredns";

    /// Reads `sign DBFILE [ZONES...] { key file KEY... ; directory DIR }`.
    static SignOptions parse(Directive sign, ServerBlock block) {
        var arguments = sign.arguments("DBFILE [ZONES...]");
        var source = block.file(arguments.text("DBFILE"));
        var zones = arguments.zonesOr(block.zones());
        var keys = new ArrayList<Path>();
        var directory = block.file(DIRECTORY_DEFAULT);
        for (var property : sign.properties()) {
            switch (property.name()) {
                case "key" -> {
                    var words = property.arguments("file KEY...");
                    words.oneOf("SOURCE", "file");
                    for (var key : words.restNotEmpty("KEY")) {
                        keys.add(block.file(key.replaceFirst("\\.(key|private)$", "")));
                    }
                }
                case "directory" -> {
                    var words = property.arguments("DIR");
                    directory = block.file(words.text("DIR"));
                    words.expectEnd();
                }
                default -> throw property.unknown("key", "directory");
            }
        }
        return new SignOptions(source, zones, List.copyOf(keys), directory);
    }
}
