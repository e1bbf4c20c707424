package dev.onoma.conformance;

import java.io.Closeable;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;

/// Passes one transport on to a server on loopback, and has nobody listen for the other: what is
/// left when a rule of a firewall or of kube-proxy is missing.
record Relay(int port, Closeable socket) implements Closeable {
    private static final InetAddress HERE = InetAddress.getLoopbackAddress();
    private static final int OCTETS_MAX = 65_535;

    static Relay ofDatagrams(int server) throws IOException {
        var socket = new DatagramSocket(0, HERE);
        Thread.ofVirtual().start(() -> passDatagrams(socket, server));
        return new Relay(socket.getLocalPort(), socket);
    }

    static Relay ofConnections(int server) throws IOException {
        var socket = new ServerSocket(0, 0, HERE);
        Thread.ofVirtual().start(() -> passConnections(socket, server));
        return new Relay(socket.getLocalPort(), socket);
    }

    private static void passDatagrams(DatagramSocket socket, int server) {
        try (var other = new DatagramSocket()) {
            while (true) {
                var query = new DatagramPacket(new byte[OCTETS_MAX], OCTETS_MAX);
                socket.receive(query);
                other.send(new DatagramPacket(query.getData(), query.getLength(), HERE, server));
                var answer = new DatagramPacket(new byte[OCTETS_MAX], OCTETS_MAX);
                other.receive(answer);
                answer.setSocketAddress(query.getSocketAddress());
                socket.send(answer);
            }
        } catch (IOException _) {
            // closed
        }
    }

    private static void passConnections(ServerSocket socket, int server) {
        try {
            while (true) {
                var client = socket.accept();
                Thread.ofVirtual().start(() -> pass(client, server));
            }
        } catch (IOException _) {
            // closed
        }
    }

    private static void pass(Socket client, int server) {
        try (client;
                var other = new Socket(HERE, server)) {
            Thread.ofVirtual().start(() -> copy(client, other));
            copy(other, client);
        } catch (IOException _) {
            // Who goes takes the other with him.
        }
    }

    private static void copy(Socket from, Socket to) {
        try {
            from.getInputStream().transferTo(to.getOutputStream());
            to.shutdownOutput();
        } catch (IOException _) {
            // One of them has gone.
        }
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
