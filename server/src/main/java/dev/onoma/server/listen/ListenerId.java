package dev.onoma.server.listen;

import dev.onoma.api.Addresses;
import java.net.Inet6Address;
import java.net.InetAddress;
import org.jspecify.annotations.Nullable;

/// What makes a listener the same one after a reload.
///
/// @param scheme of the keys it serves: `dns`, `tls`, ...
/// @param address null for all addresses
/// @param port as configured; 0 is any free one
public record ListenerId(String scheme, @Nullable InetAddress address, int port) {
    /// `dns://:53`, `dns://127.0.0.1:53`, `dns://[::1]:53`: the label `server` of all metrics.
    @Override
    public String toString() {
        var host = address == null ? "" : Addresses.text(address);
        return scheme
                + "://"
                + (address instanceof Inet6Address ? "[" + host + "]" : host)
                + ":"
                + port;
    }
}
