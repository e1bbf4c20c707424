package dev.onoma.api;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import org.xbill.DNS.Name;
import org.xbill.DNS.TextParseException;

/// Reads zones as they stand in Corefiles.
public final class ZoneNames {
    private static final int TEXT_LENGTH_MAX = 255;
    private static final List<String> SCHEMES =
            List.of("dns", "tls", "quic", "grpc", "https", "https3", "unix");

    /// What `[SCHEME://]ZONE[:PORT]` says.
    ///
    /// @param scheme `dns`, `tls`, `quic`, `grpc`, `https`, `https3` or `unix`; empty if not given
    /// @param zones in lower case; several if a network ends within a label
    /// @param port as written, without leading zeros; empty if not given
    public record Key(String scheme, List<Name> zones, String port) {}

    private ZoneNames() {}

    /// Reads `[SCHEME://]ZONE[:PORT]`, where ZONE is a domain name or a network such as
    /// `10.0.0.0/8`, which stands for its reverse zones.
    ///
    /// @throws IllegalArgumentException that says in one phrase what is wrong with the text
    public static Key parseKey(String text) {
        var scheme =
                SCHEMES.stream().filter(s -> text.startsWith(s + "://")).findFirst().orElse("");
        var rest = scheme.isEmpty() ? text : text.substring(scheme.length() + "://".length());
        int colon = rest.lastIndexOf(':');
        if (colon >= 0 && colon == rest.length() - 1) {
            throw new IllegalArgumentException("expecting data after last colon: \"" + rest + "\"");
        }
        var port = colon < 0 ? "" : portOf(rest.substring(colon + 1));
        return new Key(scheme, expand(port.isEmpty() ? rest : rest.substring(0, colon)), port);
    }

    // An optional sign and digits make a port, anything else belongs to the name.
    private static String portOf(String text) {
        if (!text.matches("[+-]?[0-9]{1,18}")) {
            return "";
        }
        return Long.toString(Long.parseLong(text));
    }

    /// Reads a zone, or the reverse zones of a network.
    ///
    /// @throws IllegalArgumentException that says in one phrase what is wrong with the text
    public static List<Name> expand(String text) {
        int length = text.getBytes(StandardCharsets.UTF_8).length;
        if (length > TEXT_LENGTH_MAX) {
            throw new IllegalArgumentException(
                    "specified zone is too long: " + length + " > " + TEXT_LENGTH_MAX);
        }
        var name = parse(text);
        var network = Cidr.parse(text);
        if (network.isEmpty()) {
            return List.of(name);
        }
        if (text.startsWith(":") || (text.startsWith("0") && text.contains(":"))) {
            throw new IllegalArgumentException("invalid CIDR " + text);
        }
        return network.get().reverseZones();
    }

    /// Reads a domain name (RFC 1035, section 5.1), makes it lower case and fully qualified.
    /// Characters outside ASCII are taken as their UTF-8 octets.
    ///
    /// @throws IllegalArgumentException that says in one phrase what is wrong with the text
    public static Name parse(String text) {
        var ascii = escaped(text.toLowerCase(Locale.ROOT));
        try {
            if (text.isEmpty()) {
                throw new TextParseException("no name");
            }
            return Name.fromString(ascii.endsWith(".") ? ascii : ascii + ".", Name.root);
        } catch (TextParseException e) {
            throw new IllegalArgumentException("zone is not a valid domain name: " + text, e);
        }
    }

    private static String escaped(String text) {
        var ascii = new StringBuilder();
        for (byte octet : text.getBytes(StandardCharsets.UTF_8)) {
            int value = octet & 0xFF;
            if (value <= ' ' || value >= 0x7F) {
                ascii.append("\\%03d".formatted(value));
            } else {
                ascii.append((char) value);
            }
        }
        return ascii.toString();
    }
}
