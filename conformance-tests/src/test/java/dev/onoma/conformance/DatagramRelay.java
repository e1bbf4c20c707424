package dev.onoma.conformance;

import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.util.HashMap;
import java.util.Map;

/// Stands between one client and a server, as a proxy does: all datagrams go through one socket.
final class DatagramRelay implements AutoCloseable {
    private final DatagramSocket inside;
    private final DatagramSocket outside;
    private final InetSocketAddress server;
    private volatile SocketAddress client = new InetSocketAddress(0);

    /// @param inside which talks to the server
    DatagramRelay(DatagramSocket inside, InetSocketAddress server) throws IOException {
        this.inside = inside;
        this.server = server;
        outside = new DatagramSocket(0, InetAddress.ofLiteral("127.0.0.1"));
        Thread.startVirtualThread(() -> relay(outside, inside));
        Thread.startVirtualThread(() -> relay(inside, outside));
    }

    private void relay(DatagramSocket from, DatagramSocket to) {
        try {
            while (true) {
                var packet = new DatagramPacket(new byte[0xffff], 0xffff);
                from.receive(packet);
                if (from == outside) {
                    client = packet.getSocketAddress();
                }
                packet.setSocketAddress(to == inside ? server : client);
                to.send(packet);
            }
        } catch (IOException _) {
            // Closed, at the end of the test.
        }
    }

    /// Says something to the server itself.
    void send(byte[] octets) throws IOException {
        inside.send(new DatagramPacket(octets, octets.length, server));
    }

    /// The ports of a server, with the one of this relay for one way.
    Map<String, Integer> instead(Doors doors, Way way) {
        var ports = new HashMap<>(doors.ports());
        ports.put(way.scheme(), outside.getLocalPort());
        return ports;
    }

    @Override
    public void close() {
        outside.close();
        inside.close();
    }
}
