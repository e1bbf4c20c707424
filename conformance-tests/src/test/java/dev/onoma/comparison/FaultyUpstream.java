package dev.onoma.comparison;

import java.io.DataInputStream;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketAddress;
import java.util.Arrays;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/// An upstream on loopback that answers every question with an address, or does what ails it.
///
/// Over TCP it answers the questions of a connection one after the other, as many servers do; names
/// that begin with `slow` take it two seconds.
final class FaultyUpstream implements AutoCloseable {
    static final InetAddress LOOPBACK = InetAddress.ofLiteral("127.0.0.1");
    private static final int SLOW_MILLIS = 2_000;

    private final DatagramSocket socket;
    private final ServerSocket listener;
    private final Fault fault;
    private final ScheduledExecutorService later = Executors.newSingleThreadScheduledExecutor();
    final AtomicInteger asked = new AtomicInteger();
    final AtomicInteger askedForHot = new AtomicInteger();

    /// What it does about a query over UDP.
    @FunctionalInterface
    interface Fault {
        void query(byte[] query, SocketAddress from, FaultyUpstream upstream) throws IOException;
    }

    FaultyUpstream(Fault fault) throws IOException {
        this.fault = fault;
        socket = new DatagramSocket(0, LOOPBACK);
        socket.setReceiveBufferSize(4 << 20);
        listener = new ServerSocket(socket.getLocalPort(), 50, LOOPBACK);
        Thread.ofPlatform().daemon().start(this::datagrams);
        Thread.ofVirtual().start(this::connections);
    }

    int port() {
        return socket.getLocalPort();
    }

    private void datagrams() {
        var packet = new DatagramPacket(new byte[4096], 4096);
        try {
            while (true) {
                socket.receive(packet);
                var query = Arrays.copyOf(packet.getData(), packet.getLength());
                asked.incrementAndGet();
                if (query[13] == 'h' && query[14] == 'o' && query[15] == 't') {
                    askedForHot.incrementAndGet();
                }
                fault.query(query, packet.getSocketAddress(), this);
            }
        } catch (IOException _) {
            // Closed: nobody asks any more.
        }
    }

    private void connections() {
        try {
            while (true) {
                var connection = listener.accept();
                Thread.ofVirtual().start(() -> serve(connection));
            }
        } catch (IOException _) {
            // Closed: nobody asks any more.
        }
    }

    private static void serve(Socket connection) {
        try (connection) {
            var in = new DataInputStream(connection.getInputStream());
            while (true) {
                var query = new byte[in.readUnsignedShort()];
                in.readFully(query);
                if (new String(query, 13, 4, java.nio.charset.StandardCharsets.US_ASCII)
                        .equals("slow")) {
                    Thread.sleep(SLOW_MILLIS);
                }
                var reply = reply(query);
                var framed = new byte[reply.length + 2];
                framed[0] = (byte) (reply.length >> 8);
                framed[1] = (byte) reply.length;
                System.arraycopy(reply, 0, framed, 2, reply.length);
                connection.getOutputStream().write(framed);
            }
        } catch (IOException _) {
            // The other side has closed the connection.
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }

    /// The right answer: the question, and an address with a TTL of five minutes.
    static byte[] reply(byte[] query) {
        int end = 12;
        while (query[end] != 0) {
            end += query[end] + 1;
        }
        end += 5;
        var reply = Arrays.copyOf(query, end + 16);
        reply[2] = (byte) 0x81;
        reply[3] = (byte) 0x80;
        reply[7] = 1;
        reply[11] = 0;
        byte[] answer = {(byte) 0xc0, 12, 0, 1, 0, 1, 0, 0, 1, 44, 0, 4, (byte) 192, 0, 2, 1};
        System.arraycopy(answer, 0, reply, end, answer.length);
        return reply;
    }

    void send(byte[] message, SocketAddress to) throws IOException {
        socket.send(new DatagramPacket(message, message.length, to));
    }

    void send(byte[] message, SocketAddress to, int afterMillis) {
        var _ =
                later.schedule(
                        () -> {
                            send(message, to);
                            return message;
                        },
                        afterMillis,
                        TimeUnit.MILLISECONDS);
    }

    /// What somebody sends who guesses: other ids, another question, no reply at all, and the right
    /// message from a wrong address.
    static void spoof(byte[] reply, SocketAddress to, FaultyUpstream upstream) throws IOException {
        for (int i = 1; i <= 20; i++) {
            var wrongId = reply.clone();
            wrongId[0] += (byte) i;
            wrongId[wrongId.length - 1] = 66;
            upstream.send(wrongId, to);
        }
        var wrongQuestion = reply.clone();
        wrongQuestion[13] = 'z';
        wrongQuestion[wrongQuestion.length - 1] = 66;
        upstream.send(wrongQuestion, to);
        var noReply = reply.clone();
        noReply[2] = 1;
        noReply[noReply.length - 1] = 66;
        upstream.send(noReply, to);
        try (var other = new DatagramSocket(new InetSocketAddress("127.0.0.2", 0))) {
            var wrongSource = reply.clone();
            wrongSource[wrongSource.length - 1] = 66;
            other.send(new DatagramPacket(wrongSource, wrongSource.length, to));
        }
    }

    @Override
    public void close() throws IOException {
        socket.close();
        listener.close();
        later.shutdownNow();
    }
}
