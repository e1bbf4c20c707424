package dev.onoma.plugins.kubernetes;

import java.io.IOException;

/// Where an API server is and who we are to it, which may be told otherwise from one request to the
/// next. Any thread.
@FunctionalInterface
interface ApiAccesses {
    /// As it is now; equal to the one before as long as nothing has changed.
    ///
    /// @throws IOException with a sentence for the operator
    ApiAccess now() throws IOException;
}
