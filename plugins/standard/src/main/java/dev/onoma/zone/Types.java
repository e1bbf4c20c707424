package dev.onoma.zone;

import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import org.xbill.DNS.Type;

/// Mnemonics of record types: those of dnsjava, and those it does not know.
public final class Types {
    static final int EID = 31;
    static final int NIMLOC = 32;
    static final int NINFO = 56;
    static final int RKEY = 57;
    static final int TALINK = 58;
    static final int CSYNC = 62;
    static final int DSYNC = 66;
    static final int HHIT = 67;
    static final int BRID = 68;
    static final int UINFO = 100;
    static final int UID = 101;
    static final int GID = 102;
    static final int NID = 104;
    static final int L32 = 105;
    static final int L64 = 106;
    static final int LP = 107;
    static final int EUI48 = 108;
    static final int EUI64 = 109;
    static final int NXNAME = 128;
    static final int AVC = 258;
    static final int AMTRELAY = 260;
    static final int RESINFO = 261;
    static final int WALLET = 262;
    static final int TA = 32768;

    private static final int TYPE_MAX = 0xffff;
    private static final Map<String, Integer> OTHERS =
            Map.of(
                    "DSYNC", DSYNC, "HHIT", HHIT, "BRID", BRID, "NXNAME", NXNAME, "RESINFO",
                    RESINFO, "WALLET", WALLET);

    // Most zones have a handful of types: they are found by one look.
    private final Map<String, Integer> known = new HashMap<>();

    /// The type that a word names, or -1.
    int type(String word) {
        var type = known.get(word);
        if (type == null) {
            type = value(word.toUpperCase(Locale.ROOT));
            if (known.size() < 256) {
                known.put(word, type);
            }
        }
        return type;
    }

    /// The type of a mnemonic in upper case or of `TYPE123` (RFC 3597), or -1.
    public static int value(String word) {
        var other = OTHERS.get(word);
        if (other != null) {
            return other;
        }
        if (word.startsWith("TYPE") && word.length() <= 9) {
            return number(word.substring(4));
        }
        return Type.value(word);
    }

    private static int number(String digits) {
        if (!digits.matches("[0-9]{1,5}")) {
            return -1;
        }
        int value = Integer.parseInt(digits);
        return value <= TYPE_MAX ? value : -1;
    }

    /// The mnemonic of a type, or `TYPE123`.
    public static String text(int type) {
        for (var other : OTHERS.entrySet()) {
            if (other.getValue() == type) {
                return other.getKey();
            }
        }
        return Type.string(type);
    }
}
