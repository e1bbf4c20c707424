package dev.onoma.testkit;

import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.function.IntFunction;
import javax.net.ssl.SSLException;
import org.xbill.DNS.Message;

/// A client whose frames of HTTP/2 are written by hand (RFC 9113, section 4), for DNS over HTTPS,
/// in clear text or TLS, and over gRPC: what no library would send, too.
public final class Http2Frames implements AutoCloseable {
    public static final int DATA = 0;
    public static final int HEADERS = 1;
    public static final int PRIORITY = 2;
    public static final int RST_STREAM = 3;
    public static final int SETTINGS = 4;
    public static final int PING = 6;
    public static final int GOAWAY = 7;
    public static final int WINDOW_UPDATE = 8;
    public static final int CONTINUATION = 9;
    public static final int END_STREAM = 1;
    public static final int END_HEADERS = 4;

    private static final int PATIENCE_MILLIS = 20_000;

    private final Socket socket;
    private final DataInputStream in;

    /// A frame that has come.
    public record Frame(int type, int flags, int stream, byte[] payload) {
        /// Whether the stream ends with it.
        public boolean isEnd() {
            return (flags & END_STREAM) != 0 && (type == HEADERS || type == DATA);
        }

        /// Whether the block of header fields has these octets; short ones are not compressed more
        /// than that.
        public boolean has(String text) {
            return new String(payload, StandardCharsets.ISO_8859_1).contains(text);
        }
    }

    /// Connects in clear text, and sends settings.
    public Http2Frames(int port, byte... settings) throws IOException {
        this(new Socket(InetAddress.ofLiteral("127.0.0.1"), port), settings);
    }

    /// Sends settings on a connection, which may be one of TLS.
    public Http2Frames(Socket connected, byte... settings) throws IOException {
        this(connected, PATIENCE_MILLIS, settings);
    }

    /// Sends settings on a connection.
    ///
    /// @param patienceMillis for whatever is read
    public Http2Frames(Socket connected, int patienceMillis, byte... settings) throws IOException {
        socket = connected;
        socket.setSoTimeout(patienceMillis);
        in = new DataInputStream(socket.getInputStream());
        write("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
        write(frame(SETTINGS, 0, 0, settings));
        write(frame(SETTINGS, 1, 0));
    }

    /// Writes octets as they are.
    public void write(byte[] octets) throws IOException {
        socket.getOutputStream().write(octets);
    }

    /// Writes again and again; that the other side closes meanwhile is what is hoped for.
    public void flood(int times, IntFunction<byte[]> of) {
        try {
            for (int i = 0; i < times; i++) {
                write(of.apply(i));
            }
        } catch (IOException _) {
            // Closed by the server: [#untilTheEnd] sees it too.
        }
    }

    /// Reads the next frame.
    public Frame read() throws IOException {
        int length = in.readUnsignedByte() << 16 | in.readUnsignedShort();
        int type = in.readUnsignedByte();
        int flags = in.readUnsignedByte();
        int stream = in.readInt();
        return new Frame(type, flags, stream, in.readNBytes(length));
    }

    /// Reads until a stream ends.
    ///
    /// @return its last frame
    public Frame end(int stream) throws IOException {
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
    public int untilTheEnd(int type) throws IOException {
        int found = 0;
        try {
            while (true) {
                found += read().type() == type ? 1 : 0;
            }
        } catch (EOFException | SocketException | SSLException _) {
            return found; // the end, in order or not
        } finally {
            close();
        }
    }

    /// A frame.
    public static byte[] frame(int type, int flags, int stream, byte... payload) {
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

    /// The header fields of a call of gRPC.
    public static byte[] headers(String path, String mediaType) {
        var block = new ByteArrayOutputStream();
        block.write(0x83); // :method POST
        block.write(0x86); // :scheme http
        literal(block, 0x04, path); // :path
        literal(block, 0x01, "dns.example"); // :authority
        block.write(0x0f);
        literal(block, 0x10, mediaType); // content-type
        return block.toByteArray();
    }

    /// The header fields of the one call that there is.
    public static byte[] headers() {
        return headers("/coredns.dns.DnsService/Query", "application/grpc");
    }

    /// The header fields of a query over HTTPS by GET.
    ///
    /// @param message in base64url
    public static byte[] get(String message) {
        var block = new ByteArrayOutputStream();
        block.write(0x82); // :method GET
        block.write(0x87); // :scheme https
        literal(block, 0x01, "dns.example"); // :authority
        literal(block, 0x04, "/dns-query?dns=" + message); // :path
        return block.toByteArray();
    }

    /// The header fields of a query over HTTPS by POST.
    public static byte[] post() {
        return headers("/dns-query", "application/dns-message");
    }

    /// A request that the client takes back at once: rapid reset, CVE-2023-44487.
    ///
    /// @param fields of the request
    public static byte[] askedAndReset(int stream, byte[] fields) {
        return both(
                frame(HEADERS, END_HEADERS | END_STREAM, stream, fields),
                frame(RST_STREAM, 0, stream, (byte) 0, (byte) 0, (byte) 0, (byte) 8));
    }

    /// A request that the server has to reset: MadeYouReset, CVE-2025-8671. An increment of zero is
    /// an error of the stream.
    ///
    /// @param fields of the request
    public static byte[] begunAndBroken(int stream, byte[] fields) {
        return both(
                frame(HEADERS, END_HEADERS, stream, fields),
                frame(WINDOW_UPDATE, 0, stream, new byte[4]));
    }

    private static byte[] both(byte[] one, byte[] other) {
        var both = Arrays.copyOf(one, one.length + other.length);
        System.arraycopy(other, 0, both, one.length, other.length);
        return both;
    }

    private static void literal(ByteArrayOutputStream block, int name, String value) {
        block.write(name);
        string(block, value);
    }

    /// Adds a text of a field, not compressed (RFC 7541, section 5.2).
    public static void string(ByteArrayOutputStream block, String value) {
        block.write(Math.min(value.length(), 127));
        if (value.length() >= 127) {
            int rest = value.length() - 127; // as section 5.1 has it
            for (; rest >= 128; rest >>= 7) {
                block.write(rest & 127 | 128);
            }
            block.write(rest);
        }
        block.writeBytes(value.getBytes(StandardCharsets.US_ASCII));
    }

    /// A DnsPacket with its prefix.
    public static byte[] packet(byte[] message) {
        var packet = new ByteArrayOutputStream();
        packet.write(0x0a);
        packet.write(message.length & 0x7f | 0x80);
        packet.write(message.length >> 7);
        packet.writeBytes(message);
        return prefixed(0, packet.toByteArray());
    }

    /// Octets with the prefix of a message of gRPC.
    public static byte[] prefixed(int flag, byte[] packet) {
        var all = new byte[5 + packet.length];
        all[0] = (byte) flag;
        for (int i = 0; i < 4; i++) {
            all[1 + i] = (byte) (packet.length >> 8 * (3 - i));
        }
        System.arraycopy(packet, 0, all, 5, packet.length);
        return all;
    }

    /// Begins a call whose request is these octets.
    public void call(int stream, byte[] body) throws IOException {
        write(frame(HEADERS, END_HEADERS, stream, headers()));
        write(frame(DATA, END_STREAM, stream, body));
    }

    /// Asks, and reads the answer.
    public Message ask(int stream, Message query) throws IOException {
        call(stream, packet(query.toWire()));
        while (true) {
            var frame = read();
            if (frame.type() == DATA && frame.stream() == stream) {
                var body = frame.payload();
                int at = body[6] < 0 ? 8 : 7; // behind prefix, tag and length
                return new Message(Arrays.copyOfRange(body, at, body.length));
            }
        }
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
