package dev.onoma.comparison;

import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.Arrays;
import java.util.function.Predicate;

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
    /// @param octets of the whole message
    record Answer(int rcode, int answers, byte[] octets) {
        /// Whether one of the addresses is this.
        boolean has(InetAddress address) {
            var wanted = address.getAddress();
            for (int at = 0; at + wanted.length <= octets.length; at++) {
                if (Arrays.equals(octets, at, at + wanted.length, wanted, 0, wanted.length)) {
                    return true;
                }
            }
            return false;
        }
    }

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
            return new Answer(-1, 0, new byte[0]);
        }
        var octets = Arrays.copyOf(reply.getData(), reply.getLength());
        return new Answer(octets[3] & 0xf, (octets[6] & 0xff) << 8 | octets[7] & 0xff, octets);
    }

    /// Asks until there is an answer with records, or one without.
    ///
    /// @return how long that took since then, in nanoseconds
    long awaitAnswer(String name, boolean there, long since) throws IOException {
        return await(name, since, answer -> answer.answers() > 0 == there);
    }

    /// Asks until an address is among the answers.
    ///
    /// @return how long that took since then, in nanoseconds
    long awaitAddress(String name, InetAddress address, long since) throws IOException {
        return await(name, since, answer -> answer.has(address));
    }

    private long await(String name, long since, Predicate<Answer> wanted) throws IOException {
        while (true) {
            var answer = ask(name);
            long now = System.nanoTime();
            if (answer.rcode() >= 0 && wanted.test(answer)) {
                return now - since;
            }
            if (now - since > PATIENCE.toNanos()) {
                throw new IOException(name + " is not as it should be after " + PATIENCE);
            }
        }
    }

    @Override
    public void close() {
        socket.close();
    }
}
