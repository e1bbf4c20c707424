package dev.onoma.plugins.kubernetes;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Reads JSON (RFC 8259) from a stream: members and elements one by one where that is asked for,
/// else whole values.
///
/// A value is a [Map], a [List], a [String], a [Long], a [Double], a [Boolean], or null.
final class JsonScanner {
    private static final int DEPTH_MAX = 64;
    private static final int TEXT_OCTETS_MAX = 4 << 20;
    private static final int END = -1;

    private final InputStream in;
    private int ahead = END;
    private boolean hasAhead;
    private byte[] text = new byte[256];

    JsonScanner(InputStream in) {
        this.in = in;
    }

    /// Whether another value follows.
    boolean hasMore() throws IOException {
        return peek() != END;
    }

    /// Enters an object.
    void beginObject() throws IOException {
        expect('{');
    }

    /// The name of the next member of the object entered; null at its end.
    @Nullable String member() throws IOException {
        int c = peek();
        if (c == ',') {
            take();
            c = peek();
        }
        if (c == '}') {
            take();
            return null;
        }
        var name = string();
        expect(':');
        return name;
    }

    /// Enters an array; false for null in its place.
    boolean beginArray() throws IOException {
        if (peek() == 'n') {
            value();
            return false;
        }
        expect('[');
        return true;
    }

    /// Whether another element follows in the array entered.
    boolean element() throws IOException {
        int c = peek();
        if (c == ',') {
            take();
            return true;
        }
        if (c == ']') {
            take();
            return false;
        }
        return true;
    }

    /// A whole value.
    @Nullable Object value() throws IOException {
        return value(0);
    }

    /// A whole object.
    Map<String, @Nullable Object> object() throws IOException {
        int c = peek();
        if (c != '{') {
            throw c == END
                    ? new EOFException("the response is cut off")
                    : new IOException("JSON: an object was expected");
        }
        return object(0);
    }

    private @Nullable Object value(int depth) throws IOException {
        if (depth > DEPTH_MAX) {
            throw new IOException("JSON: more than " + DEPTH_MAX + " levels");
        }
        return switch (peek()) {
            case '{' -> object(depth);
            case '[' -> array(depth);
            case '"' -> string();
            case 't' -> word("true", true);
            case 'f' -> word("false", false);
            case 'n' -> word("null", null);
            default -> number();
        };
    }

    private Map<String, @Nullable Object> object(int depth) throws IOException {
        beginObject();
        var map = new LinkedHashMap<String, @Nullable Object>();
        for (var name = member(); name != null; name = member()) {
            map.put(name, value(depth + 1));
        }
        return map;
    }

    private List<@Nullable Object> array(int depth) throws IOException {
        expect('[');
        var list = new ArrayList<@Nullable Object>();
        while (element()) {
            list.add(value(depth + 1));
        }
        return list;
    }

    private @Nullable Object word(String word, @Nullable Object value) throws IOException {
        for (int i = 0; i < word.length(); i++) {
            if (take() != word.charAt(i)) {
                throw new IOException("JSON: \"" + word + "\" was expected");
            }
        }
        return value;
    }

    private Object number() throws IOException {
        int length = 0;
        while ("+-.eE0123456789".indexOf(peekRaw()) >= 0) {
            length = append(length, take());
        }
        var digits = new String(text, 0, length, StandardCharsets.US_ASCII);
        try {
            boolean whole = digits.chars().noneMatch(c -> c == '.' || c == 'e' || c == 'E');
            if (whole) {
                return Long.valueOf(digits);
            }
            return Double.valueOf(digits);
        } catch (NumberFormatException e) {
            throw new IOException("JSON: a value was expected, found \"" + digits + "\"", e);
        }
    }

    private String string() throws IOException {
        expect('"');
        int length = 0;
        while (true) {
            int c = take();
            switch (c) {
                case '"' -> {
                    return new String(text, 0, length, StandardCharsets.UTF_8);
                }
                case '\\' -> length = escape(length);
                case END -> throw new EOFException("JSON: a text is cut off");
                default -> length = append(length, c);
            }
        }
    }

    private int escape(int length) throws IOException {
        int c = take();
        return switch (c) {
            case '"', '\\', '/' -> append(length, c);
            case 'b' -> append(length, '\b');
            case 'f' -> append(length, '\f');
            case 'n' -> append(length, '\n');
            case 'r' -> append(length, '\r');
            case 't' -> append(length, '\t');
            case 'u' -> unicode(length);
            default -> throw new IOException("JSON: an escape that there is not");
        };
    }

    /// Characters outside of the basic plane come as two escapes (RFC 8259, section 7).
    private int unicode(int length) throws IOException {
        var text = new StringBuilder().append(hex());
        if (Character.isHighSurrogate(text.charAt(0)) && take() == '\\' && take() == 'u') {
            text.append(hex());
        }
        int at = length;
        for (byte octet : text.toString().getBytes(StandardCharsets.UTF_8)) {
            at = append(at, octet);
        }
        return at;
    }

    private char hex() throws IOException {
        int value = 0;
        for (int i = 0; i < 4; i++) {
            int digit = Character.digit(take(), 16);
            if (digit < 0) {
                throw new IOException("JSON: four hexadecimal digits were expected");
            }
            value = value << 4 | digit;
        }
        return (char) value;
    }

    private int append(int length, int octet) throws IOException {
        if (length == text.length) {
            if (length >= TEXT_OCTETS_MAX) {
                throw new IOException("JSON: a text of more than " + length + " octets");
            }
            text = Arrays.copyOf(text, 2 * length);
        }
        text[length] = (byte) octet;
        return length + 1;
    }

    private void expect(char wanted) throws IOException {
        int c = peek();
        if (c != wanted) {
            throw c == END
                    ? new EOFException("the response is cut off")
                    : new IOException("JSON: '%c' was expected, found '%c'".formatted(wanted, c));
        }
        take();
    }

    private int peek() throws IOException {
        int c = peekRaw();
        while (c == ' ' || c == '\n' || c == '\r' || c == '\t') {
            take();
            c = peekRaw();
        }
        return c;
    }

    private int peekRaw() throws IOException {
        if (!hasAhead) {
            ahead = in.read();
            hasAhead = true;
        }
        return ahead;
    }

    private int take() throws IOException {
        int c = peekRaw();
        hasAhead = false;
        return c;
    }
}
