package dev.onoma.zone;

import java.time.DateTimeException;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import java.util.Locale;
import org.xbill.DNS.DNSSEC;
import org.xbill.DNS.Type;

/// Reads the data of DNSSEC's types, of which signed zones are full, and of types that dnsjava has
/// no text for.
final class RareTypes {
    private static final DateTimeFormatter TIME = DateTimeFormatter.ofPattern("yyyyMMddHHmmss");
    private static final long UNSIGNED_MAX = 0xffff_ffffL;
    private static final String BASE32_HEX = "0123456789ABCDEFGHIJKLMNOPQRSTUV";

    private final RdataReader in;
    private final Types types = new Types();

    RareTypes(RdataReader in) {
        this.in = in;
    }

    /// @return false if this is a type for others
    boolean read(int type) throws SyntaxException {
        return dnssec(type) || identifier(type) || other(type);
    }

    private boolean dnssec(int type) throws SyntaxException {
        switch (type) {
            case Type.DS, Type.CDS, Type.DLV, Types.TA -> {
                in.u16("a key tag");
                algorithm();
                in.u8("a digest type");
                hex("a digest");
            }
            case Type.DNSKEY, Type.CDNSKEY, Types.RKEY -> {
                in.u16("flags");
                in.u8("a protocol");
                algorithm();
                base64();
            }
            case Type.NSEC3 -> {
                parameters();
                hash();
                bitmap();
            }
            case Type.NSEC3PARAM -> parameters();
            default -> {
                return false;
            }
        }
        return true;
    }

    // RFC 6742, 7043.
    private boolean identifier(int type) throws SyntaxException {
        switch (type) {
            case Types.NID, Types.L64 -> {
                in.u16("a preference");
                separated(":", 8);
            }
            case Types.L32 -> {
                in.u16("a preference");
                var address = in.text("a locator");
                for (var part : address.split("\\.", -1)) {
                    in.data.put(number(part, 255));
                }
            }
            case Types.LP -> {
                in.u16("a preference");
                in.name("a name");
            }
            case Types.EUI48 -> separated("-", 6);
            case Types.EUI64 -> separated("-", 8);
            case Types.UID, Types.GID -> in.data.put32(in.number("a number", UNSIGNED_MAX));
            default -> {
                return false;
            }
        }
        return true;
    }

    private boolean other(int type) throws SyntaxException {
        switch (type) {
            case Types.CSYNC -> {
                in.data.put32(in.number("a serial", UNSIGNED_MAX));
                in.u16("flags");
                bitmap();
            }
            case Types.EID, Types.NIMLOC -> hex("an identifier");
            case Types.UINFO -> in.string("a text");
            case Types.TALINK -> {
                in.name("the name before");
                in.name("the name behind");
            }
            case Types.DSYNC -> {
                in.data.put16(type(in.text("a type")));
                var scheme = in.text("a scheme");
                in.data.put(scheme.equalsIgnoreCase("NOTIFY") ? 1 : number(scheme, 255));
                in.u16("a port");
                in.name("a target");
            }
            case Types.HHIT, Types.BRID -> base64();
            case Types.AMTRELAY -> relay();
            case Types.NXNAME ->
                    throw new SyntaxException("NXNAME never stands in a zone (RFC 9824)");
            default -> {
                return false;
            }
        }
        return true;
    }

    // RFC 8777, section 4.3.
    private void relay() throws SyntaxException {
        in.u8("a precedence");
        long discovery = in.number("the discovery bit", 1);
        long kind = in.number("a type of relay", 3);
        in.data.put((int) (discovery << 7 | kind));
        switch ((int) kind) {
            case 0 -> {
                var relay = in.text("a relay");
                if (!relay.equals(".")) {
                    throw new SyntaxException("a relay of type 0 is \".\", not \"" + relay + "\"");
                }
            }
            case 1 -> address(4);
            case 2 -> address(16);
            default -> in.name("a relay");
        }
    }

    private void address(int octets) throws SyntaxException {
        var text = in.text("an address");
        var address = org.xbill.DNS.Address.toByteArray(text, octets == 4 ? 1 : 2);
        if (address == null) {
            throw new SyntaxException("not an address: \"" + text + "\"");
        }
        in.data.put(address);
    }

    // RFC 5155, section 4.2.
    private void parameters() throws SyntaxException {
        in.u8("a hash algorithm");
        in.u8("flags");
        in.u16("iterations");
        var salt = in.text("a salt");
        var octets = salt.equals("-") ? new byte[0] : hexOctets(salt);
        if (octets.length > 255) {
            throw new SyntaxException("a salt has up to 255 octets");
        }
        in.data.put(octets.length);
        in.data.put(octets);
    }

    private void hash() throws SyntaxException {
        var text = in.text("the next hashed name").toUpperCase(Locale.ROOT);
        int octets = text.length() * 5 / 8;
        in.data.put(octets);
        in.data.put(base32(text));
    }

    /// Octets of a text in base 32 with extended hex alphabet (RFC 4648, section 7).
    static byte[] base32(String text) throws SyntaxException {
        var octets = new byte[text.length() * 5 / 8];
        int bits = 0;
        int held = 0;
        int at = 0;
        for (int i = 0; i < text.length(); i++) {
            int value = BASE32_HEX.indexOf(text.charAt(i));
            if (value < 0) {
                throw new SyntaxException("not base 32: \"" + text + "\"");
            }
            bits = bits << 5 | value;
            held += 5;
            if (held >= 8) {
                held -= 8;
                octets[at++] = (byte) (bits >> held);
            }
        }
        return octets;
    }

    void algorithm() throws SyntaxException {
        var text = in.text("an algorithm");
        if (text.matches("[0-9]{1,3}")) {
            in.data.put(number(text, 255));
            return;
        }
        int value = DNSSEC.Algorithm.value(text.toUpperCase(Locale.ROOT));
        if (value < 0) {
            throw new SyntaxException("there is no algorithm \"" + text + "\"");
        }
        in.data.put(value);
    }

    int type(String word) throws SyntaxException {
        int type = types.type(word);
        if (type < 0) {
            throw new SyntaxException("there is no type \"" + word + "\"");
        }
        return type;
    }

    /// `YYYYMMDDHHMMSS`, or seconds since 1970 (RFC 4034, section 3.2).
    long time(String text) throws SyntaxException {
        try {
            if (text.length() == 14) {
                long seconds = LocalDateTime.parse(text, TIME).toEpochSecond(ZoneOffset.UTC);
                return seconds & UNSIGNED_MAX;
            }
            long seconds = Long.parseLong(text);
            if (seconds >= 0 && seconds <= UNSIGNED_MAX) {
                return seconds;
            }
        } catch (DateTimeException | NumberFormatException _) {
            // Said below.
        }
        throw new SyntaxException(
                "a time is YYYYMMDDHHMMSS or seconds since 1970, not \"" + text + "\"");
    }

    void base64() throws SyntaxException {
        var text = rest();
        try {
            in.data.put(Base64.getDecoder().decode(text));
        } catch (IllegalArgumentException _) {
            throw new SyntaxException("not base 64: \"" + shortened(text) + "\"");
        }
    }

    private void hex(String what) throws SyntaxException {
        if (!in.hasNext()) {
            throw new SyntaxException(what + " is missing");
        }
        in.data.put(hexOctets(rest()));
    }

    private String rest() throws SyntaxException {
        var text = new StringBuilder(in.text("data"));
        while (in.hasNext()) {
            text.append(in.text("data"));
        }
        return text.toString();
    }

    private static byte[] hexOctets(String text) throws SyntaxException {
        try {
            return HexFormat.of().parseHex(text);
        } catch (IllegalArgumentException _) {
            throw new SyntaxException("not hexadecimal: \"" + shortened(text) + "\"");
        }
    }

    private static String shortened(String text) {
        return text.length() > 40 ? text.substring(0, 40) + "..." : text;
    }

    // Groups of hexadecimal digits, `octets` octets in all.
    private void separated(String separator, int octets) throws SyntaxException {
        var text = in.text("an identifier");
        var parts = text.split(separator, -1);
        int size = separator.equals(":") ? 2 : 1;
        for (var part : parts) {
            if (part.isEmpty() || part.length() > 2 * size || parts.length * size != octets) {
                throw new SyntaxException("not an identifier: \"" + text + "\"");
            }
            in.data.put(hexOctets("0".repeat(2 * size - part.length()) + part));
        }
    }

    private static int number(String text, int max) throws SyntaxException {
        if (!text.matches("[0-9]{1,9}") || Integer.parseInt(text) > max) {
            throw new SyntaxException(
                    "a number from 0 to %d is expected, not \"%s\"".formatted(max, text));
        }
        return Integer.parseInt(text);
    }

    /// Types as a bitmap (RFC 4034, section 4.1.2): all words that are left.
    void bitmap() throws SyntaxException {
        int[] listed = new int[16];
        int count = 0;
        while (in.hasNext()) {
            if (count == listed.length) {
                listed = Arrays.copyOf(listed, count * 2);
            }
            listed[count++] = type(in.text("a type"));
        }
        putBitmap(in.data, listed, count);
    }

    static void putBitmap(Rdata data, int[] types, int count) throws SyntaxException {
        var sorted = Arrays.copyOf(types, count);
        Arrays.sort(sorted);
        for (int i = 0; i < count; ) {
            int window = sorted[i] >> 8;
            var bits = new byte[32];
            int used = 0;
            for (; i < count && sorted[i] >> 8 == window; i++) {
                int low = sorted[i] & 0xff;
                bits[low >> 3] |= (byte) (0x80 >> (low & 7));
                used = (low >> 3) + 1;
            }
            data.put(window);
            data.put(used);
            data.put(bits, 0, used);
        }
    }
}
