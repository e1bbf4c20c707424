package dev.onoma.plugins.kubernetes;

import java.io.IOException;
import java.time.Duration;

/// A request to an API server that did not end as it should.
final class ApiFailure extends IOException {
    private static final long serialVersionUID = 1L;

    /// What kinds of trouble there are, each with a counter and a line in the log of its own.
    enum Cause {
        /// No connection.
        UNREACHABLE,
        /// No agreement on TLS: one of the two does not take the other's certificate.
        HANDSHAKE,
        /// The connection broke.
        BROKEN,
        /// Nothing came for too long.
        STALLED,
        /// The version to go on from is too old (410).
        GONE,
        /// The server knows less than we have seen of it: its database was restored.
        REWOUND,
        /// The server wants to be asked less often (429).
        THROTTLED,
        /// Not authenticated, or not authorized (401, 403).
        FORBIDDEN,
        /// Any other status.
        REFUSED,
        /// What came cannot be read.
        MALFORMED,
        /// A streaming list whose end never came.
        ENDLESS,
        /// No credentials, or none that can be read.
        CREDENTIALS
    }

    private final Cause cause;
    private final int status;
    private final Duration retryAfter;

    ApiFailure(Cause cause, String message) {
        this(cause, 0, Duration.ZERO, message);
    }

    /// @param status of HTTP, or 0
    /// @param retryAfter how long the server wants to be left alone, at least
    ApiFailure(Cause cause, int status, Duration retryAfter, String message) {
        super(message);
        this.cause = cause;
        this.status = status;
        this.retryAfter = retryAfter;
    }

    static ApiFailure of(int status, ApiStatus body, Duration retryAfter) {
        var cause =
                switch (status) {
                    case 401, 403 -> Cause.FORBIDDEN;
                    case 410 -> Cause.GONE;
                    case 429 -> Cause.THROTTLED;
                    default -> Cause.REFUSED;
                };
        var asked = Duration.ofSeconds(body.retryAfterSeconds());
        var wait = asked.compareTo(retryAfter) > 0 ? asked : retryAfter;
        var text = body.message().isEmpty() ? "HTTP status " + status : body.message();
        return new ApiFailure(cause, status, wait, text);
    }

    Cause kind() {
        return cause;
    }

    int status() {
        return status;
    }

    Duration retryAfter() {
        return retryAfter;
    }
}
