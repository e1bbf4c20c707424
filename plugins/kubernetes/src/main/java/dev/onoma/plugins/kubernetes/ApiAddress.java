package dev.onoma.plugins.kubernetes;

import java.net.URI;
import java.net.URISyntaxException;

/// Reads the address of an API server: `https://10.0.0.1:6443`, `http://localhost:8001`, or without
/// a scheme, which is `http` then, as with CoreDNS.
final class ApiAddress {
    private ApiAddress() {}

    /// @throws IllegalArgumentException with a sentence for the operator
    static URI parse(String text) {
        var whole = text.contains("://") ? text : "http://" + text;
        try {
            var uri = new URI(whole);
            boolean known = "http".equals(uri.getScheme()) || "https".equals(uri.getScheme());
            if (known && uri.getHost() != null) {
                return uri;
            }
        } catch (URISyntaxException _) {
            // said below
        }
        throw new IllegalArgumentException(
                "an API server is http://HOST[:PORT] or https://HOST[:PORT], not \"%s\""
                        .formatted(text));
    }
}
