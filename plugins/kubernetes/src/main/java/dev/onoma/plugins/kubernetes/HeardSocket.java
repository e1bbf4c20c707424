package dev.onoma.plugins.kubernetes;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import org.jspecify.annotations.Nullable;

/// A socket of which one may ask how much came in, whoever it was for: TLS on top of it keeps some
/// of that for itself.
///
/// For one thread, but for closing.
final class HeardSocket extends Socket {
    private @Nullable InputStream in;
    private long octets;

    /// How many octets have come in.
    long octets() {
        return octets;
    }

    @Override
    public InputStream getInputStream() throws IOException {
        var known = in;
        if (known == null) {
            known = new Counting(super.getInputStream());
            in = known;
        }
        return known;
    }

    private final class Counting extends FilterInputStream {
        Counting(InputStream in) {
            super(in);
        }

        @Override
        public int read() throws IOException {
            int octet = in.read();
            octets += octet < 0 ? 0 : 1;
            return octet;
        }

        @Override
        public int read(byte[] target, int at, int length) throws IOException {
            int count = in.read(target, at, length);
            octets += Math.max(0, count);
            return count;
        }
    }
}
