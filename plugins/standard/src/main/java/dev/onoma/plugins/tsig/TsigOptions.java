package dev.onoma.plugins.tsig;

import dev.onoma.api.Arguments;
import dev.onoma.api.CorefileException;
import dev.onoma.api.Directive;
import dev.onoma.api.NameKey;
import dev.onoma.api.ServerBlock;
import dev.onoma.tsig.TsigAlgorithm;
import dev.onoma.tsig.TsigKey;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.xbill.DNS.Name;
import org.xbill.DNS.Opcode;
import org.xbill.DNS.Type;

/// What a `tsig` directive says.
///
/// @param zones whose names it is about
/// @param keys all different
/// @param types that need a signature
/// @param opcodes that need one
record TsigOptions(List<Name> zones, List<TsigKey> keys, BitSet types, BitSet opcodes) {
    private static final int TYPES = 1 << 16;
    private static final int OPCODES = 16;
    private static final Map<String, Integer> KNOWN_OPCODES =
            Map.of(
                    "QUERY",
                    Opcode.QUERY,
                    "IQUERY",
                    Opcode.IQUERY,
                    "STATUS",
                    Opcode.STATUS,
                    "NOTIFY",
                    Opcode.NOTIFY,
                    "UPDATE",
                    Opcode.UPDATE);

    /// Reads `tsig [ZONES...] { ... }`.
    static TsigOptions parse(Directive tsig, ServerBlock block) {
        var zones = tsig.arguments("[ZONES...]").zonesOr(block.zones());
        var keys = new LinkedHashMap<NameKey, TsigKey>();
        var types = new BitSet();
        var opcodes = new BitSet();
        for (var property : tsig.properties()) {
            switch (property.name()) {
                case "secret" -> {
                    var words = property.arguments("NAME SECRET");
                    var name = words.text("NAME");
                    add(keys, key(words, name, words.text("SECRET")), words);
                    words.expectEnd();
                }
                case "secrets" -> {
                    var words = property.arguments("FILE");
                    file(words, words.text("FILE"), block).forEach(key -> add(keys, key, words));
                    words.expectEnd();
                }
                case "require" ->
                        require(property.arguments("QTYPE...|all|none"), types, TYPES, "QTYPE");
                case "require_opcode" ->
                        require(
                                property.arguments("OPCODE...|all|none"),
                                opcodes,
                                OPCODES,
                                "OPCODE");
                default -> throw property.unknown("secret", "secrets", "require", "require_opcode");
            }
        }
        return new TsigOptions(zones, new ArrayList<>(keys.values()), types, opcodes);
    }

    private static TsigKey key(Arguments words, String name, String secret) {
        try {
            return KeyFile.key(name, TsigAlgorithm.SHA256, secret);
        } catch (IllegalArgumentException e) {
            throw words.wrong(String.valueOf(e.getMessage()));
        }
    }

    private static void add(Map<NameKey, TsigKey> keys, TsigKey key, Arguments words) {
        if (keys.put(NameKey.of(key.name()), key) != null) {
            throw words.wrong("key \"%s\" redefined".formatted(key.name()));
        }
    }

    // CoreDNS looks for it in the working directory, whatever `root` says.
    private static List<TsigKey> file(Arguments words, String name, ServerBlock block) {
        var here = Path.of(name);
        var path = Files.exists(here) ? here : block.file(name);
        try {
            return KeyFile.read(Files.readString(path));
        } catch (IOException _) {
            throw words.wrong("the file %s cannot be read".formatted(path));
        } catch (IllegalArgumentException e) {
            throw words.wrong("%s: %s".formatted(path, e.getMessage()));
        }
    }

    // A later line replaces an earlier one, unless that says `all`.
    private static void require(Arguments words, BitSet set, int all, String what) {
        if (set.cardinality() == all) {
            words.restNotEmpty(what);
            return;
        }
        set.clear();
        do {
            var word = words.text(what);
            if (word.equals("all")) {
                set.set(0, all);
            } else if (!word.equals("none")) {
                set.set(all == TYPES ? type(words, word) : opcode(words, word));
            }
        } while (words.hasNext());
    }

    private static int type(Arguments words, String word) {
        int type = Type.value(word);
        if (type < 0) {
            throw unknown(words, "query type", word);
        }
        return type;
    }

    private static int opcode(Arguments words, String word) {
        var opcode = KNOWN_OPCODES.get(word);
        if (opcode == null) {
            throw unknown(words, "opcode", word);
        }
        return opcode;
    }

    private static CorefileException unknown(Arguments words, String what, String word) {
        return words.wrong("unknown %s \"%s\"".formatted(what, word));
    }
}
