package dev.onoma.plugins.grpc_server;

import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.util.function.IntFunction;
import org.xbill.DNS.Message;

/// A client of gRPC whose frames of HTTP/2 are written by hand (RFC 9113, section 4), in clear
/// text.
final class Frames implements AutoCloseable {
    static final int DATA = 0;
    static final int HEADERS = 1;
    static final int RST_STREAM = 3;
    static final int SETTINGS = 4;
    static final int PING = 6;
    static final int GOAWAY = 7;
    static final int CONTINUATION = 9;
    static final int END_STREAM = 1;
    static final int END_HEADERS = 4;

    private static final int PATIENCE_MILLIS = 20_000;

    private final Socket socket;
    private final DataInputStream in;

    /// A frame that has come.
    record Frame(int type, int flags, int stream, byte[] payload) {
        boolean isEnd() {
            return (flags & END_STREAM) != 0 && (type == HEADERS || type == DATA);
        }

        /// Whether the block of header fields has these octets; short ones are not compressed more
        /// than that.
        boolean has(String text) {
            return new String(payload, StandardCharsets.ISO_8859_1).contains(text);
        }
    }

    /// Connects, and sends settings.
    Frames(int port, byte... settings) throws IOException {
        socket = new Socket(InetAddress.ofLiteral("127.0.0.1"), port);
        socket.setSoTimeout(PATIENCE_MILLIS);
        in = new DataInputStream(socket.getInputStream());
        write("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
        write(frame(SETTINGS, 0, 0, settings));
        write(frame(SETTINGS, 1, 0));
    }

    void write(byte[] octets) throws IOException {
        socket.getOutputStream().write(octets);
    }

    /// Writes again and again; that the other side closes meanwhile is what is hoped for.
    void flood(int times, IntFunction<byte[]> of) {
        try {
            for (int i = 0; i < times; i++) {
                write(of.apply(i));
            }
        } catch (IOException _) {
            // Closed by the server: [#untilTheEnd] sees it too.
        }
    }

    Frame read() throws IOException {
        int length = in.readUnsignedByte() << 16 | in.readUnsignedShort();
        int type = in.readUnsignedByte();
        int flags = in.readUnsignedByte();
        int stream = in.readInt();
        return new Frame(type, flags, stream, in.readNBytes(length));
    }

    /// Reads until a stream ends.
    ///
    /// @return its last frame
    Frame end(int stream) throws IOException {
        while (true) {
            var frame = read();
            if (frame.stream() == stream && (frame.isEnd() || frame.type() == RST_STREAM)) {
                return frame;
            }
        }
    }

    /// Reads until the connection ends.
    ///
    /// @return how many frames there were of this type
    int untilTheEnd(int type) throws IOException {
        int found = 0;
        try {
            while (true) {
                found += read().type() == type ? 1 : 0;
            }
        } catch (EOFException | SocketException _) {
            return found; // the end, in order or not
        } finally {
            close();
        }
    }

    static byte[] frame(int type, int flags, int stream, byte... payload) {
        var frame = new byte[9 + payload.length];
        frame[0] = (byte) (payload.length >> 16);
        frame[1] = (byte) (payload.length >> 8);
        frame[2] = (byte) payload.length;
        frame[3] = (byte) type;
        frame[4] = (byte) flags;
        for (int i = 0; i < 4; i++) {
            frame[5 + i] = (byte) (stream >> 8 * (3 - i));
        }
        System.arraycopy(payload, 0, frame, 9, payload.length);
        return frame;
    }

    /// The header fields of a call.
    static byte[] headers(String path, String mediaType) {
        var block = new ByteArrayOutputStream();
        block.write(0x83); // :method POST
        block.write(0x86); // :scheme http
        literal(block, 0x04, path); // :path
        literal(block, 0x01, "dns.example"); // :authority
        block.write(0x0f);
        literal(block, 0x10, mediaType); // content-type
        return block.toByteArray();
    }

    static byte[] headers() {
        return headers("/coredns.dns.DnsService/Query", "application/grpc");
    }

    private static void literal(ByteArrayOutputStream block, int name, String value) {
        block.write(name);
        block.write(value.length());
        block.writeBytes(value.getBytes(StandardCharsets.US_ASCII));
    }

    /// A DnsPacket with its prefix.
    static byte[] packet(byte[] message) {
        var packet = new ByteArrayOutputStream();
        packet.write(0x0a);
        packet.write(message.length & 0x7f | 0x80);
        packet.write(message.length >> 7);
        packet.writeBytes(message);
        return prefixed(0, packet.toByteArray());
    }

    /// Octets with the prefix of a message of gRPC.
    static byte[] prefixed(int flag, byte[] packet) {
        var all = new byte[5 + packet.length];
        all[0] = (byte) flag;
        for (int i = 0; i < 4; i++) {
            all[1 + i] = (byte) (packet.length >> 8 * (3 - i));
        }
        System.arraycopy(packet, 0, all, 5, packet.length);
        return all;
    }

    /// Begins a call whose request is these octets.
    void call(int stream, byte[] body) throws IOException {
        write(frame(HEADERS, END_HEADERS, stream, headers()));
        write(frame(DATA, END_STREAM, stream, body));
    }

    /// Asks, and reads the answer.
    Message ask(int stream, Message query) throws IOException {
        call(stream, packet(query.toWire()));
        while (true) {
            var frame = read();
            if (frame.type() == DATA && frame.stream() == stream) {
                var body = frame.payload();
                int at = body[6] < 0 ? 8 : 7; // behind prefix, tag and length
                return new Message(java.util.Arrays.copyOfRange(body, at, body.length));
            }
        }
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
