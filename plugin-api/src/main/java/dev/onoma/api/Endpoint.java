package dev.onoma.api;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Optional;

/// An address that a Corefile names: `[SCHEME://]HOST[:PORT]`.
///
/// @param scheme `dns`, `tls`, `quic`, `grpc`, `https`, `https3` or `unix`
/// @param host an IP address or a name, without brackets and zone; may be empty
/// @param zone what follows `%`: an interface, or the TLS name of an upstream; may be empty
/// @param port 0 to 65535
public record Endpoint(String scheme, String host, String zone, int port) {
    private static final List<String> SCHEMES =
            List.of("dns", "tls", "quic", "grpc", "https", "https3", "unix");
    private static final int PORT_MAX = 65535;

    /// Reads an endpoint; HOST may be anything.
    ///
    /// @param defaultPort if the text has none
    /// @return empty if the brackets do not match or the port is not one
    public static Optional<Endpoint> parse(String text, int defaultPort) {
        var scheme =
                SCHEMES.stream().filter(s -> text.startsWith(s + "://")).findFirst().orElse("");
        var rest = scheme.isEmpty() ? text : text.substring(scheme.length() + "://".length());
        return parse(scheme.isEmpty() ? "dns" : scheme, rest, defaultPort);
    }

    private static Optional<Endpoint> parse(String scheme, String text, int defaultPort) {
        if (text.startsWith("[")) {
            int close = text.indexOf(']');
            var behind = close < 0 ? "" : text.substring(close + 1);
            return close < 0 || !(behind.isEmpty() || behind.startsWith(":"))
                    ? Optional.empty()
                    : of(scheme, text.substring(1, close), behind, defaultPort);
        }
        int colon = text.indexOf(':');
        boolean port = colon >= 0 && colon == text.lastIndexOf(':');
        return port
                ? of(scheme, text.substring(0, colon), text.substring(colon), defaultPort)
                : of(scheme, text, "", defaultPort);
    }

    private static Optional<Endpoint> of(
            String scheme, String hostAndZone, String colonPort, int defaultPort) {
        int percent = hostAndZone.lastIndexOf('%');
        var host = percent < 0 ? hostAndZone : hostAndZone.substring(0, percent);
        var zone = percent < 0 ? "" : hostAndZone.substring(percent + 1);
        if (colonPort.length() < 2) {
            return Optional.of(new Endpoint(scheme, host, zone, defaultPort));
        }
        var port = colonPort.substring(1);
        return port.matches("[0-9]{1,5}") && Integer.parseInt(port) <= PORT_MAX
                ? Optional.of(new Endpoint(scheme, host, zone, Integer.parseInt(port)))
                : Optional.empty();
    }

    /// The port a scheme has when none is written: 53, 853 or 443; 0 for `unix`.
    public static int defaultPort(String scheme) {
        return switch (scheme) {
            case "tls", "quic" -> 853;
            case "grpc", "https", "https3" -> 443;
            case "unix" -> 0;
            default -> 53;
        };
    }

    /// The host as an IP address, without the zone; empty if it is a name.
    public Optional<InetAddress> address() {
        return Addresses.parse(host);
    }

    /// The host as an IP address with the interface of its zone, and the port.
    public Optional<InetSocketAddress> socketAddress() {
        var address = zone.isEmpty() ? address() : Addresses.parse(host + "%" + zone);
        return address.map(a -> new InetSocketAddress(a, port));
    }

    /// `HOST:PORT`, with brackets around an IPv6 address; the scheme stands before it unless `dns`.
    @Override
    public String toString() {
        var full = zone.isEmpty() ? host : host + "%" + zone;
        var bare = (host.contains(":") ? "[" + full + "]" : full) + ":" + port;
        return scheme.equals("dns") ? bare : scheme + "://" + bare;
    }
}
