package dev.onoma.zone;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/// One entry of a master file: its words, with escapes as they were written (RFC 1035, section
/// 5.1). Used again for the next one.
final class Entry {
    /// The most octets of an entry: RDATA of 65,535 octets in hexadecimal, and more.
    static final int OCTETS_MAX = 1 << 18;

    byte[] text = new byte[1024];
    private int length;
    private int[] starts = new int[32];
    private int[] ends = new int[32];
    private boolean[] quoted = new boolean[32];
    private int count;
    private boolean open;

    /// Whether the entry begins with white space: its owner is that of the one before.
    boolean indented;

    /// Where it begins.
    int line;

    void clear(int firstLine) {
        length = 0;
        count = 0;
        open = false;
        indented = false;
        line = firstLine;
    }

    void begin(boolean inQuotes) {
        if (count == starts.length) {
            starts = Arrays.copyOf(starts, count * 2);
            ends = Arrays.copyOf(ends, count * 2);
            quoted = Arrays.copyOf(quoted, count * 2);
        }
        starts[count] = length;
        quoted[count] = inQuotes;
        open = true;
    }

    void add(int octet) throws SyntaxException {
        if (length == text.length) {
            if (length >= OCTETS_MAX) {
                throw new SyntaxException("the entry is longer than " + OCTETS_MAX + " octets");
            }
            text = Arrays.copyOf(text, length * 2);
        }
        text[length++] = (byte) octet;
    }

    void end() {
        if (open) {
            ends[count++] = length;
            open = false;
        }
    }

    boolean isOpen() {
        return open;
    }

    int count() {
        return count;
    }

    int start(int word) {
        return starts[word];
    }

    int end(int word) {
        return ends[word];
    }

    boolean isQuoted(int word) {
        return quoted[word];
    }

    /// A word as Latin 1: one character for each octet.
    String word(int word) {
        return new String(
                text, starts[word], ends[word] - starts[word], StandardCharsets.ISO_8859_1);
    }

    boolean is(int word, String wanted) {
        return ends[word] - starts[word] == wanted.length()
                && !quoted[word]
                && word(word).equalsIgnoreCase(wanted);
    }

    /// Words from one on, as text that could be read again.
    String rest(int from) {
        var rest = new StringBuilder();
        for (int i = from; i < count; i++) {
            var mark = quoted[i] ? "\"" : "";
            rest.append(i == from ? "" : " ").append(mark).append(word(i)).append(mark);
        }
        return rest.toString();
    }
}
