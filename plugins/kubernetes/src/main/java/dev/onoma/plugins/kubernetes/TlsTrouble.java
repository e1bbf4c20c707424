package dev.onoma.plugins.kubernetes;

import java.io.EOFException;
import java.net.SocketException;
import java.security.cert.CertPathBuilderException;
import java.security.cert.CertificateException;
import java.security.cert.CertificateExpiredException;
import java.security.cert.CertificateNotYetValidException;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/// Says in words what Java's TLS says in names of classes.
final class TlsTrouble {
    private TlsTrouble() {}

    static ApiFailure of(SSLException e) {
        for (Throwable cause = e; cause != null; cause = cause.getCause()) {
            if (cause instanceof EOFException || cause instanceof SocketException) {
                return new ApiFailure(ApiFailure.Cause.BROKEN, "TLS: " + e.getMessage());
            }
            var reason = reason(cause);
            if (reason != null) {
                return new ApiFailure(
                        ApiFailure.Cause.HANDSHAKE, "the server's certificate " + reason);
            }
        }
        return new ApiFailure(ApiFailure.Cause.HANDSHAKE, "TLS: " + e.getMessage());
    }

    private static @Nullable String reason(Throwable cause) {
        return switch (cause) {
            case CertificateExpiredException e -> "has expired: " + e.getMessage();
            case CertificateNotYetValidException e ->
                    "is not valid yet: %s; check the clocks".formatted(e.getMessage());
            case CertPathBuilderException _ ->
                    "comes from no authority that we were given; check that the file of"
                            + " authorities is this cluster's";
            // A name, as Java says what there is in place of it.
            case CertificateException e when e.getCause() == null ->
                    "is for another name: " + e.getMessage();
            default -> null;
        };
    }
}
