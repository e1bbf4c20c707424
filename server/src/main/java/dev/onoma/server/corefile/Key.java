package dev.onoma.server.corefile;

import dev.onoma.api.Addresses;
import dev.onoma.api.CorefileWarning;
import dev.onoma.api.Endpoint;
import dev.onoma.api.Location;
import dev.onoma.api.Word;
import dev.onoma.api.ZoneNames;
import java.util.List;
import java.util.function.Consumer;
import org.xbill.DNS.Name;

/// A zone that a server block serves, and where: `[SCHEME://]ZONE[:PORT]`.
///
/// @param scheme `dns`, `tls`, `quic`, `grpc`, `https` or `https3`
/// @param zone in lower case
/// @param port 0 is any free one
public record Key(String scheme, Name zone, int port, Location at) {
    private static final int PORT_MAX = 65535;

    /// Reads a key. One that is a network may stand for several zones.
    static List<Key> parse(
            Word word, String defaultPort, Problems problems, Consumer<CorefileWarning> warnings) {
        try {
            var key = ZoneNames.parseKey(word.text());
            var scheme = key.scheme().isEmpty() ? "dns" : key.scheme();
            if (scheme.equals("unix")) {
                throw new IllegalArgumentException("there is no listener for unix://");
            }
            warnIfOdd(word, warnings);
            int port = port(key.port(), scheme, defaultPort);
            return key.zones().stream()
                    .map(zone -> new Key(scheme, zone, port, word.location()))
                    .toList();
        } catch (IllegalArgumentException e) {
            problems.add(
                    word.location(),
                    String.valueOf(e.getMessage()),
                    "a server block begins with [SCHEME://]ZONE[:PORT]...");
            return List.of();
        }
    }

    private static int port(String written, String scheme, String defaultPort) {
        var text = written.isEmpty() && scheme.equals("dns") ? defaultPort : written;
        if (text.isEmpty()) {
            return Endpoint.defaultPort(scheme);
        }
        if (!text.matches("[0-9]{1,5}") || Integer.parseInt(text) > PORT_MAX) {
            throw new IllegalArgumentException("address " + text + ": invalid port");
        }
        return Integer.parseInt(text);
    }

    // CoreDNS serves these too, but hardly as they were meant.
    private static void warnIfOdd(Word word, Consumer<CorefileWarning> warnings) {
        var text = word.text();
        var host = Endpoint.parse(text, 0).map(Endpoint::host).orElse(text);
        if (text.endsWith("{")) {
            warn(word, "this brace is part of the zone name; put a space before it", warnings);
        } else if (Addresses.parse(host).isPresent()) {
            warn(word, "this is read as a zone name; use bind to listen on an address", warnings);
        } else if (text.contains("://") && ZoneNames.parseKey(text).scheme().isEmpty()) {
            warn(word, "this is no scheme that is known, and part of the zone name", warnings);
        }
    }

    private static void warn(Word word, String message, Consumer<CorefileWarning> warnings) {
        warnings.accept(
                new CorefileWarning(word.location(), "\"" + word.text() + "\": " + message));
    }

    /// `dns://example.org.:53`, as logs and metrics have it.
    @Override
    public String toString() {
        return scheme + "://" + zone + ":" + port;
    }
}
