package dev.onoma.plugins.blocklist;

import dev.onoma.api.Arguments;
import dev.onoma.api.Directive;
import dev.onoma.api.Names;
import dev.onoma.api.ServerBlock;
import java.net.InetAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.xbill.DNS.Name;

/// What the Corefile says about names that are not answered.
///
/// @param zones names outside are not looked at
/// @param files in their order
/// @param allowed these and what is below are never blocked
/// @param verdict of names for which the list has none of its own
/// @param addresses for [Verdict#ADDRESS]
/// @param reload how often the files are looked at; zero for never
record BlocklistOptions(
        List<Name> zones,
        List<ListFile> files,
        List<Name> allowed,
        Verdict verdict,
        List<InetAddress> addresses,
        int ttlSeconds,
        Duration reload) {
    static final int FILES_MAX = 100;
    static final int TTL_DEFAULT = 60;
    static final Duration RELOAD_DEFAULT = Duration.ofSeconds(30);

    private static final int ADDRESSES_MAX = 16;
    private static final int TTL_MAX = 86_400;

    /// How a file is written.
    enum Format {
        HOSTS,
        DOMAINS,
        RPZ,
        ALLOW
    }

    /// One file.
    ///
    /// @param origin of an RPZ zone without one
    record ListFile(Format format, Path path, Name origin) {}

    /// Reads `blocklist [ZONES...] { ... }`.
    ///
    /// @throws dev.onoma.api.CorefileException that points at the wrong word
    static BlocklistOptions parse(Directive blocklist, ServerBlock block) {
        var zones = blocklist.arguments("[ZONES...] {").zonesOr(block.zones());
        var reader = new Reader(block);
        blocklist.properties().forEach(reader::read);
        if (reader.files.isEmpty()) {
            throw blocklist.wrong("there is no list: hosts, domains or rpz name a file");
        }
        return new BlocklistOptions(
                zones,
                List.copyOf(reader.files),
                List.copyOf(reader.allowed),
                reader.verdict,
                List.copyOf(reader.addresses),
                reader.ttlSeconds,
                reader.reload);
    }

    /// Takes one property after the other.
    private static final class Reader {
        private final ServerBlock block;
        private final List<ListFile> files = new ArrayList<>();
        private final List<Name> allowed = new ArrayList<>();
        private final List<InetAddress> addresses = new ArrayList<>();
        private Verdict verdict = Verdict.NXDOMAIN;
        private int ttlSeconds = TTL_DEFAULT;
        private Duration reload = RELOAD_DEFAULT;

        Reader(ServerBlock block) {
            this.block = block;
        }

        void read(Directive property) {
            switch (property.name()) {
                case "hosts" -> files(property, Format.HOSTS);
                case "domains" -> files(property, Format.DOMAINS);
                case "allow_file" -> files(property, Format.ALLOW);
                case "rpz" -> rpz(property.arguments("FILE [ORIGIN]"));
                case "allow" -> allow(property.arguments("NAMES..."));
                case "action" -> action(property);
                case "ttl" -> {
                    var arguments = property.arguments("SECONDS");
                    ttlSeconds = arguments.number("SECONDS", 0, TTL_MAX);
                    arguments.expectEnd();
                }
                case "reload" -> {
                    var arguments = property.arguments("DURATION");
                    reload = arguments.duration("DURATION", Duration.ZERO);
                    arguments.expectEnd();
                }
                default ->
                        throw property.unknown(
                                "hosts",
                                "domains",
                                "rpz",
                                "allow",
                                "allow_file",
                                "action",
                                "ttl",
                                "reload");
            }
            if (files.size() > FILES_MAX) {
                throw property.wrong("more than " + FILES_MAX + " files are too many");
            }
        }

        private void files(Directive property, Format format) {
            var arguments = property.arguments("FILES...");
            for (var file : arguments.restNotEmpty("FILES")) {
                files.add(new ListFile(format, block.file(file), Name.root));
            }
        }

        private void rpz(Arguments arguments) {
            var file = block.file(arguments.text("FILE"));
            var origin = arguments.hasNext() ? arguments.name("ORIGIN") : Names.of("rpz.");
            arguments.expectEnd();
            files.add(new ListFile(Format.RPZ, file, origin));
        }

        private void allow(Arguments arguments) {
            allowed.add(arguments.name("NAMES"));
            while (arguments.hasNext()) {
                allowed.add(arguments.name("NAMES"));
            }
        }

        private void action(Directive property) {
            var arguments =
                    property.arguments("nxdomain|nodata|refused|drop|address [ADDRESSES...]");
            var word =
                    arguments.oneOf(
                            "the action", "nxdomain", "nodata", "refused", "drop", "address");
            for (var known : Verdict.values()) {
                verdict = known.label().equals(word) ? known : verdict;
            }
            addresses.clear();
            while (verdict == Verdict.ADDRESS && arguments.hasNext()) {
                addresses.add(arguments.ipAddress("ADDRESSES"));
            }
            arguments.expectEnd();
            if (verdict == Verdict.ADDRESS && addresses.isEmpty()) {
                addresses.add(InetAddress.ofLiteral("0.0.0.0"));
                addresses.add(InetAddress.ofLiteral("::"));
            }
            if (addresses.size() > ADDRESSES_MAX) {
                throw property.wrong("more than " + ADDRESSES_MAX + " addresses are too many");
            }
        }
    }
}
