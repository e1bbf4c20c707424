package dev.onoma.api;

import org.jspecify.annotations.Nullable;

/// What requests over HTTP ask, and what their responses say (RFC 8484), whatever the version of
/// HTTP: the same for every listener. Asked on the event loop of its [Entrance].
public interface DnsOverHttp {
    /// Of a message, as a body and in its address.
    String MEDIA_TYPE = "application/dns-message";

    /// The status of a request that is as it should be.
    int OK = 200;

    /// It holds no message.
    int BAD_REQUEST = 400;

    /// It is for another path.
    int NOT_FOUND = 404;

    /// It is none of [#METHODS].
    int METHOD_NOT_ALLOWED = 405;

    /// What is said with [#METHOD_NOT_ALLOWED] (RFC 9110, section 15.5.6).
    String METHODS = "GET, POST";

    /// Its message is larger than it may be.
    int CONTENT_TOO_LARGE = 413;

    /// It has another media type.
    int UNSUPPORTED_MEDIA_TYPE = 415;

    /// It has more, or larger, header fields than it may have (RFC 6585, section 5).
    int FIELDS_TOO_LARGE = 431;

    /// It gets no response.
    int NO_RESPONSE = 500;

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

    /// When a response leaves (RFC 9110, section 6.6.1).
    CharSequence date();
}
