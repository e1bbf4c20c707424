package dev.onoma.plugins.hosts;

import dev.onoma.api.Addresses;
import dev.onoma.api.NameKey;
import dev.onoma.api.ZoneNames;
import dev.onoma.api.ZoneSet;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// Reads lines of `ADDRESS NAME [NAME...]` into a [HostsTable]; `#` begins a comment.
///
/// What is no such line is told and left out. Memory is that of one line.
final class HostsReader {
    private static final int LINE_OCTETS_MAX = 64 * 1024;

    private final HostsTable table;
    private final ZoneSet zones;
    private final Problems problems;
    private final NameKey key = new NameKey();
    private final byte[] wire = new byte[NameKey.OCTETS_MAX + 1];
    private byte[] line = new byte[256];
    private int lineLength;
    private int lineNumber = 1;
    private int wordAt;
    private int wordEnd;
    // Blocklists say the same address on each line.
    private String lastText = "";
    private @Nullable InetAddress lastAddress;

    /// Is told what was left out.
    @FunctionalInterface
    interface Problems {
        /// @param line 1 for the first
        void found(int line, String message);
    }

    /// @param zones names outside of them are left out silently
    HostsReader(HostsTable table, ZoneSet zones, Problems problems) {
        this.table = table;
        this.zones = zones;
        this.problems = problems;
    }

    /// Reads a whole file.
    ///
    /// @param octetsMax for the table
    /// @throws IOException if the file cannot be read, or the table grows too large
    void read(InputStream in, long octetsMax) throws IOException {
        var block = new byte[64 * 1024];
        for (int count = in.read(block); count >= 0; count = in.read(block)) {
            for (int i = 0; i < count; i++) {
                if (block[i] == '\n') {
                    endLine();
                } else {
                    addToLine(block[i]);
                }
            }
            if (table.footprint() > octetsMax) {
                throw new IOException(
                        "line %d: the table would need more than %d MiB of memory; start the server with a larger heap (-Xmx)"
                                .formatted(lineNumber, octetsMax >> 20));
            }
        }
        endLine();
    }

    /// Reads one line.
    void read(String text) {
        for (byte octet : text.getBytes(StandardCharsets.UTF_8)) {
            addToLine(octet);
        }
        endLine();
    }

    private void addToLine(byte octet) {
        if (lineLength == line.length && lineLength < LINE_OCTETS_MAX) {
            line = Arrays.copyOf(line, lineLength * 2);
        }
        if (lineLength < line.length) {
            line[lineLength] = octet;
        }
        lineLength++;
    }

    private void endLine() {
        if (lineLength > LINE_OCTETS_MAX) {
            problems.found(
                    lineNumber,
                    "the line has more than %d octets and is ignored".formatted(LINE_OCTETS_MAX));
        } else {
            int comment = 0;
            while (comment < lineLength && line[comment] != '#') {
                comment++;
            }
            lineLength = comment;
            parse();
        }
        lineNumber++;
        lineLength = 0;
    }

    private void parse() {
        wordEnd = 0;
        if (!nextWord()) {
            return;
        }
        var address = address(word());
        if (address == null) {
            problems.found(
                    lineNumber, "\"%s\" is no IP address, the line is ignored".formatted(word()));
            return;
        }
        if (!nextWord()) {
            problems.found(lineNumber, "there is no name behind the address, the line is ignored");
            return;
        }
        do {
            name(address);
        } while (nextWord());
    }

    private boolean nextWord() {
        wordAt = wordEnd;
        while (wordAt < lineLength && isSpace(line[wordAt])) {
            wordAt++;
        }
        wordEnd = wordAt;
        while (wordEnd < lineLength && !isSpace(line[wordEnd])) {
            wordEnd++;
        }
        return wordAt < wordEnd;
    }

    private static boolean isSpace(byte octet) {
        return octet == ' ' || octet >= '\t' && octet <= '\r';
    }

    private String word() {
        return new String(line, wordAt, wordEnd - wordAt, StandardCharsets.UTF_8);
    }

    private @Nullable InetAddress address(String text) {
        if (!text.equals(lastText)) {
            lastText = text;
            int zone = text.indexOf('%');
            lastAddress = Addresses.parse(zone < 0 ? text : text.substring(0, zone)).orElse(null);
        }
        return lastAddress;
    }

    private void name(InetAddress address) {
        int length = wire();
        if (length < 0 || key.read(wire, 0, length) < 0) {
            problems.found(lineNumber, "\"%s\" is no domain name, it is ignored".formatted(word()));
        } else if (zones.contains(key)) {
            table.add(wire, length, address);
        }
    }

    // The word in wire form; returns its length, or -1.
    private int wire() {
        int at = 1;
        int label = 0;
        int end = line[wordEnd - 1] == '.' ? wordEnd - 1 : wordEnd;
        for (int i = wordAt; i < end; i++) {
            byte octet = line[i];
            if (octet == '\\') {
                return escaped();
            }
            if (at == wire.length || octet == '.' && at - label == 1) {
                return -1;
            }
            if (octet == '.') {
                wire[label] = (byte) (at - label - 1);
                label = at;
            } else {
                wire[at] = octet;
            }
            at++;
        }
        if (at - label == 1 && label > 0 || at == wire.length || at - label > 64) {
            return -1;
        }
        if (wordAt == end) {
            wire[0] = 0; // "." alone
            return 1;
        }
        wire[label] = (byte) (at - label - 1);
        wire[at] = 0;
        return at + 1;
    }

    private int escaped() {
        try {
            var octets = ZoneNames.parse(word()).toWire();
            System.arraycopy(octets, 0, wire, 0, octets.length);
            return octets.length;
        } catch (IllegalArgumentException _) {
            return -1;
        }
    }

    /// Whether a text is the begin of a line that this would read.
    static boolean isAddress(String text) {
        int zone = text.indexOf('%');
        return Addresses.parse(zone < 0 ? text : text.substring(0, zone)).isPresent();
    }
}
