package dev.onoma.server.listen;

import io.netty.util.AsciiString;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/// The date of a response over HTTP (RFC 9110, section 6.6.1), without which a cache does not know
/// how old it is; written once a second. Belongs to one event loop.
final class HttpDate {
    private static final long SECOND_MILLIS = 1000;
    private static final String FORM = "EEE, dd MMM yyyy HH:mm:ss 'GMT'";

    // Made when it is first needed: most servers do not speak HTTP.
    private @Nullable DateTimeFormatter format;
    private long second = -1;
    private AsciiString text = AsciiString.EMPTY_STRING;

    AsciiString now() {
        long now = System.currentTimeMillis() / SECOND_MILLIS;
        if (now != second) {
            second = now;
            text = new AsciiString(format().format(Instant.ofEpochSecond(now)));
        }
        return text;
    }

    private DateTimeFormatter format() {
        var known = format;
        if (known == null) {
            known = DateTimeFormatter.ofPattern(FORM, Locale.ENGLISH).withZone(ZoneOffset.UTC);
            format = known;
        }
        return known;
    }
}
