package dev.onoma.plugins.kubernetes;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;

/// A stream read in large pieces, of which one may ask what is here already. No locks.
final class BufferedOctets {
    private final InputStream in;
    private final byte[] buffer = new byte[16 << 10];
    private int at;
    private int end;

    BufferedOctets(InputStream in) {
        this.in = in;
    }

    int buffered() {
        return end - at;
    }

    int read() throws IOException {
        return at < end || fill() ? buffer[at++] & 0xff : -1;
    }

    int read(byte[] target, int offset, int length) throws IOException {
        if (at == end && !fill()) {
            return -1;
        }
        int count = Math.min(length, end - at);
        System.arraycopy(buffer, at, target, offset, count);
        at += count;
        return count;
    }

    /// A line of ASCII, without its end.
    String line(int octetsMax) throws IOException {
        var line = new StringBuilder();
        for (int octet = read(); octet != '\n'; octet = read()) {
            if (octet < 0) {
                throw new EOFException("the response is cut off");
            }
            if (line.length() >= octetsMax) {
                throw new IOException("a line of more than " + octetsMax + " octets");
            }
            if (octet != '\r') {
                line.append((char) octet);
            }
        }
        return line.toString();
    }

    private boolean fill() throws IOException {
        at = 0;
        end = Math.max(0, in.read(buffer));
        return end > 0;
    }
}
