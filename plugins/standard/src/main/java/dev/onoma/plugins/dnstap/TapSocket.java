package dev.onoma.plugins.dnstap;

import dev.onoma.api.Endpoint;
import java.util.Optional;

/// Where a tap leads to: `tcp://HOST:PORT`, `tls://HOST:PORT`, `unix:///PATH`, or a path.
///
/// @param host empty for a path
/// @param path empty otherwise
record TapSocket(Scheme scheme, String host, int port, String path) {
    /// How it is spoken to.
    enum Scheme {
        TCP,
        TLS,
        UNIX
    }

    /// @return empty if it is none of these
    static Optional<TapSocket> parse(String text) {
        if (text.startsWith("tcp://")) {
            return address(Scheme.TCP, text.substring("tcp://".length()));
        }
        if (text.startsWith("tls://")) {
            return address(Scheme.TLS, text.substring("tls://".length()));
        }
        var path = text.startsWith("unix://") ? text.substring("unix://".length()) : text;
        return path.isEmpty() || path.contains("://")
                ? Optional.empty()
                : Optional.of(new TapSocket(Scheme.UNIX, "", 0, path));
    }

    private static Optional<TapSocket> address(Scheme scheme, String text) {
        return Endpoint.parse(text, -1)
                .filter(e -> e.port() >= 0 && e.scheme().equals("dns"))
                .map(e -> new TapSocket(scheme, e.host(), e.port(), ""));
    }

    @Override
    public String toString() {
        var bracketed = host.contains(":") ? "[" + host + "]" : host;
        return switch (scheme) {
            case TCP -> "tcp://" + bracketed + ":" + port;
            case TLS -> "tls://" + bracketed + ":" + port;
            case UNIX -> path;
        };
    }
}
