package dev.onoma.api;

import java.net.InetAddress;
import java.time.Duration;
import java.util.List;

/// Whose PROXY headers a listener believes, set by `proxyproto`.
///
/// @param allow networks of peers whose headers are used
/// @param others what happens to headers of everybody else
/// @param sessionLife how long a peer's datagrams without a header come from the client of its last
///   header; zero if they never do
/// @param sessionsMax such peers that are remembered
/// @param headerOctetsMax of version 2; a line of version 1 has 107 at most, as the protocol says
public record ProxyProtocol(
        List<Cidr> allow,
        Policy others,
        Duration sessionLife,
        int sessionsMax,
        int headerOctetsMax) {
    public ProxyProtocol {
        allow = List.copyOf(allow);
    }

    /// What happens to a header.
    public enum Policy {
        /// The client is who it says; a connection without one is served, too.
        USE,
        /// It is taken off and forgotten.
        IGNORE,
        /// Whoever sends one is not served.
        REJECT,
        /// Nobody looks for one.
        SKIP
    }

    /// What happens to headers of a peer.
    public Policy policy(InetAddress peer) {
        for (var network : allow) {
            if (network.contains(peer)) {
                return Policy.USE;
            }
        }
        return others;
    }
}
