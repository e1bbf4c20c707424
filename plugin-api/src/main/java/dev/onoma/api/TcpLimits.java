package dev.onoma.api;

import java.time.Duration;

/// How long the listeners of a block wait, and for how much.
///
/// @param read for the first query of a connection
/// @param write for a client that does not take its responses
/// @param idle between queries of a connection
/// @param queriesMax per connection, 0 for no limit
public record TcpLimits(Duration read, Duration write, Duration idle, int queriesMax) {
    /// CoreDNS's values.
    public static final TcpLimits DEFAULT =
            new TcpLimits(Duration.ofSeconds(3), Duration.ofSeconds(5), Duration.ofSeconds(10), 0);
}
