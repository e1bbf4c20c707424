package dev.onoma.server;

import java.util.List;
import java.util.Map;

/// The schemes of keys that there are listeners for, and what those call themselves in TLS.
final class Protocols {
    private static final Map<String, List<String>> ALPN =
            Map.of(
                    "dns",
                    List.of(),
                    "tls",
                    List.of("dot"),
                    "https",
                    List.of("h2", "http/1.1"),
                    "grpc",
                    List.of("h2"));

    private Protocols() {}

    static boolean areServed(String scheme) {
        return ALPN.containsKey(scheme);
    }

    /// The names for ALPN (RFC 7301), the best one first.
    static List<String> alpn(String scheme) {
        return ALPN.getOrDefault(scheme, List.of());
    }
}
