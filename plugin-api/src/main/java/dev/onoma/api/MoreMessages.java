package dev.onoma.api;

import org.jspecify.annotations.Nullable;

/// The messages behind the first of a response that takes several (RFC 5936, section 2.2).
///
/// The server asks for one message at a time, on the event loop of the connection, and only when
/// the client has taken most of those before: a slow reader holds this and one message, however
/// much is left to say. It does other things between messages.
public interface MoreMessages extends AutoCloseable {
    /// The records of the next message, which fit the question of the first; null behind the last.
    /// Must not wait. An exception ends the connection, so that the client sees that something is
    /// missing.
    @Nullable WireSections next();

    /// Nobody will ask again: the last message is written, or the connection broke.
    @Override
    default void close() {}
}
