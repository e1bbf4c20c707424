package dev.onoma.testkit;

import java.io.IOException;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;

/// Finds ports that nobody uses, for UDP and TCP at once.
///
/// A process gets a number, not a socket, so the port must still be free a moment later: numbers
/// come from below the range that the system gives to clients (32,768 and up on Linux), and each is
/// given once: what was just free is not given to somebody else before it is used.
public final class Ports {
    private static final int FIRST = 20_000;
    private static final int COUNT = 12_000;
    private static final int TRIES = 200;
    private static final AtomicInteger TURN = new AtomicInteger(new Random().nextInt(COUNT));

    private Ports() {}

    /// Two sockets on one port.
    record Pair(DatagramSocket udp, ServerSocket tcp) implements AutoCloseable {
        @Override
        public void close() throws IOException {
            udp.close();
            tcp.close();
        }
    }

    /// A port that is free on every address.
    public static int free() throws IOException {
        try (var pair = bind(InetAddress.ofLiteral("0.0.0.0"))) {
            return pair.udp().getLocalPort();
        }
    }

    static Pair bind(InetAddress address) throws IOException {
        var trouble = new IOException("no port of " + TRIES + " tried is free on " + address);
        for (int i = 0; i < TRIES; i++) {
            int port = FIRST + Math.floorMod(TURN.getAndIncrement(), COUNT);
            try {
                return bind(new InetSocketAddress(address, port));
            } catch (IOException e) {
                trouble.addSuppressed(e);
            }
        }
        throw trouble;
    }

    private static Pair bind(InetSocketAddress address) throws IOException {
        var tcp = new ServerSocket(address.getPort(), 50, address.getAddress());
        try {
            return new Pair(new DatagramSocket(address), tcp);
        } catch (IOException e) {
            tcp.close();
            throw e;
        }
    }
}
