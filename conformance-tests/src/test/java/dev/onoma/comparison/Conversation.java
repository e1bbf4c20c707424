package dev.onoma.comparison;

import dev.onoma.testkit.Http2Frames;
import io.netty.handler.codec.quic.QuicStreamType;
import java.io.DataInputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/// A client's connection, over which it asks one question after the other.
interface Conversation extends AutoCloseable {
    /// How long it waits for an answer.
    int PATIENCE_MILLIS = 2000;

    /// Asks for [Victim#NAME], or for a page.
    ///
    /// @throws IOException if there is no answer
    void ask() throws IOException;

    @Override
    void close() throws IOException;

    /// Connects.
    ///
    /// @param door one of a [Victim]
    static Conversation open(Victim victim, String door, InetAddress from) throws IOException {
        return switch (door) {
            case "dns", "tls", "proxy" -> new OverTcp(victim.open(door, from));
            case "https", "grpc" ->
                    new OverHttp2(
                            door,
                            new Http2Frames(victim.open(door, from), Conversation.PATIENCE_MILLIS));
            case "quic", "https3" -> new OverQuic(door, new QuicClient(victim, door, from));
            default -> new OverHttp1(door, victim.connect(door, from));
        };
    }

    /// In clear text or over TLS.
    record OverTcp(Socket socket) implements Conversation {
        @Override
        public void ask() throws IOException {
            socket.getOutputStream().write(Victim.prefixed(Victim.NAME));
            var in = new DataInputStream(socket.getInputStream());
            in.skipNBytes(in.readUnsignedShort());
        }

        @Override
        public void close() throws IOException {
            socket.close();
        }
    }

    /// DNS over HTTPS, or gRPC.
    final class OverHttp2 implements Conversation {
        private final String door;
        private final Http2Frames client;
        private int stream = -1;

        OverHttp2(String door, Http2Frames client) {
            this.door = door;
            this.client = client;
        }

        @Override
        public void ask() throws IOException {
            stream += 2;
            if (door.equals("grpc")) {
                client.call(stream, Http2Frames.packet(Server.query(Victim.NAME)));
            } else {
                client.write(
                        Http2Frames.frame(
                                Http2Frames.HEADERS,
                                Http2Frames.END_HEADERS | Http2Frames.END_STREAM,
                                stream,
                                Http2Frames.get(Victim.base64(Victim.NAME))));
            }
            if (client.end(stream).type() == Http2Frames.RST_STREAM) {
                throw new IOException("reset");
            }
        }

        @Override
        public void close() throws IOException {
            client.close();
        }
    }

    /// Of a client of probes or pages.
    record OverHttp1(String door, Socket socket) implements Conversation {
        @Override
        public void ask() throws IOException {
            var request = "GET %s HTTP/1.1\r\nHost: localhost\r\n\r\n".formatted(Victim.path(door));
            socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
            var head = new StringBuilder();
            while (head.indexOf("\r\n\r\n") < 0) {
                int octet = socket.getInputStream().read();
                if (octet < 0) {
                    throw new IOException("the end");
                }
                head.append((char) octet);
            }
            var length = head.toString().replaceAll("(?s).*Content-Length: (\\d+).*", "$1");
            socket.getInputStream().skipNBytes(Long.parseLong(length));
        }

        @Override
        public void close() throws IOException {
            socket.close();
        }
    }

    /// DNS over QUIC, or HTTP/3.
    final class OverQuic implements Conversation {
        private final String door;
        private final QuicClient client;

        OverQuic(String door, QuicClient client) {
            this.door = door;
            this.client = client;
            if (door.equals("https3")) {
                client.greet();
            }
        }

        @Override
        public void ask() throws IOException {
            var heard = new CompletableFuture<Boolean>();
            var query = QuicClient.query(door, Victim.NAME);
            var _ = client.send(QuicStreamType.BIDIRECTIONAL, query, true, heard);
            try {
                if (!heard.get(Conversation.PATIENCE_MILLIS, TimeUnit.MILLISECONDS)) {
                    throw new IOException("reset");
                }
            } catch (ExecutionException | TimeoutException e) {
                throw new IOException(e);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new IOException(e);
            }
        }

        @Override
        public void close() {
            client.close();
        }
    }
}
