package dev.onoma.api;

import java.net.InetSocketAddress;

/// A connection of a client that [Entrance#opened] counts. Everything here is called on the event
/// loop of the connection.
public interface ClientConnection {
    /// Who is counted for it; always the same.
    InetSocketAddress client();

    /// How many of its streams or queries are not done.
    int pending();

    /// When its client last asked or was answered; when it was opened, if neither.
    ///
    /// @return of [System#nanoTime]
    long usedNanos();

    /// Looks at its deadlines, some times a second.
    ///
    /// @param nowNanos of [System#nanoTime]
    void sweep(long nowNanos);

    /// Ends before its handshake is done, as there are too many and this one takes longest.
    default void cutOff() {
        end();
    }

    /// Takes no more queries, and closes when those that came are answered.
    void end();
}
