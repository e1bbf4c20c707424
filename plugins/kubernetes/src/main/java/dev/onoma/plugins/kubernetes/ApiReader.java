package dev.onoma.plugins.kubernetes;

import java.io.IOException;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// Reads the body of one response as it comes, object by object: nothing of it is kept.
interface ApiReader {
    /// What stands around the items of a list.
    ///
    /// @param version from which a watch goes on
    /// @param next the token of the next page; empty on the last one
    record Page(String version, String next) {}

    Page list(Consumer<ApiItem> items) throws IOException;

    /// The next event of a watch; null at its end.
    @Nullable ApiEvent event() throws IOException;

    /// The body of a refusal.
    ApiStatus status() throws IOException;
}
