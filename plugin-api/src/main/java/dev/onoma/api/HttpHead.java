package dev.onoma.api;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// The head of an HTTP/1 request (RFC 9112, section 2.1).
///
/// @param isValid false for what is no request; the connection ends then
/// @param isKeptAlive whether another request may follow
record HttpHead(HttpPage.Request request, boolean isValid, boolean isKeptAlive) {
    static final int HEAD_OCTETS_MAX = 8192;
    static final int BODY_OCTETS_MAX = 65_536;

    private static final HttpHead INVALID =
            new HttpHead(new HttpPage.Request("", "", "", Map.of()), false, false);

    /// Reads a head and skips the body.
    ///
    /// @return null if the connection ended before
    static @Nullable HttpHead read(InputStream in) throws IOException {
        var text = text(in);
        if (text == null) {
            return null;
        }
        var lines = text.strip().split("\r?\n", -1);
        var words = lines[0].split(" ", -1);
        if (words.length != 3 || !words[2].startsWith("HTTP/1.") || words[0].isEmpty()) {
            return INVALID;
        }
        var headers = new HashMap<String, String>();
        for (var line : Arrays.asList(lines).subList(1, lines.length)) {
            int colon = line.indexOf(':');
            if (colon < 1) {
                return INVALID;
            }
            headers.put(
                    line.substring(0, colon).toLowerCase(Locale.ROOT),
                    line.substring(colon + 1).strip());
        }
        int mark = words[1].indexOf('?');
        var path = mark < 0 ? words[1] : words[1].substring(0, mark);
        var query = mark < 0 ? "" : words[1].substring(mark + 1);
        var request = new HttpPage.Request(words[0], path, query, Map.copyOf(headers));
        return new HttpHead(request, true, isKept(request, words[2]) && skipBody(request, in));
    }

    private static @Nullable String text(InputStream in) throws IOException {
        var octets = new byte[HEAD_OCTETS_MAX];
        int length = 0;
        while (length < octets.length) {
            int octet = in.read();
            if (octet < 0) {
                return null;
            }
            octets[length++] = (byte) octet;
            boolean lineEnds = octet == '\n' && length > 1;
            boolean empty =
                    lineEnds
                            && (octets[length - 2] == '\n'
                                    || length > 2
                                            && octets[length - 2] == '\r'
                                            && octets[length - 3] == '\n');
            if (empty) {
                return new String(octets, 0, length, StandardCharsets.ISO_8859_1);
            }
        }
        return ""; // too long to be meant well
    }

    private static boolean isKept(HttpPage.Request request, String version) {
        var wish = request.header("connection").toLowerCase(Locale.ROOT);
        return version.equals("HTTP/1.0") ? wish.contains("keep-alive") : !wish.contains("close");
    }

    // True if the next octet on the connection begins another request.
    private static boolean skipBody(HttpPage.Request request, InputStream in) throws IOException {
        var length = request.header("content-length");
        if (!request.header("transfer-encoding").isEmpty() || !length.matches("[0-9]{0,5}")) {
            return false;
        }
        int octets = length.isEmpty() ? 0 : Integer.parseInt(length);
        if (octets > BODY_OCTETS_MAX) {
            return false;
        }
        in.skipNBytes(octets);
        return true;
    }
}
