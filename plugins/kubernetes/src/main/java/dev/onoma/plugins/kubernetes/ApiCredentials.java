package dev.onoma.plugins.kubernetes;

import java.io.IOException;
import javax.net.ssl.SSLContext;

/// Who one is to an API server: what stands in the header `Authorization` of each request, and
/// perhaps a certificate.
@FunctionalInterface
interface ApiCredentials {
    /// Nobody in particular.
    ApiCredentials NONE = () -> "";

    /// The value of the header; empty for none. May read a file or run a program.
    ///
    /// @throws IOException with a sentence for the operator
    String authorization() throws IOException;

    /// What to connect with over TLS, asked for after [#authorization].
    ///
    /// @param usual of the access, which is right unless a certificate came with the credentials
    default SSLContext context(SSLContext usual) {
        return usual;
    }

    /// The server did not accept it: whatever was remembered is to be found out anew.
    default void forget() {}
}
