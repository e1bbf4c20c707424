package dev.onoma.conformance;

import dev.onoma.testkit.Http2Frames;
import dev.onoma.testkit.Http2Frames.Frame;
import java.io.EOFException;
import java.io.IOException;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Base64;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;

/// Queries over HTTP/2: DNS over HTTPS, and gRPC.
final class Http2Dialog extends Dialog {
    private static final int MAX_CONCURRENT_STREAMS = 3;
    private static final int PATIENCE_SECONDS = 10;

    private final CompletableFuture<Long> streamsAllowed = new CompletableFuture<>();
    private final Way way;
    private final Socket socket;
    private final Http2Frames frames;
    private final Map<Integer, Call> calls = new ConcurrentHashMap<>();
    private int next = 1;

    /// A stream, and what came on it.
    private static final class Call {
        private final Asked asked;
        private byte[] body = {};
        private boolean isRefused;

        Call(Asked asked) {
            this.asked = asked;
        }
    }

    Http2Dialog(Way way, Socket socket) throws IOException {
        this.way = way;
        this.socket = socket;
        frames = new Http2Frames(socket);
        Thread.startVirtualThread(this::receive);
    }

    private void receive() {
        var goodbye = "";
        try {
            while (true) {
                var frame = frames.read();
                if (frame.type() == Http2Frames.GOAWAY) {
                    goodbye = "GOAWAY " + frame.payload()[7] + ", ";
                }
                if (frame.type() == Http2Frames.SETTINGS && frame.payload().length > 0) {
                    streamsAllowed.complete(streams(frame.payload()));
                }
                Call call = calls.get(frame.stream());
                if (call != null) {
                    add(call, frame);
                }
            }
        } catch (EOFException e) {
            ended(goodbye + "in order");
        } catch (IOException e) {
            ended(goodbye + e.getMessage());
        }
    }

    // Settings are an identifier of two octets and a value of four (RFC 9113, section 6.5.1).
    private static long streams(byte[] settings) {
        var buffer = ByteBuffer.wrap(settings);
        while (buffer.hasRemaining()) {
            int identifier = buffer.getShort();
            int value = buffer.getInt();
            if (identifier == MAX_CONCURRENT_STREAMS) {
                return value;
            }
        }
        return Long.MAX_VALUE;
    }

    /// How many streams the server lets us have open.
    long streamsAllowed() {
        return streamsAllowed.orTimeout(PATIENCE_SECONDS, TimeUnit.SECONDS).join();
    }

    private void add(Call call, Frame frame) {
        if (frame.type() == Http2Frames.DATA) {
            call.body = Way.join(call.body, frame.payload());
        } else if (frame.type() == Http2Frames.HEADERS && call.body.length == 0) {
            // 0x88 is ":status: 200" (RFC 7541, appendix A); of gRPC the trailer says what is
            // wrong.
            call.isRefused = frame.payload()[0] != (byte) 0x88 || frame.isEnd();
        }
        if (frame.isEnd() || frame.type() == Http2Frames.RST_STREAM) {
            calls.remove(frame.stream());
            if (!call.isRefused && call.body.length > 0) {
                call.asked.heard(way == Way.GRPC ? unwrapped(call.body) : call.body);
            }
            over(call.asked);
        }
    }

    // Behind the prefix of gRPC stands field 1 of the DnsPacket.
    private static byte[] unwrapped(byte[] body) {
        int at = 6;
        while (body[at] < 0) {
            at++;
        }
        return Arrays.copyOfRange(body, at + 1, body.length);
    }

    @Override
    synchronized void send(byte[] query, Asked asked) throws IOException {
        int stream = next;
        next += 2;
        calls.put(stream, new Call(asked));
        switch (way) {
            case GRPC -> frames.call(stream, Http2Frames.packet(query));
            case HTTPS_GET -> {
                var text = Base64.getUrlEncoder().withoutPadding().encodeToString(query);
                int flags = Http2Frames.END_HEADERS | Http2Frames.END_STREAM;
                frames.write(
                        Http2Frames.frame(
                                Http2Frames.HEADERS, flags, stream, Http2Frames.get(text)));
            }
            default -> {
                frames.write(
                        Http2Frames.frame(
                                Http2Frames.HEADERS,
                                Http2Frames.END_HEADERS,
                                stream,
                                Http2Frames.post()));
                frames.write(
                        Http2Frames.frame(Http2Frames.DATA, Http2Frames.END_STREAM, stream, query));
            }
        }
    }

    @Override
    void sayNoMore() throws IOException {
        socket.shutdownOutput();
    }

    @Override
    public void close() throws IOException {
        frames.close();
    }
}
