package dev.onoma.plugins.kubernetes;

import java.io.IOException;

/// What stands in the header `Authorization` of each request.
@FunctionalInterface
interface ApiCredentials {
    /// Nobody in particular.
    ApiCredentials NONE = () -> "";

    /// The value of the header; empty for none. May read a file or run a program.
    ///
    /// @throws IOException with a sentence for the operator
    String authorization() throws IOException;

    /// The server did not accept it: whatever was remembered is to be found out anew.
    default void forget() {}
}
