package dev.onoma.api;

import java.io.IOException;

/// A plugin that brings the listener for a scheme of keys which the server itself does not speak:
/// `quic`, `https3`, `grpc`.
///
/// The plugin is found as every other, so nothing of its libraries is loaded before a Corefile has
/// such a key. What it is configured with it leaves in the block ([ServerBlock#setting]) and reads
/// at the [ListenerHost], where it changes with each reload while the listener stays open.
public interface ListenerPlugin extends Plugin {
    /// The scheme of the keys that it serves.
    String scheme();

    /// Whether there is no such listener without a certificate ([ServerTls]).
    default boolean needsCertificate() {
        return false;
    }

    /// Opens the sockets of one address. May wait.
    ///
    /// @throws IOException with a sentence for the operator
    OpenListener listen(ListenerHost host) throws IOException;
}
