package dev.onoma.plugins.kubernetes;

import java.net.URI;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;

/// Where an API server is, and who we are to it.
///
/// @param server `http` or `https`, a host, perhaps a port and a path
/// @param tls for `https`
/// @param serverName what the certificate is for, if not the host
/// @param protobuf whether to ask for protobuf before JSON
record ApiAccess(
        URI server,
        @Nullable SSLContext tls,
        @Nullable String serverName,
        ApiCredentials credentials,
        boolean protobuf) {
    boolean isTls() {
        return "https".equals(server.getScheme());
    }

    String host() {
        var host = server.getHost();
        return host.startsWith("[") ? host.substring(1, host.length() - 1) : host;
    }

    int port() {
        int fallback = isTls() ? 443 : 80;
        return server.getPort() < 0 ? fallback : server.getPort();
    }

    /// As `Host` has it, and labels of metrics.
    String authority() {
        return server.getPort() < 0 ? server.getHost() : server.getHost() + ":" + server.getPort();
    }

    /// What stands before each path.
    String prefix() {
        var path = server.getRawPath();
        return path == null ? "" : path.replaceFirst("/+$", "");
    }
}
