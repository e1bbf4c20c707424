package dev.onoma.testkit;

import dev.onoma.api.Tls;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.OutputStream;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLSocket;
import org.jspecify.annotations.Nullable;

/// Asks over UDP, TCP, TLS and HTTPS, with sockets of its own for each question unless a connection
/// is named.
///
/// Used by one thread; each socket is read by a virtual thread of its own, which ends with it.
public final class Client implements AutoCloseable {
    /// How long an answer is awaited when the scenario does not say.
    public static final Duration TIMEOUT = Duration.ofSeconds(5);

    /// How long silence has to last to be silence.
    static final Duration SILENCE = Duration.ofMillis(400);

    private static final int DATAGRAM_MAX = 65535;
    private static final int CONNECT_MILLIS = 2000;

    private final Map<String, Connection> connections = new HashMap<>();
    private @Nullable HttpsQuestions https;

    /// A question on its way.
    record Sent(Question question, Inbox inbox, int id, long atNanos, AutoCloseable socket) {
        Answer await(Duration patience) throws InterruptedException {
            return inbox.take(id, atNanos, patience.toNanos());
        }

        boolean hasArrived() {
            return inbox.has(id);
        }
    }

    private record Connection(Socket socket, OutputStream out, Inbox inbox)
            implements AutoCloseable {
        @Override
        public void close() throws IOException {
            socket.close();
        }
    }

    /// Sends a question and waits for what comes of it.
    public Answer ask(Question question, InetSocketAddress server) throws InterruptedException {
        try {
            var sent = send(question, server);
            var answer = sent.await(question.timeout());
            close(sent);
            return answer;
        } catch (IOException e) {
            return new Answer.Broken("%s: %s".formatted(server, e.getMessage()));
        }
    }

    Sent send(Question question, InetSocketAddress server) throws IOException {
        return switch (question.over()) {
            case UDP -> sendUdp(question, server);
            case TCP, TLS -> sendTcp(question, server);
            case HTTPS, HTTPS_GET -> https().send(question, server);
        };
    }

    // Most scenarios have no such question.
    private HttpsQuestions https() throws IOException {
        var made = https;
        if (made == null) {
            made = new HttpsQuestions();
            https = made;
        }
        return made;
    }

    /// Closes the socket of a question, unless others use it too.
    void close(Sent sent) {
        if (!connections.containsValue(sent.socket())) {
            closeQuietly(sent.socket());
        }
    }

    private static Sent sendUdp(Question question, InetSocketAddress server) throws IOException {
        var socket =
                question.from().isPresent()
                        ? new DatagramSocket(
                                new InetSocketAddress(
                                        InetAddress.ofLiteral(question.from().get()), 0))
                        : new DatagramSocket();
        socket.connect(server);
        var inbox = new Inbox();
        Thread.ofVirtual().start(() -> receive(socket, inbox));
        var octets = question.message().toArray();
        long now = System.nanoTime();
        socket.send(new DatagramPacket(octets, octets.length));
        return new Sent(question, inbox, Inbox.ANY_ID, now, socket);
    }

    private static void receive(DatagramSocket socket, Inbox inbox) {
        try {
            var buffer = new byte[DATAGRAM_MAX];
            while (true) {
                var packet = new DatagramPacket(buffer, buffer.length);
                socket.receive(packet);
                inbox.add(Octets.of(buffer).slice(0, packet.getLength()));
            }
        } catch (IOException e) {
            inbox.close("no way to " + socket.getRemoteSocketAddress() + ": " + e.getMessage());
        }
    }

    private Sent sendTcp(Question question, InetSocketAddress server) throws IOException {
        var name = question.connection();
        var connection = name.isPresent() ? connections.get(name.get()) : null;
        if (connection == null) {
            connection = connect(question, server);
            if (name.isPresent()) {
                connections.put(name.get(), connection);
            }
        }
        int id = Inbox.ANY_ID;
        if (name.isPresent() && question.message().length() >= 2) {
            id = question.message().unsigned16(0);
        }
        long now = System.nanoTime();
        try {
            write(question, connection.out());
            if (question.halfClose()) {
                connection.socket().shutdownOutput();
            }
        } catch (SocketException | SSLException _) {
            // The server has ended the connection, as the inbox knows.
        }
        return new Sent(question, connection.inbox(), id, now, connection);
    }

    private static Connection connect(Question question, InetSocketAddress server)
            throws IOException {
        var socket = new Socket();
        socket.setTcpNoDelay(true);
        if (question.from().isPresent()) {
            socket.bind(new InetSocketAddress(InetAddress.ofLiteral(question.from().get()), 0));
        }
        socket.connect(server, CONNECT_MILLIS);
        var way = question.over() == Question.Over.TLS ? tls(socket, server) : socket;
        var out = way.getOutputStream();
        var inbox = new Inbox();
        Thread.ofVirtual().start(() -> receive(way, inbox));
        return new Connection(way, out, inbox);
    }

    private static Socket tls(Socket socket, InetSocketAddress server) throws IOException {
        var tls =
                (SSLSocket)
                        Tls.trustingAnybody(Optional.empty())
                                .getSocketFactory()
                                .createSocket(
                                        socket, server.getHostString(), server.getPort(), true);
        socket.setSoTimeout(CONNECT_MILLIS);
        tls.startHandshake();
        socket.setSoTimeout(0);
        return tls;
    }

    private static void write(Question question, OutputStream out) throws IOException {
        var octets = question.message().toArray();
        var framed = new byte[octets.length + (question.framed() ? 2 : 0)];
        if (question.framed()) {
            framed[0] = (byte) (octets.length >> 8);
            framed[1] = (byte) octets.length;
        }
        System.arraycopy(octets, 0, framed, framed.length - octets.length, octets.length);
        int segment = question.split() > 0 ? question.split() : framed.length;
        for (int at = 0; at < framed.length; at += segment) {
            out.write(framed, at, Math.min(segment, framed.length - at));
            out.flush();
        }
    }

    private static void receive(Socket socket, Inbox inbox) {
        try {
            var in = new DataInputStream(socket.getInputStream());
            while (true) {
                var octets = new byte[in.readUnsignedShort()];
                in.readFully(octets);
                inbox.add(Octets.of(octets));
            }
        } catch (EOFException | SocketException | SSLException _) {
            inbox.close(""); // the end of the connection, in order or by reset, is an answer too
        } catch (IOException e) {
            inbox.close("TCP connection to " + socket.getRemoteSocketAddress() + ": " + e);
        }
    }

    @Override
    public void close() {
        connections.values().forEach(Client::closeQuietly);
        connections.clear();
        if (https != null) {
            https.close();
        }
    }

    private static void closeQuietly(AutoCloseable socket) {
        try {
            socket.close();
        } catch (Exception _) {
            // Closing is all there is left to do; whatever it says, nobody uses the socket again.
        }
    }
}
