package dev.onoma.api;

import org.jspecify.annotations.Nullable;

/// What requests over HTTP ask, and what their responses say (RFC 8484), whatever the version of
/// HTTP: the same for every listener. Asked on the event loop of its [Entrance].
public interface DnsOverHttp {
    /// The status of a request that is as it should be.
    int OK = 200;

    /// Looks at everything but the message.
    ///
    /// @param mediaType of the body, or null if the client does not say
    /// @return [#OK], or the status that ends it
    int check(
            @Nullable CharSequence method,
            @Nullable CharSequence target,
            @Nullable CharSequence mediaType);

    /// The message of a GET.
    ///
    /// @return null if there is not exactly one, in base64url without padding
    byte @Nullable [] message(CharSequence target);

    /// How long a cache may keep a response, in seconds.
    int maxAge(byte[] message, int octets);
}
