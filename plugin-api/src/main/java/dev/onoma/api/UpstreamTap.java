package dev.onoma.api;

import java.net.InetSocketAddress;

/// Set by `dnstap`: hears of every message to and from upstreams. Never waits; any thread.
public interface UpstreamTap {
    /// A query has been sent.
    ///
    /// @param how the transport between us and the upstream
    /// @param message borrowed until this returns
    void sent(Transport how, InetSocketAddress upstream, byte[] message);

    /// A reply has come.
    ///
    /// @param agoNanos how long ago the query was sent
    /// @param message borrowed until this returns
    void received(Transport how, InetSocketAddress upstream, long agoNanos, byte[] message);
}
