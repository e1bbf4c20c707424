package dev.onoma.plugins.forward;

import io.netty.handler.codec.DecoderException;
import java.net.ConnectException;
import java.net.PortUnreachableException;
import org.jspecify.annotations.Nullable;
import org.xbill.DNS.Rcode;

/// Tells replies from everything else that arrives.
final class Replies {
    private Replies() {}

    /// Whether a message with the right id answers the question. What does not is counted, and the
    /// wait goes on: it may come from somebody who guesses (RFC 5452, section 9).
    static boolean answers(Exchange exchange, byte[] message) {
        var metrics = exchange.upstream.metrics();
        if (message[2] >= 0) {
            metrics.noResponse.inc();
            return false;
        }
        if (!exchange.question.isIn(message) && !isBareError(message)) {
            metrics.mismatched.inc();
            return false;
        }
        return true;
    }

    // Some servers refuse what they do not understand without repeating it (RFC 6891, section 7).
    private static boolean isBareError(byte[] message) {
        int rcode = message[3] & 15;
        return message[4] == 0
                && message[5] == 0
                && (rcode == Rcode.FORMERR || rcode == Rcode.NOTIMP);
    }

    static String cause(@Nullable Throwable cause) {
        return switch (cause) {
            case null -> "connection closed";
            case DecoderException e when e.getCause() != null -> cause(e.getCause());
            case PortUnreachableException _, ConnectException _ -> "connection refused";
            default -> {
                var text = cause.getMessage();
                yield text == null ? cause.getClass().getSimpleName() : text;
            }
        };
    }
}
