package dev.onoma.api;

/// The sockets of a [ListenerPlugin] on one address. Any thread.
public interface OpenListener extends AutoCloseable {
    /// The port that is bound, which is another than wanted when that was 0.
    int port();

    /// The configuration is another: what the [ListenerHost] says may be, too. Queries come
    /// meanwhile.
    default void reloaded() {}

    /// Takes no more connections. Those that there are get their [ClientConnection#end] from the
    /// server.
    void rest();

    /// Closes everything at once.
    @Override
    void close();
}
