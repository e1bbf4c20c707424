package dev.onoma.plugins.secondary;

import dev.onoma.api.Cidr;
import dev.onoma.api.Directive;
import dev.onoma.api.ServerBlock;
import dev.onoma.api.Tls;
import dev.onoma.api.ZoneSet;
import dev.onoma.tsig.TsigKey;
import dev.onoma.tsig.TsigKeys;
import dev.onoma.zone.ZoneDigest;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;
import org.xbill.DNS.Name;

/// What a `secondary` directive says.
///
/// @param primaries in the order in which they are asked
/// @param notifiers who may say that a zone has changed, beside the primaries
/// @param key that signs what they are asked; null for none
/// @param tls how they are reached; null for clear text
/// @param tlsName that their certificates are for; empty for their addresses
/// @param directory where zones are kept; null for nowhere
/// @param catalog whether the zones list others (RFC 9432)
/// @param members zones that may be listed; empty for all
/// @param fallthrough names in these zones that a zone does not have go on; null for none
/// @param digest whether the zones' digests are checked
record SecondaryOptions(
        List<Name> zones,
        List<InetSocketAddress> primaries,
        List<Cidr> notifiers,
        @Nullable TsigKey key,
        @Nullable SSLContext tls,
        String tlsName,
        @Nullable Path directory,
        boolean catalog,
        List<Name> members,
        @Nullable ZoneSet fallthrough,
        long recordsMax,
        ZoneDigest.Check digest) {
    private static final int PORT_CLEAR = 53;
    private static final int PORT_TLS = 853;
    private static final long RECORDS_DEFAULT = 20_000_000;

    /// Reads `secondary [ZONES...] { ... }`.
    static SecondaryOptions parse(Directive secondary, ServerBlock block) {
        return new Reader(secondary, block).read();
    }

    /// Whether somebody may say that a zone has changed.
    boolean hears(InetAddress client) {
        return primaries.stream().anyMatch(p -> p.getAddress().equals(client))
                || notifiers.stream().anyMatch(network -> network.contains(client));
    }

    /// The same for a zone that a catalog lists.
    SecondaryOptions ofMember() {
        return new SecondaryOptions(
                zones,
                primaries,
                notifiers,
                key,
                tls,
                tlsName,
                directory,
                false,
                List.of(),
                fallthrough,
                recordsMax,
                digest);
    }

    private static final class Reader {
        private final Directive secondary;
        private final ServerBlock block;
        private final List<InetSocketAddress> primaries = new ArrayList<>();
        private final List<Cidr> notifiers = new ArrayList<>();
        private final List<Name> members = new ArrayList<>();
        private @Nullable TsigKey key;
        private @Nullable SSLContext tls;
        private String tlsName = "";
        private @Nullable Path directory;
        private boolean catalog;
        private boolean anyMember;
        private @Nullable ZoneSet fallthrough;
        private long recordsMax = RECORDS_DEFAULT;
        private ZoneDigest.Check digest = ZoneDigest.Check.NONE;

        Reader(Directive secondary, ServerBlock block) {
            this.secondary = secondary;
            this.block = block;
        }

        SecondaryOptions read() {
            var zones = secondary.arguments("[ZONES...]").zonesOr(block.zones());
            // TLS first: it decides about the port.
            for (var property : secondary.properties()) {
                if (property.name().equals("tls")) {
                    tls = block.service(Tls.class).client(property.arguments(Tls.USAGE), block);
                }
            }
            secondary.properties().forEach(this::property);
            if (primaries.isEmpty()) {
                throw secondary.wrong("secondary zones require a transfer from property");
            }
            return new SecondaryOptions(
                    zones,
                    List.copyOf(primaries),
                    List.copyOf(notifiers),
                    key,
                    tls,
                    tlsName,
                    directory,
                    catalog,
                    anyMember ? List.of() : List.copyOf(members),
                    fallthrough,
                    recordsMax,
                    digest);
        }

        private void property(Directive property) {
            switch (property.name()) {
                case "transfer" -> transfer(property);
                case "notify" -> {
                    var words = property.arguments("from NETWORK...");
                    words.oneOf("from", "from");
                    do {
                        notifiers.add(words.cidrOrAddress("NETWORK"));
                    } while (words.hasNext());
                }
                case "key" -> {
                    var words = property.arguments("NAME");
                    key = TsigKeys.named(words, "NAME", block);
                    words.expectEnd();
                }
                case "tls" -> {} // read already
                case "tls_servername" -> {
                    var words = property.arguments("NAME");
                    tlsName = words.text("NAME");
                    words.expectEnd();
                }
                case "directory" -> {
                    var words = property.arguments("DIR");
                    directory = block.file(words.text("DIR"));
                    words.expectEnd();
                }
                case "catalog" -> {
                    var words = property.arguments("[MEMBER-ZONES...]");
                    catalog = true;
                    anyMember |= !words.hasNext();
                    members.addAll(words.zonesOr(List.of()));
                }
                case "fallthrough" ->
                        fallthrough =
                                new ZoneSet(
                                        property.arguments("[ZONES...]")
                                                .zonesOr(List.of(Name.root)));
                case "max_records" -> {
                    var words = property.arguments("COUNT");
                    recordsMax = words.longNumber("COUNT", 1, Integer.MAX_VALUE);
                    words.expectEnd();
                }
                case "zonemd" -> digest = ZoneDigest.Check.of(property);
                default ->
                        throw property.unknown(
                                "transfer",
                                "notify",
                                "key",
                                "tls",
                                "tls_servername",
                                "directory",
                                "catalog",
                                "fallthrough",
                                "max_records",
                                "zonemd");
            }
        }

        private void transfer(Directive property) {
            var words = property.arguments("from ADDRESS...");
            words.oneOf("from", "from");
            do {
                if (words.peek().orElse("").equals("*")) {
                    throw words.wrong("can't use '*' in transfer from: which server has the zone?");
                }
                primaries.add(words.hostPort("ADDRESS", tls == null ? PORT_CLEAR : PORT_TLS));
            } while (words.hasNext());
        }
    }
}
