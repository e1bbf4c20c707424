package dev.onoma.plugins.kubernetes;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;

/// The body of a response, out of its chunks (RFC 9112, section 7.1).
final class ApiBody extends InputStream {
    static final long UNTIL_CLOSE = Long.MAX_VALUE;

    private static final int LINE_OCTETS_MAX = 4096;

    private final BufferedOctets in;
    private final boolean chunked;
    private long left;
    private boolean ended;

    /// @param length of the whole; -1 when it comes in chunks
    ApiBody(BufferedOctets in, long length) {
        this.in = in;
        this.chunked = length < 0;
        this.left = chunked ? 0 : length;
        this.ended = length == 0;
    }

    /// Whether all of it was read, so that the connection may be used again.
    boolean isDone() {
        return ended || (!chunked && left == 0);
    }

    /// Octets that are here already. Never waits.
    @Override
    public int available() {
        return in.buffered();
    }

    @Override
    public int read() throws IOException {
        if (!more()) {
            return -1;
        }
        int octet = in.read();
        if (octet < 0) {
            return end();
        }
        left--;
        return octet;
    }

    @Override
    public int read(byte[] target, int at, int length) throws IOException {
        if (length == 0) {
            return 0;
        }
        if (!more()) {
            return -1;
        }
        int count = in.read(target, at, (int) Math.min(length, left));
        if (count < 0) {
            return end();
        }
        left -= count;
        return count;
    }

    private int end() throws IOException {
        if (left > LINE_OCTETS_MAX && !chunked && left > Long.MAX_VALUE / 2) {
            ended = true; // it was to last until the connection ends
            return -1;
        }
        throw new EOFException("the response is cut off");
    }

    private boolean more() throws IOException {
        if (ended) {
            return false;
        }
        if (left == 0 && chunked) {
            nextChunk();
        }
        return left > 0;
    }

    private void nextChunk() throws IOException {
        var line = in.line(LINE_OCTETS_MAX);
        if (line.isEmpty()) {
            line = in.line(LINE_OCTETS_MAX); // the end of the chunk before
        }
        int semicolon = line.indexOf(';');
        try {
            left = Long.parseLong(semicolon < 0 ? line : line.substring(0, semicolon).strip(), 16);
        } catch (NumberFormatException e) {
            throw new IOException("the size of a chunk is not \"" + line + "\"", e);
        }
        if (left == 0) {
            while (!in.line(LINE_OCTETS_MAX).isEmpty()) {
                // Trailers mean nothing to us.
            }
            ended = true;
        }
    }
}
