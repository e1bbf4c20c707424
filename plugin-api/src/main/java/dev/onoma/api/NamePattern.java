package dev.onoma.api;

import com.google.re2j.Pattern;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/// Finds names by their text: lower case, fully qualified, `www.example.org.`.
///
/// Names are compared as they stand on the wire; no text is made of one that does not match, and
/// nothing is allocated. Regular expressions are asked only about names that have the part that
/// every match must have (`.example.org` of `(.*)\.example\.org`), if the expression has one.
public final class NamePattern {
    // A dot between labels; other elements are octets.
    private static final short DOT = -1;

    /// What part of a name is compared.
    public enum Kind {
        EXACT,
        PREFIX,
        SUFFIX,
        SUBSTRING,
        REGEX
    }

    private final Kind kind;
    private final String text;
    private final short[] elements;
    private final @Nullable Pattern regex;
    private final @Nullable QuickRegex quick;

    private NamePattern(Kind kind, String text, String literal, @Nullable Pattern regex) {
        this.kind = kind;
        this.text = text;
        this.elements = elements(literal);
        this.regex = regex;
        quick = regex == null ? null : QuickRegex.of(regex.pattern());
    }

    /// A pattern that compares letter by letter.
    ///
    /// @param text in any case, in presentation form
    public static NamePattern of(Kind kind, String text) {
        var lower = text.toLowerCase(Locale.ROOT);
        return new NamePattern(kind, lower, lower, null);
    }

    /// A pattern that looks for a regular expression anywhere in the text of a name.
    public static NamePattern of(Pattern regex) {
        return new NamePattern(
                Kind.REGEX, regex.pattern(), RegexLiteral.of(regex.pattern()), regex);
    }

    /// What is compared.
    public Kind kind() {
        return kind;
    }

    /// The text that it was made of, in lower case unless it is a regular expression.
    public String text() {
        return text;
    }

    // Presentation form to octets (RFC 1035, section 5.1).
    private static short[] elements(String text) {
        var elements = new short[text.length()];
        int count = 0;
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == '\\'
                    && i + 3 < text.length()
                    && text.substring(i + 1, i + 4).matches("[0-9]{3}")) {
                elements[count++] = (short) Integer.parseInt(text, i + 1, i + 4, 10);
                i += 3;
            } else if (c == '\\' && i + 1 < text.length()) {
                elements[count++] = (short) text.charAt(++i);
            } else {
                elements[count++] = c == '.' ? DOT : (short) c;
            }
        }
        return java.util.Arrays.copyOf(elements, count);
    }

    /// Whether a name matches.
    public boolean matches(NameKey name) {
        if (regex == null) {
            return hasElements(name);
        }
        return find(name) != null;
    }

    /// What a regular expression has found in the text of a name, or null if it does not match or
    /// is none.
    public @Nullable Found find(NameKey name) {
        var pattern = regex;
        if (pattern == null || elements.length > 0 && !contains(name)) {
            return null;
        }
        var searched = textOf(name);
        if (quick != null) {
            var places = quick.find(searched);
            if (places == null) {
                return null;
            }
            if (places != QuickRegex.UNDECIDED) {
                return new Found(searched, places, quick.names());
            }
        }
        var matcher = pattern.matcher(searched);
        return matcher.find() ? Found.of(searched, matcher) : null;
    }

    private boolean hasElements(NameKey name) {
        int length = textLength(name);
        int rest = length - elements.length;
        return switch (kind) {
            case EXACT -> rest == 0 && isAt(name, 0);
            case PREFIX -> rest >= 0 && isAt(name, 0);
            case SUFFIX -> rest >= 0 && isAt(name, rest);
            case SUBSTRING -> contains(name);
            case REGEX -> false;
        };
    }

    private static int textLength(NameKey name) {
        return name.labels() == 0 ? 1 : name.length() - 1;
    }

    private boolean contains(NameKey name) {
        int last = textLength(name) - elements.length;
        for (int at = 0; at <= last; at++) {
            if (isAt(name, at)) {
                return true;
            }
        }
        return false;
    }

    // Position `i` of the text is octet `i + 1` of the wire form, where length octets are dots.
    private boolean isAt(NameKey name, int position) {
        if (name.labels() == 0) {
            return elements.length == 0 || elements.length == 1 && elements[0] == DOT;
        }
        int label = 1;
        while (label < name.labels() && name.labelOffset(label) < position + 1) {
            label++;
        }
        int boundary = name.labelOffset(label);
        for (int i = 0; i < elements.length; i++) {
            int offset = position + 1 + i;
            boolean dot = offset == boundary;
            if (dot) {
                boundary = label < name.labels() ? name.labelOffset(++label) : -1;
            }
            if (dot ? elements[i] != DOT : elements[i] != (name.octet(offset) & 0xff)) {
                return false;
            }
        }
        return true;
    }

    /// The text of a name: lower case, fully qualified, with escapes (RFC 1035, section 5.1).
    public static String textOf(NameKey name) {
        if (name.labels() == 0) {
            return ".";
        }
        return isPlain(name) ? plainText(name) : escapedText(name);
    }

    // Nearly all names: nothing in them needs an escape.
    private static boolean isPlain(NameKey name) {
        int label = 0;
        int boundary = 0;
        for (int i = 0; i < name.length() - 1; i++) {
            if (i == boundary) {
                label++;
                boundary = name.labelOffset(label);
            } else if (!isPlain(name.octet(i))) {
                return false;
            }
        }
        return true;
    }

    private static boolean isPlain(int octet) {
        return octet >= 'a' && octet <= 'z'
                || octet >= '0' && octet <= '9'
                || octet == '-'
                || octet == '_'
                || octet == '*';
    }

    private static String plainText(NameKey name) {
        var text = new byte[name.length() - 1];
        name.copyTo(1, text, 0, text.length);
        for (int label = 1; label <= name.labels(); label++) {
            text[name.labelOffset(label) - 1] = '.';
        }
        return new String(text, StandardCharsets.ISO_8859_1);
    }

    private static String escapedText(NameKey name) {
        var text = new StringBuilder(name.length());
        for (int label = 0; label < name.labels(); label++) {
            int at = name.labelOffset(label);
            for (int i = at + 1; i <= at + name.octet(at); i++) {
                append(text, name.octet(i) & 0xff);
            }
            text.append('.');
        }
        return text.toString();
    }

    private static void append(StringBuilder text, int octet) {
        if (octet <= ' ' || octet > '~') {
            text.append('\\');
            text.append((char) ('0' + octet / 100));
            text.append((char) ('0' + octet / 10 % 10));
            text.append((char) ('0' + octet % 10));
        } else {
            if ("\"().;\\@$".indexOf(octet) >= 0) {
                text.append('\\');
            }
            text.append((char) octet);
        }
    }

    @Override
    public String toString() {
        return kind.name().toLowerCase(Locale.ROOT) + " " + text;
    }
}
