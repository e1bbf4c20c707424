package dev.onoma.plugins.dynupdate;

import dev.onoma.api.Directive;
import dev.onoma.api.ServerBlock;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.xbill.DNS.Name;

/// What a `dynupdate` directive says.
///
/// @param seed the file that the zone begins with
/// @param database where changes are kept; null for nowhere
/// @param recordsMax of the zone
/// @param octetsMax of the zone
/// @param updateMax records of one update
record DynUpdateOptions(
        Name zone,
        Path seed,
        @Nullable Path database,
        List<Permission> permissions,
        int recordsMax,
        int octetsMax,
        int updateMax) {
    private static final int RECORDS_DEFAULT = 10_000;
    private static final int OCTETS_DEFAULT = 8 << 20;
    private static final int UPDATE_DEFAULT = 1024;

    /// Reads `dynupdate [ZONE] { ... }`.
    static DynUpdateOptions parse(Directive directive, ServerBlock block) {
        var arguments = directive.arguments("[ZONE]");
        var zones = arguments.zonesOr(block.zones());
        if (zones.size() != 1) {
            throw directive.wrong("exactly one zone can be changed, but there are " + zones);
        }
        var zone = zones.getFirst();
        Path seed = null;
        Path database = null;
        var permissions = new ArrayList<Permission>();
        int records = RECORDS_DEFAULT;
        int octets = OCTETS_DEFAULT;
        int update = UPDATE_DEFAULT;
        for (var property : directive.properties()) {
            switch (property.name()) {
                case "file" -> {
                    var words = property.arguments("DBFILE");
                    if (seed != null) {
                        throw property.wrong("file is given already");
                    }
                    seed = block.file(words.text("DBFILE"));
                    words.expectEnd();
                }
                case "database" -> {
                    var words = property.arguments("PATH");
                    database = block.file(words.text("PATH"));
                    words.expectEnd();
                }
                case "allow" ->
                        permissions.add(
                                Permission.parse(property.arguments("KEY NAME TYPE..."), zone));
                case "max_records" -> records = count(property);
                case "max_bytes" -> octets = count(property);
                case "max_update_records" -> update = count(property);
                default ->
                        throw property.unknown(
                                "file",
                                "database",
                                "allow",
                                "max_records",
                                "max_bytes",
                                "max_update_records");
            }
        }
        if (seed == null) {
            throw directive.wrong("file is missing: what does the zone begin with?");
        }
        if (permissions.isEmpty()) {
            throw directive.wrong("allow is missing: who may change what?");
        }
        return new DynUpdateOptions(
                zone, seed, database, List.copyOf(permissions), records, octets, update);
    }

    private static int count(Directive property) {
        var words = property.arguments("COUNT");
        int count = words.number("COUNT", 1);
        words.expectEnd();
        return count;
    }
}
