package dev.onoma.api;

import java.util.Optional;
import org.xbill.DNS.Name;

/// Signs the messages of one response as they leave (RFC 8945), whatever the transport: the server
/// calls it for each message, in order, when everything else of it is written.
///
/// Belongs to a query, and to one thread at a time as that does.
public interface MessageSigner {
    /// The name of the key that the query was found to be signed with, in lower case; empty if its
    /// signature was refused.
    Optional<Name> key();

    /// The most octets that a signature takes.
    int octetsMax();

    /// Appends a signature to the next message.
    ///
    /// @param message with room for [#octetsMax] behind `length`
    /// @return the length of the message with its signature
    int sign(byte[] message, int length);
}
