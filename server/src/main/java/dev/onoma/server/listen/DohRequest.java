package dev.onoma.server.listen;

import dev.onoma.api.DnsOverHttp;
import dev.onoma.server.wire.WireQuery;
import org.jspecify.annotations.Nullable;

/// What a request over HTTP asks (RFC 8484), whatever the version of HTTP: nothing here waits or
/// remembers.
final class DohRequest {
    /// The largest message, and so the largest body.
    static final int OCTETS_MAX = 0xffff;

    private static final String PATH = "/dns-query";
    private static final String PARAMETER = "dns";

    private DohRequest() {}

    /// Looks at everything but the message.
    ///
    /// @return [DnsOverHttp#OK], or the status that ends it
    static int check(
            @Nullable CharSequence method,
            @Nullable CharSequence target,
            @Nullable CharSequence mediaType) {
        if (method == null || target == null || !RequestTarget.isFor(PATH, target)) {
            return DnsOverHttp.NOT_FOUND;
        }
        if (same(method, "GET")) {
            return DnsOverHttp.OK;
        }
        if (!same(method, "POST")) {
            return DnsOverHttp.METHOD_NOT_ALLOWED;
        }
        return isDns(mediaType) ? DnsOverHttp.OK : DnsOverHttp.UNSUPPORTED_MEDIA_TYPE;
    }

    static boolean isPost(CharSequence method) {
        return same(method, "POST");
    }

    private static boolean same(CharSequence a, String b) {
        return b.contentEquals(a);
    }

    // Clients that say nothing at all are taken at their word, as CoreDNS does.
    private static boolean isDns(@Nullable CharSequence mediaType) {
        if (mediaType == null) {
            return true;
        }
        var text = mediaType.toString();
        int end = text.indexOf(';');
        return (end < 0 ? text : text.substring(0, end))
                .strip()
                .equalsIgnoreCase(DnsOverHttp.MEDIA_TYPE);
    }

    /// Decodes the message of a GET into the query's buffer.
    ///
    /// @return its length, or -1 if there is not exactly one, in base64url without padding
    static int decode(CharSequence target, WireQuery query) {
        var text = RequestTarget.parameter(target, PARAMETER);
        return text == null ? -1 : base64(text, query);
    }

    private static int base64(CharSequence text, WireQuery query) {
        int length = text.length() * 6 / 8;
        if (text.length() % 4 == 1 || length > OCTETS_MAX) {
            return -1;
        }
        var octets = query.buffer(length);
        int bits = 0;
        int held = 0;
        int at = 0;
        for (int i = 0; i < text.length(); i++) {
            int value = value(text.charAt(i));
            if (value < 0) {
                return -1;
            }
            held = held << 6 | value;
            bits += 6;
            if (bits >= 8) {
                bits -= 8;
                octets[at++] = (byte) (held >> bits);
            }
        }
        return at;
    }

    private static int value(char c) {
        if (c >= 'A' && c <= 'Z') {
            return c - 'A';
        }
        if (c >= 'a' && c <= 'z') {
            return c - 'a' + 26;
        }
        if (c >= '0' && c <= '9') {
            return c - '0' + 52;
        }
        return c == '-' ? 62 : c == '_' ? 63 : -1;
    }
}
