package dev.onoma.plugins.dnstap;

import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/// The sender's side of a stream of frames (https://farsightsec.github.io/fstrm): a length of four
/// octets, then as many octets; a length of zero means that a control frame follows.
final class Frames {
    static final byte[] CONTENT_TYPE = "protobuf:dnstap.Dnstap".getBytes(StandardCharsets.US_ASCII);

    private static final int ACCEPT = 1;
    private static final int START = 2;
    private static final int STOP = 3;
    private static final int READY = 4;
    private static final int FINISH = 5;
    private static final int FIELD_CONTENT_TYPE = 1;
    private static final int CONTROL_OCTETS_MAX = 512;

    private final DataInputStream in;
    private final DataOutputStream out;

    /// @param out best a buffered one
    Frames(InputStream in, OutputStream out) {
        this.in = new DataInputStream(in);
        this.out = new DataOutputStream(out);
    }

    /// Agrees with the other side on what will come.
    ///
    /// @param agreed runs before the other side knows: it gets whatever comes from then on
    /// @throws IOException if it does not want that
    void begin(Runnable agreed) throws IOException {
        control(READY, true);
        out.flush();
        var answer = read(ACCEPT);
        if (!accepts(answer)) {
            throw new IOException("it does not take protobuf:dnstap.Dnstap");
        }
        agreed.run();
        control(START, true);
        out.flush();
    }

    void write(byte[] frame) throws IOException {
        out.writeInt(frame.length);
        out.write(frame);
    }

    void flush() throws IOException {
        out.flush();
    }

    /// Says that nothing will come any more, and waits until the other side has all.
    void end() throws IOException {
        control(STOP, false);
        out.flush();
        read(FINISH);
    }

    private void control(int type, boolean withContentType) throws IOException {
        out.writeInt(0);
        out.writeInt(withContentType ? 12 + CONTENT_TYPE.length : 4);
        out.writeInt(type);
        if (withContentType) {
            out.writeInt(FIELD_CONTENT_TYPE);
            out.writeInt(CONTENT_TYPE.length);
            out.write(CONTENT_TYPE);
        }
    }

    // What stands behind the type.
    private byte[] read(int wanted) throws IOException {
        if (in.readInt() != 0) {
            throw new IOException("it sends data instead of a control frame");
        }
        int length = in.readInt();
        if (length < 4 || length > CONTROL_OCTETS_MAX) {
            throw new IOException("it sends a control frame of " + length + " octets");
        }
        int type = in.readInt();
        var rest = in.readNBytes(length - 4);
        if (type != wanted || rest.length < length - 4) {
            throw new IOException("it sends control frame " + type + " instead of " + wanted);
        }
        return rest;
    }

    // Without a content type, it takes any.
    private static boolean accepts(byte[] fields) {
        boolean any = true;
        for (int at = 0; at + 8 <= fields.length; ) {
            int type = i32(fields, at);
            int length = i32(fields, at + 4);
            int end = at + 8 + length;
            if (length < 0 || end > fields.length) {
                return false;
            }
            if (type == FIELD_CONTENT_TYPE) {
                if (Arrays.equals(fields, at + 8, end, CONTENT_TYPE, 0, CONTENT_TYPE.length)) {
                    return true;
                }
                any = false;
            }
            at = end;
        }
        return any;
    }

    private static int i32(byte[] octets, int at) {
        return (octets[at] & 0xff) << 24
                | (octets[at + 1] & 0xff) << 16
                | (octets[at + 2] & 0xff) << 8
                | octets[at + 3] & 0xff;
    }
}
