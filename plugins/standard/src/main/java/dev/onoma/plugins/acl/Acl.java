package dev.onoma.plugins.acl;

import dev.onoma.api.Arguments;
import dev.onoma.api.Cidr;
import dev.onoma.api.Directive;
import dev.onoma.api.Handler;
import dev.onoma.api.Plugin;
import dev.onoma.api.ServerBlock;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import org.xbill.DNS.Type;

/// Answers, refuses or ignores queries by who asks for what.
public final class Acl implements Plugin {
    private static final String USAGE = "[type QTYPE...] [net SOURCE...]";
    private static final int TYPES = 0x10000;

    @Override
    public String name() {
        return "acl";
    }

    /// All directives are one handler: they are asked in their order until one decides.
    @Override
    public Handler setup(List<Directive> occurrences, ServerBlock block) {
        var rules = new ArrayList<AclRule>();
        for (var acl : occurrences) {
            var zones = acl.arguments("[ZONES...]").zonesOr(block.zones());
            rules.add(new AclRule(zones, acl.properties().stream().map(Acl::policy).toList()));
        }
        return new AclHandler(rules, new AclMetrics(block.metrics()));
    }

    @Override
    public Handler setup(Directive directive, ServerBlock block) {
        return setup(List.of(directive), block);
    }

    private static AclRule.Policy policy(Directive property) {
        var action =
                switch (property.name().toLowerCase(Locale.ROOT)) {
                    case "allow" -> AclAction.ALLOW;
                    case "block" -> AclAction.BLOCK;
                    case "filter" -> AclAction.FILTER;
                    case "drop" -> AclAction.DROP;
                    default -> throw property.unknown("allow", "block", "filter", "drop");
                };
        var arguments = property.arguments(USAGE);
        BitSet types = null;
        var sources = new Sources();
        while (arguments.hasNext()) {
            var section = arguments.text("type or net");
            switch (section.toLowerCase(Locale.ROOT)) {
                case "type" -> types = types(arguments, types == null ? new BitSet() : types);
                case "net" -> sources.read(arguments);
                default ->
                        throw arguments.wrong(
                                "unexpected word \"%s\"; expected type or net".formatted(section));
            }
        }
        return new AclRule.Policy(action, types, sources.networks());
    }

    private static boolean isSection(@Nullable String word) {
        return word != null && (word.equalsIgnoreCase("type") || word.equalsIgnoreCase("net"));
    }

    private static boolean hasWord(Arguments arguments) {
        return arguments.hasNext() && !isSection(arguments.peek().orElse(null));
    }

    private static BitSet types(Arguments arguments, BitSet types) {
        if (!hasWord(arguments)) {
            throw arguments.wrong("QTYPE is missing after \"type\"");
        }
        while (hasWord(arguments)) {
            var word = arguments.text("QTYPE");
            if (word.equals("*")) {
                types.set(0, TYPES);
                skip(arguments);
            } else {
                types.set(type(arguments, word));
            }
        }
        return types;
    }

    // What follows `*` in a list changes nothing, and CoreDNS does not even look at it.
    private static void skip(Arguments arguments) {
        while (hasWord(arguments)) {
            arguments.warn("\"%s\" is ignored, \"*\" is everything".formatted(arguments.text("")));
        }
    }

    private static int type(Arguments arguments, String word) {
        int type = word.equals(word.toUpperCase(Locale.ROOT)) ? Type.value(word, true) : -1;
        if (type <= 0) {
            throw arguments.wrong(
                    "QTYPE is a record type such as AAAA, not \"%s\"".formatted(word),
                    Type.value(word, true) > 0
                            ? "did you mean: " + word.toUpperCase(Locale.ROOT) + "?"
                            : "");
        }
        return type;
    }

    /// The networks of all `net` sections of a line.
    private static final class Sources {
        private final List<Cidr> networks = new ArrayList<>();
        private boolean everybody = true;

        void read(Arguments arguments) {
            if (!hasWord(arguments)) {
                throw arguments.wrong("SOURCE is missing after \"net\"");
            }
            while (hasWord(arguments)) {
                if (arguments.peek().orElse("").equals("*")) {
                    var _ = arguments.text("SOURCE");
                    networks.clear();
                    everybody = true;
                    skip(arguments);
                } else {
                    networks.add(arguments.cidrOrAddress("SOURCE"));
                    everybody = false;
                }
            }
        }

        @Nullable Networks networks() {
            return everybody ? null : new Networks(networks);
        }
    }
}
