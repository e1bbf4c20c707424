package dev.onoma.server.listen;

import io.netty.util.AsciiString;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The target of a request over HTTP (RFC 9110, section 7.1), taken apart: with the name of a
/// server in front or without, and with some octets as `%41`, which mean the same (RFC 3986,
/// section 2.3).
///
/// Nearly all have neither.
final class RequestTarget {
    private static final List<String> SCHEMES = List.of("https://", "http://");
    private static final int HEX = 16;

    private RequestTarget() {}

    /// Whether this is its path.
    static boolean isFor(String path, CharSequence target) {
        var origin = origin(target);
        return is(path, origin, 0, pathEnd(origin));
    }

    /// The value of a parameter, in the query behind the path.
    ///
    /// @return null if it is not there exactly once
    static @Nullable CharSequence parameter(CharSequence target, String name) {
        var origin = origin(target);
        CharSequence found = null;
        int at = pathEnd(origin) + 1;
        while (at < origin.length()) {
            int end = indexOf(origin, '&', at, origin.length());
            int equals = indexOf(origin, '=', at, end);
            if (is(name, origin, at, equals)) {
                var value = decode(origin.subSequence(Math.min(equals + 1, end), end));
                if (found != null || value == null) {
                    return null;
                }
                found = value;
            }
            at = end + 1;
        }
        return found;
    }

    // Whether a part of a text, decoded, is a word.
    private static boolean is(String word, CharSequence text, int from, int to) {
        if (indexOf(text, '%', from, to) < to) {
            var decoded = decode(text.subSequence(from, to));
            return decoded != null && word.contentEquals(decoded);
        }
        int length = to - from;
        for (int i = 0; i < length && i < word.length(); i++) {
            if (text.charAt(from + i) != word.charAt(i)) {
                return false;
            }
        }
        return length == word.length();
    }

    // What follows the server's name, if there is one (RFC 9112, section 3.2.2).
    private static CharSequence origin(CharSequence target) {
        if (target.isEmpty() || target.charAt(0) == '/') {
            return target;
        }
        for (var scheme : SCHEMES) {
            int length = scheme.length();
            if (target.length() >= length
                    && AsciiString.contentEqualsIgnoreCase(target.subSequence(0, length), scheme)) {
                int end =
                        indexOf(target, '/', length, indexOf(target, '?', length, target.length()));
                return target.subSequence(end, target.length());
            }
        }
        return target;
    }

    private static int pathEnd(CharSequence origin) {
        return indexOf(origin, '?', 0, origin.length());
    }

    /// Where a character is, or the end.
    private static int indexOf(CharSequence text, char c, int from, int end) {
        int at = from;
        while (at < end && text.charAt(at) != c) {
            at++;
        }
        return at;
    }

    /// The same without `%`, or null if one is not followed by two digits.
    private static @Nullable CharSequence decode(CharSequence text) {
        int length = text.length();
        int percent = indexOf(text, '%', 0, length);
        if (percent == length) {
            return text;
        }
        var decoded = new StringBuilder(length).append(text, 0, percent);
        for (int at = percent; at < length; at++) {
            char c = text.charAt(at);
            if (c == '%') {
                int high = at + 2 < length ? Character.digit(text.charAt(at + 1), HEX) : -1;
                int low = at + 2 < length ? Character.digit(text.charAt(at + 2), HEX) : -1;
                if (high < 0 || low < 0) {
                    return null;
                }
                c = (char) (high * HEX + low);
                at += 2;
            }
            decoded.append(c);
        }
        return decoded.toString();
    }
}
