package dev.onoma.plugins.rewrite;

import dev.onoma.api.NameKey;
import dev.onoma.api.Query;
import dev.onoma.api.Response;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/// `edns0 local|nsid|subnet set|append|replace|unset ...`
final class EdnsRules {
    private static final int NSID = 3;
    private static final int SUBNET = 8;
    private static final int CODE_MAX = 65_535;

    private EdnsRules() {}

    private enum Action {
        /// Whether it is there or not.
        SET,
        /// Only if it is not there.
        APPEND,
        /// Only if it is there.
        REPLACE,
        /// Takes it away.
        UNSET
    }

    static Rule read(RuleWords words, boolean stops) {
        if (words.remaining() < 2) {
            throw words.wrong("too few arguments for an EDNS0 rule");
        }
        var kind = words.lower("local, nsid or subnet");
        if (!kind.equals("local") && !kind.equals("nsid") && !kind.equals("subnet")) {
            throw words.wrong(
                    "invalid rule type \"%s\", expected local, nsid or subnet".formatted(kind));
        }
        var action = action(words);
        if (action != Action.UNSET) {
            // Clients never see options that were put in, so there is nothing to take back.
            var _ = words.takeLast("revert");
        }
        var rule =
                switch (kind) {
                    case "local" -> local(words, action, stops);
                    case "nsid" -> new EdnsRule(action, NSID, _ -> new byte[0], stops);
                    default -> subnet(words, action, stops);
                };
        words.expectEnd();
        return rule;
    }

    private static Action action(RuleWords words) {
        var word = words.lower("set, append, replace or unset");
        return switch (word) {
            case "set" -> Action.SET;
            case "append" -> Action.APPEND;
            case "replace" -> Action.REPLACE;
            case "unset" -> Action.UNSET;
            default ->
                    throw words.wrong(
                            "invalid action: \"%s\", expected set, append, replace or unset"
                                    .formatted(word));
        };
    }

    private static Rule local(RuleWords words, Action action, boolean stops) {
        int wanted = action == Action.UNSET ? 1 : 2;
        if (words.remaining() != wanted) {
            throw words.wrong(
                    action == Action.UNSET
                            ? "local unset action requires exactly two arguments"
                            : "EDNS0 local rules require three or four args: CODE DATA [revert]");
        }
        int code = words.number("CODE", CODE_MAX);
        return new EdnsRule(action, code, action == Action.UNSET ? _ -> null : data(words), stops);
    }

    private static EdnsData data(RuleWords words) {
        var text = words.next("DATA");
        if (text.startsWith("{") && text.endsWith("}")) {
            var variable = EdnsData.variable(text.substring(1, text.length() - 1));
            if (variable == null) {
                throw words.wrong(
                        "unsupported variable name \"%s\", expected {qname}, {qtype}, {client_ip},"
                                        .formatted(text)
                                + " {client_port}, {protocol}, {server_ip}, {server_port} or"
                                + " {plugin/label}");
            }
            return variable;
        }
        var octets =
                text.startsWith("0x") ? hex(words, text) : text.getBytes(StandardCharsets.UTF_8);
        return _ -> octets;
    }

    private static byte[] hex(RuleWords words, String text) {
        try {
            return HexFormat.of().parseHex(text.substring(2).toLowerCase(Locale.ROOT));
        } catch (IllegalArgumentException e) {
            throw words.wrong(
                    "DATA that begins with 0x is pairs of hexadecimal digits, not \"%s\": %s"
                            .formatted(text, e.getMessage()));
        }
    }

    private static Rule subnet(RuleWords words, Action action, boolean stops) {
        if (action == Action.UNSET) {
            return new EdnsRule(action, SUBNET, _ -> null, stops);
        }
        if (words.remaining() != 2) {
            throw words.wrong(
                    "EDNS0 subnet rules require three or four args: V4LEN V6LEN [revert]");
        }
        int four = bits(words, "IPv4", 32);
        int six = bits(words, "IPv6", 128);
        return new EdnsRule(action, SUBNET, EdnsData.subnet(four, six), stops);
    }

    private static int bits(RuleWords words, String family, int max) {
        int bits = words.number(family + " bit mask length", CODE_MAX);
        if (bits > max) {
            throw words.wrong("invalid %s bit mask length %d".formatted(family, bits));
        }
        return bits;
    }

    private record EdnsRule(Action action, int code, EdnsData data, boolean stops) implements Rule {
        @Override
        public boolean fits(Query query, NameKey name, int type, int dclass) {
            return true;
        }

        @Override
        public boolean apply(Rewriting rewriting) {
            var before = rewriting.options();
            int place = -1;
            for (int i = 0; i < before.size() && place < 0; i++) {
                place = before.get(i).code() == code ? i : -1;
            }
            boolean there = place >= 0;
            if (action == Action.APPEND && there || action == Action.REPLACE && !there) {
                return false;
            }
            if (action == Action.UNSET) {
                if (there) {
                    rewriting.options(before.stream().filter(o -> o.code() != code).toList());
                }
                return true;
            }
            return put(rewriting, new ArrayList<>(before), place, data.of(rewriting));
        }

        private boolean put(
                Rewriting rewriting,
                ArrayList<Response.Option> options,
                int place,
                byte @Nullable [] octets) {
            if (octets == null) {
                return false;
            }
            var option = new Response.Option(code, octets);
            if (place >= 0) {
                options.set(place, option);
            } else {
                options.add(option);
            }
            rewriting.options(options);
            return true;
        }
    }
}
