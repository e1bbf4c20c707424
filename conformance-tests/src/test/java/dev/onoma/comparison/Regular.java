package dev.onoma.comparison;

import dev.onoma.testkit.Http2Frames;
import io.netty.handler.codec.quic.QuicStreamType;
import java.io.DataInputStream;
import java.io.IOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/// Another client of the listener under attack, which has its connection before and asks now and
/// then. When that ends, it makes another.
final class Regular implements Runnable {
    private static final int PAUSE_MILLIS = 10;
    private static final int PATIENCE_MILLIS = 2000;

    private final Victim victim;
    private final String door;
    private final long untilNanos;
    private final List<Long> nanos = new ArrayList<>();
    private int lost;
    private boolean isOpen;

    Regular(Victim victim, String door, long untilNanos) {
        this.victim = victim;
        this.door = door;
        this.untilNanos = untilNanos;
    }

    /// A connection, and a question over it.
    private interface Conversation extends AutoCloseable {
        /// @throws IOException if there is no answer, or not the right one
        void ask() throws IOException;

        @Override
        void close() throws IOException;
    }

    @Override
    public void run() {
        try {
            while (Deed.isTime(untilNanos)) {
                talk();
            }
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }

    private void talk() throws InterruptedException {
        isOpen = false;
        try (var conversation = open()) {
            isOpen = true;
            while (Deed.isTime(untilNanos)) {
                long start = System.nanoTime();
                conversation.ask();
                nanos.add(System.nanoTime() - start);
                Thread.sleep(PAUSE_MILLIS);
            }
        } catch (IOException _) {
            lost += isOpen ? 1 : 0;
            Thread.sleep(PAUSE_MILLIS);
        }
    }

    private Conversation open() throws IOException {
        return switch (door) {
            case "dns", "tls", "proxy" -> new OverTcp(victim.open(door, Victim.BYSTANDER));
            case "https", "grpc" ->
                    new OverHttp2(
                            door,
                            new Http2Frames(victim.open(door, Victim.BYSTANDER), PATIENCE_MILLIS));
            case "quic", "https3" ->
                    new OverQuic(door, new QuicClient(victim, door, Victim.BYSTANDER));
            default -> new OverHttp1(door, victim.connect(door, Victim.BYSTANDER));
        };
    }

    private record OverTcp(Socket socket) implements Conversation {
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

    private static final class OverHttp2 implements Conversation {
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

    private record OverHttp1(String door, Socket socket) implements Conversation {
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

    private static final class OverQuic implements Conversation {
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
                if (!heard.get(PATIENCE_MILLIS, TimeUnit.MILLISECONDS)) {
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

    /// How many of its questions got no answer.
    int lost() {
        return lost;
    }

    /// In milliseconds, of those that got one.
    double percentile(double share) {
        var sorted = nanos.stream().sorted().toList();
        return sorted.isEmpty()
                ? Double.NaN
                : sorted.get((int) Math.min(sorted.size() - 1, sorted.size() * share)) / 1e6;
    }
}
