package dev.onoma.plugins.k8s_external;

import dev.onoma.api.Directive;
import dev.onoma.api.Names;
import dev.onoma.api.ServerBlock;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.xbill.DNS.Name;

/// What the Corefile says.
///
/// @param zones where services have names, lower case; at least one
/// @param primary the zone of the names in PTR records
/// @param apex the labels below a zone, under which its name servers are
/// @param ttlSeconds of every record
/// @param headless whether headless services are answered with their endpoints
/// @param fallthrough zones whose unknown names the next plugin is asked for; null for none
record ExternalOptions(
        List<Name> zones,
        Name primary,
        String apex,
        int ttlSeconds,
        boolean headless,
        @Nullable List<Name> fallthrough) {
    static final String APEX_DEFAULT = "dns";
    static final int TTL_DEFAULT = 5;
    static final int TTL_MAX = 3600;

    private static final Name REVERSE_V4 = Names.of("in-addr.arpa.");
    private static final Name REVERSE_V6 = Names.of("ip6.arpa.");

    /// Reads all `k8s_external [ZONE...] { ... }` of a server block: the zones of the last, the
    /// properties of all.
    ///
    /// @throws dev.onoma.api.CorefileException that points at the wrong word
    static ExternalOptions parse(List<Directive> occurrences, ServerBlock block) {
        var options =
                new ExternalOptions(
                        List.of(),
                        Name.root,
                        APEX_DEFAULT,
                        TTL_DEFAULT,
                        /* headless= */ false,
                        null);
        for (var directive : occurrences) {
            options = options.zones(directive.arguments("[ZONE...]").zonesOr(block.zones()));
            for (var property : directive.properties()) {
                options = options.with(property);
            }
        }
        options.checkApex(occurrences.getLast());
        return options;
    }

    static boolean isReverse(Name zone) {
        return zone.subdomain(REVERSE_V4) || zone.subdomain(REVERSE_V6);
    }

    private ExternalOptions zones(List<Name> zones) {
        var primary =
                zones.stream().filter(z -> !isReverse(z)).findFirst().orElse(zones.getFirst());
        return new ExternalOptions(zones, primary, apex, ttlSeconds, headless, fallthrough);
    }

    private ExternalOptions with(Directive property) {
        return switch (property.name()) {
            case "apex" -> {
                var arguments = property.arguments("LABEL");
                var label = arguments.name("LABEL");
                if (label.equals(Name.root)) {
                    throw arguments.wrong("LABEL is a label such as dns, not the root");
                }
                arguments.ignoreRest();
                yield new ExternalOptions(
                        zones,
                        primary,
                        label.toString(/* omitFinalDot= */ true),
                        ttlSeconds,
                        headless,
                        fallthrough);
            }
            case "ttl" -> {
                var arguments = property.arguments("SECONDS");
                int seconds = arguments.number("SECONDS", 0, TTL_MAX);
                arguments.ignoreRest();
                yield new ExternalOptions(zones, primary, apex, seconds, headless, fallthrough);
            }
            case "headless" -> {
                property.expectNothingElse();
                yield new ExternalOptions(
                        zones, primary, apex, ttlSeconds, /* headless= */ true, fallthrough);
            }
            case "fallthrough" ->
                    new ExternalOptions(
                            zones,
                            primary,
                            apex,
                            ttlSeconds,
                            headless,
                            property.arguments("[ZONES...]").zonesOr(List.of(Name.root)));
            default -> throw property.unknown("apex", "fallthrough", "headless", "ttl");
        };
    }

    private void checkApex(Directive directive) {
        for (var zone : zones) {
            if (ExternalRecords.under("hostmaster." + apex, zone).isEmpty()) {
                throw directive.wrong(
                        "hostmaster.%s.%s is longer than a name can be; use a shorter zone"
                                .formatted(apex, zone));
            }
        }
    }
}
