package dev.onoma.comparison;

import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketTimeoutException;
import java.time.Duration;

/// A client that asks one question after the other, of type A.
final class Questioner implements AutoCloseable {
    private static final int WAIT_MILLIS = 1000;
    private static final Duration PATIENCE = Duration.ofSeconds(40);

    private final DatagramSocket socket;
    private final DatagramPacket reply = new DatagramPacket(new byte[65535], 65535);

    /// What came back.
    ///
    /// @param rcode -1 when nothing came
    /// @param answers how many records
    record Answer(int rcode, int answers) {}

    Questioner(int port) throws IOException {
        socket = new DatagramSocket();
        socket.setSoTimeout(WAIT_MILLIS);
        socket.connect(new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), port));
    }

    /// Asks once.
    Answer ask(String name) throws IOException {
        var query = Server.query(name);
        socket.send(new DatagramPacket(query, query.length));
        try {
            socket.receive(reply);
        } catch (SocketTimeoutException _) {
            return new Answer(-1, 0);
        }
        var octets = reply.getData();
        return new Answer(octets[3] & 0xf, (octets[6] & 0xff) << 8 | octets[7] & 0xff);
    }

    /// Asks until there is an answer with records, or one without.
    ///
    /// @return how long that took since then, in nanoseconds
    long awaitAnswer(String name, boolean there, long since) throws IOException {
        while (true) {
            var answer = ask(name);
            long now = System.nanoTime();
            if (answer.rcode() >= 0 && answer.answers() > 0 == there) {
                return now - since;
            }
            if (now - since > PATIENCE.toNanos()) {
                throw new IOException(name + (there ? " never comes" : " never goes"));
            }
        }
    }

    @Override
    public void close() {
        socket.close();
    }
}
