package dev.onoma.api;

import java.net.InetSocketAddress;
import java.util.List;
import java.util.Optional;

/// The server, for a listener of a [ListenerPlugin]. Any thread.
public interface ListenerHost {
    /// Where to listen; port 0 is any free one.
    InetSocketAddress address();

    /// The identity of the listener, `quic://:853`: the label `server` of all metrics.
    String server();

    /// The ways in, one for each event loop of the process.
    List<Entrance> entrances();

    /// How long it waits, as the present configuration says.
    TcpLimits timeouts();

    /// What the first block on this listener that says anything has set, in the present
    /// configuration.
    <T> Optional<T> setting(Class<T> kind);

    /// The metrics of the process.
    Metrics metrics();

    /// Where its messages go.
    Log log();
}
