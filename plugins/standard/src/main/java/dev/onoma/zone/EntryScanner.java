package dev.onoma.zone;

import java.io.IOException;
import java.io.InputStream;

/// Splits a master file into entries (RFC 1035, section 5.1): words, quotes, escapes, comments, and
/// parentheses that join lines.
final class EntryScanner {
    private static final int END = -1;

    private final InputStream in;
    private final byte[] buffer = new byte[1 << 16];
    private int at;
    private int limit;
    private int line = 1;
    private int depth;
    private boolean quotes;

    EntryScanner(InputStream in) {
        this.in = in;
    }

    private int read() throws IOException {
        if (at == limit) {
            limit = in.read(buffer, 0, buffer.length);
            at = 0;
            if (limit <= 0) {
                limit = 0;
                return END;
            }
        }
        return buffer[at++] & 0xff;
    }

    /// Reads the next entry that has a word.
    ///
    /// @return false at the end of the file
    /// @throws SyntaxException after which reading goes on with the next line
    boolean next(Entry entry) throws IOException, SyntaxException {
        while (true) {
            entry.clear(line);
            depth = 0;
            quotes = false;
            boolean more = entry(entry);
            if (entry.count() > 0) {
                return true;
            }
            if (!more) {
                return false;
            }
        }
    }

    private boolean entry(Entry entry) throws IOException, SyntaxException {
        boolean first = true;
        while (true) {
            int c = read();
            if (c == END) {
                entry.end();
                check(quotes, "a quote is not closed", entry);
                check(depth > 0, "a parenthesis is not closed", entry);
                return false;
            }
            if (c == '\n') {
                line++;
                check(quotes, "a quote is not closed on its line", entry);
                entry.end();
                if (depth == 0) {
                    return true;
                }
            } else if (quotes) {
                inQuotes(entry, c);
            } else {
                plain(entry, c, first);
            }
            first = false;
        }
    }

    private void inQuotes(Entry entry, int c) throws IOException, SyntaxException {
        if (c == '"') {
            entry.end();
            quotes = false;
        } else {
            letter(entry, c);
        }
    }

    private void plain(Entry entry, int c, boolean first) throws IOException, SyntaxException {
        switch (c) {
            case ' ', '\t', '\r' -> {
                entry.end();
                entry.indented |= first && c != '\r';
            }
            case ';' -> {
                entry.end();
                skipComment();
            }
            case '(' -> {
                entry.end();
                depth++;
            }
            case ')' -> {
                entry.end();
                if (--depth < 0) {
                    skipComment();
                    throw fail("a parenthesis is closed that was not opened", true);
                }
            }
            case '"' -> {
                // "key="value"" of SVCB: quotes inside a word belong to it.
                if (entry.isOpen()) {
                    quotedPart(entry);
                } else {
                    entry.begin(true);
                    quotes = true;
                }
            }
            default -> {
                if (!entry.isOpen()) {
                    entry.begin(false);
                }
                letter(entry, c);
            }
        }
    }

    private void quotedPart(Entry entry) throws IOException, SyntaxException {
        entry.add('"');
        while (true) {
            int c = read();
            if (c == END || c == '\n') {
                line += c == END ? 0 : 1;
                throw fail("a quote is not closed on its line", false);
            }
            letter(entry, c);
            if (c == '"') {
                return;
            }
        }
    }

    // An escape keeps both octets: what they stand for depends on the field.
    private void letter(Entry entry, int c) throws IOException, SyntaxException {
        entry.add(c);
        if (c == '\\') {
            int next = read();
            if (next == END || next == '\n') {
                line += next == END ? 0 : 1;
                throw fail("a backslash stands at the end of a line", false);
            }
            entry.add(next);
        }
    }

    // Leaves the end of the line to be read.
    private void skipComment() throws IOException {
        while (true) {
            int c = read();
            if (c == END) {
                return;
            }
            if (c == '\n') {
                at--;
                return;
            }
        }
    }

    private void check(boolean wrong, String message, Entry entry) throws SyntaxException {
        if (wrong) {
            entry.end();
            throw new SyntaxException(message);
        }
    }

    private SyntaxException fail(String message, boolean skipLine) throws IOException {
        if (skipLine) {
            skipComment();
            if (read() == '\n') {
                line++;
            }
        }
        return new SyntaxException(message);
    }
}
