package dev.onoma.plugins.dynupdate;

import dev.onoma.api.Arguments;
import dev.onoma.api.NameKey;
import java.util.HashSet;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.xbill.DNS.Name;
import org.xbill.DNS.Type;

/// Who may change what: one `allow` of a Corefile.
///
/// @param key the name of a key, in lower case
/// @param name that may be changed; null for all
/// @param types that may be changed; null for all
record Permission(Name key, @Nullable NameKey name, @Nullable Set<Integer> types) {
    /// Types that tie a zone together, and that nobody makes anew after an update.
    static final Set<Integer> REFUSED =
            Set.of(
                    Type.SIG,
                    Type.KEY,
                    Type.NXT,
                    Type.DS,
                    Type.RRSIG,
                    Type.NSEC,
                    Type.DNSKEY,
                    Type.NSEC3,
                    Type.NSEC3PARAM,
                    58, // TALINK
                    Type.CDS,
                    Type.CDNSKEY,
                    63, // ZONEMD
                    32768, // TA
                    Type.DLV);

    /// Reads `KEY NAME TYPE...`.
    static Permission parse(Arguments words, Name zone) {
        var key = words.name("KEY");
        var text = words.text("NAME");
        NameKey name = null;
        if (!text.equals("*")) {
            name = text.equals("@") ? NameKey.of(zone) : NameKey.of(parse(words, text));
            if (!name.isUnder(NameKey.of(zone))) {
                throw words.wrong("%s is outside of the zone %s".formatted(text, zone));
            }
        }
        Set<Integer> types = new HashSet<>();
        boolean all = false;
        do {
            var word = words.text("TYPE");
            if (word.equals("*")) {
                all = true;
                if (!types.isEmpty() || words.hasNext()) {
                    throw words.wrong("* stands for all types, so no other can stand beside it");
                }
            } else {
                types.add(type(words, word));
            }
        } while (words.hasNext());
        return new Permission(key, name, all ? null : Set.copyOf(types));
    }

    private static Name parse(Arguments words, String text) {
        try {
            return dev.onoma.api.ZoneNames.parse(text);
        } catch (IllegalArgumentException e) {
            throw words.wrong(String.valueOf(e.getMessage()));
        }
    }

    private static int type(Arguments words, String word) {
        int type = Type.value(word.toUpperCase(Locale.ROOT));
        boolean meta = type == Type.OPT || type >= 128 && type < Type.ANY;
        if (type <= 0 || meta || REFUSED.contains(type)) {
            throw words.wrong(
                    "TYPE is a type that an update can change, ANY or *, not \"%s\""
                            .formatted(word));
        }
        return type;
    }

    /// Whether this lets somebody change that.
    boolean allows(Name by, NameKey owner, int type) {
        return key.equals(by)
                && (name == null || name.equals(owner))
                && (types == null || types.contains(type));
    }
}
