package dev.onoma.plugins.auto;

import com.google.re2j.Pattern;
import dev.onoma.api.Directive;
import dev.onoma.api.Regexes;
import dev.onoma.api.ServerBlock;
import dev.onoma.api.ZoneSet;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.xbill.DNS.Name;

/// What the `auto` directives of a server block say together.
///
/// @param zones that names must be in to be answered
/// @param directory that files are looked for in
/// @param files what the name of a file must match
/// @param origin what the zone of a file is called, with what was matched
/// @param reload how often to look; zero for once
/// @param fallthrough names in these zones that a zone does not have go on; null for none
record AutoOptions(
        List<Name> zones,
        Path directory,
        Pattern files,
        OriginTemplate origin,
        Duration reload,
        @Nullable ZoneSet fallthrough) {
    private static final Duration RELOAD_DEFAULT = Duration.ofMinutes(1);
    private static final String FILES_DEFAULT = "db\\.(.*)";
    private static final String ORIGIN_DEFAULT = "{1}";

    /// Reads every `auto [ZONES...] { ... }` of a block; what stands last wins.
    static AutoOptions parse(List<Directive> occurrences, ServerBlock block) {
        var options =
                new AutoOptions(
                        block.zones(),
                        block.file("."),
                        Regexes.compile(FILES_DEFAULT),
                        new OriginTemplate(ORIGIN_DEFAULT),
                        RELOAD_DEFAULT,
                        null);
        for (var directive : occurrences) {
            options = options.with(directive, block);
        }
        return options;
    }

    private AutoOptions with(Directive auto, ServerBlock block) {
        var names = auto.arguments("[ZONES...]").zonesOr(block.zones());
        var folder = directory;
        var regex = files;
        var template = origin;
        var period = reload;
        var passed = fallthrough;
        for (var property : auto.properties()) {
            switch (property.name()) {
                case "directory" -> {
                    var words = property.arguments("DIR [REGEXP ORIGIN_TEMPLATE]");
                    folder = block.file(words.text("DIR"));
                    if (words.hasNext()) {
                        regex = words.regex("REGEXP");
                        if (regex.groupCount() == 0) {
                            throw words.wrong(
                                    "Need at least one sub expression, such as db\\.(.*)");
                        }
                        template = new OriginTemplate(words.text("ORIGIN_TEMPLATE"));
                    }
                    words.expectEnd();
                }
                case "reload" -> {
                    var words = property.arguments("DURATION");
                    period = words.duration("reload", Duration.ZERO);
                    words.ignoreRest();
                }
                case "fallthrough" ->
                        passed =
                                new ZoneSet(
                                        property.arguments("[ZONES...]")
                                                .zonesOr(List.of(Name.root)));
                case "reload_by_mtime" -> property.arguments("").ignoreRest();
                case "upstream" -> property.arguments("[ADDRESS...]").ignoreRest();
                default -> throw property.unknown("directory", "reload", "fallthrough");
            }
        }
        return new AutoOptions(names, folder, regex, template, period, passed);
    }

    /// Everything that the zones depend on, but not who may ask for them.
    String key() {
        return directory + "\n" + files + "\n" + origin.text() + "\n" + reload;
    }
}
