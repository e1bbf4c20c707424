package dev.onoma.plugins.hosts;

import dev.onoma.api.Directive;
import dev.onoma.api.ServerBlock;
import dev.onoma.api.ZoneSet;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.xbill.DNS.Name;

/// What a `hosts` directive says.
///
/// @param file with lines of addresses and names
/// @param zones outside of which names are left out, and questions go on
/// @param inline lines of the Corefile, in the same form
/// @param ttl of all records, in seconds
/// @param reverse whether there are PTR records
/// @param reload how often to look whether the file has changed; zero for never
/// @param fallthrough names in these zones that are not found go on; null for none
/// @param fallthroughUnsupported whether other types than A and AAAA go on, too
record HostsOptions(
        Path file,
        List<Name> zones,
        List<Directive> inline,
        int ttl,
        boolean reverse,
        Duration reload,
        @Nullable ZoneSet fallthrough,
        boolean fallthroughUnsupported) {
    private static final String FILE_DEFAULT = "/etc/hosts";
    private static final int TTL_DEFAULT = 3600;
    private static final int TTL_MAX = 65_535;
    private static final Duration RELOAD_DEFAULT = Duration.ofSeconds(5);

    /// Reads `hosts [FILE [ZONES...]] { ... }`.
    static HostsOptions parse(Directive hosts, ServerBlock block) {
        var arguments = hosts.arguments("[FILE [ZONES...]]");
        var file = block.file(arguments.textOr("FILE", FILE_DEFAULT));
        if (arguments.size() > 0) {
            HostsFile.check(file, hosts);
        }
        var zones = arguments.zonesOr(block.zones());
        var reader = new Reader();
        hosts.properties().forEach(reader::read);
        if (reader.fallthroughUnsupported != null && reader.fallthrough == null) {
            throw reader.fallthroughUnsupported.wrong(
                    "fallthrough_unsupported requires fallthrough");
        }
        return new HostsOptions(
                file,
                zones,
                List.copyOf(reader.inline),
                reader.ttl,
                reader.reverse,
                reader.reload,
                reader.fallthrough,
                reader.fallthroughUnsupported != null);
    }

    /// Collects the properties.
    private static final class Reader {
        private final List<Directive> inline = new ArrayList<>();
        private int ttl = TTL_DEFAULT;
        private boolean reverse = true;
        private Duration reload = RELOAD_DEFAULT;
        private @Nullable ZoneSet fallthrough;
        private @Nullable Directive fallthroughUnsupported;

        void read(Directive property) {
            switch (property.name()) {
                case "ttl" -> {
                    var arguments = property.arguments("SECONDS");
                    ttl = arguments.number("ttl", 1, TTL_MAX);
                    arguments.ignoreRest(); // CoreDNS does
                }
                case "no_reverse" -> {
                    property.arguments("").ignoreRest();
                    reverse = false;
                }
                case "reload" -> {
                    var arguments = property.arguments("DURATION");
                    reload = arguments.duration("reload", Duration.ZERO);
                    arguments.expectEnd();
                }
                case "fallthrough" -> {
                    var arguments = property.arguments("[ZONES...]");
                    fallthrough = new ZoneSet(arguments.zonesOr(List.of(Name.root)));
                }
                case "fallthrough_unsupported" -> {
                    property.expectNothingElse();
                    fallthroughUnsupported = property;
                }
                default -> inline(property);
            }
        }

        private void inline(Directive line) {
            if (fallthrough != null) {
                throw HostsReader.isAddress(line.name())
                        ? line.wrong("lines with addresses must come before fallthrough")
                        : line.unknown(
                                "ttl",
                                "no_reverse",
                                "reload",
                                "fallthrough",
                                "fallthrough_unsupported");
            }
            line.expectNoBlock();
            inline.add(line);
        }
    }
}
