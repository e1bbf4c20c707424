package dev.onoma.testkit;

import java.io.FilterInputStream;
import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;

/// A connection through somebody who may stop to pass anything on, without closing it.
final class HoldableSocket extends Socket {
    private volatile boolean held;

    void hold() {
        held = true;
    }

    @Override
    public InputStream getInputStream() throws IOException {
        return new FilterInputStream(super.getInputStream()) {
            @Override
            public int read() throws IOException {
                int octet = in.read();
                return held && octet >= 0 ? read() : octet;
            }

            @Override
            public int read(byte[] target, int at, int length) throws IOException {
                int count = in.read(target, at, length);
                return held && count >= 0 ? read(target, at, length) : count;
            }
        };
    }

    @Override
    public OutputStream getOutputStream() throws IOException {
        return new FilterOutputStream(super.getOutputStream()) {
            @Override
            public void write(int octet) throws IOException {
                if (!held) {
                    out.write(octet);
                }
            }

            @Override
            public void write(byte[] octets, int at, int length) throws IOException {
                if (!held) {
                    out.write(octets, at, length);
                }
            }
        };
    }
}
