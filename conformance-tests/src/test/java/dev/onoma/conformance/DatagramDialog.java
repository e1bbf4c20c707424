package dev.onoma.conformance;

import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.util.Arrays;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/// Datagrams from one socket (RFC 1035, section 4.2.1).
final class DatagramDialog extends Dialog {
    private final DatagramSocket socket = new DatagramSocket();
    private final byte[] front;
    private final Map<Integer, Asked> waiting = new ConcurrentHashMap<>();

    DatagramDialog(int port, byte[] front) throws IOException {
        this.front = front;
        socket.connect(InetAddress.ofLiteral("127.0.0.1"), port);
        Thread.startVirtualThread(this::receive);
    }

    private void receive() {
        var packet = new DatagramPacket(new byte[0xffff], 0xffff);
        try {
            while (true) {
                socket.receive(packet);
                var message = Arrays.copyOf(packet.getData(), packet.getLength());
                Asked asked = waiting.remove(Way.id(message));
                if (asked != null) {
                    asked.heard(message);
                    over(asked);
                }
            }
        } catch (IOException e) {
            ended(String.valueOf(e.getMessage()));
        }
    }

    @Override
    void send(byte[] query, Asked asked) throws IOException {
        waiting.put(Way.id(query), asked);
        var packet = Way.join(front, query);
        socket.send(new DatagramPacket(packet, packet.length));
    }

    @Override
    public void close() {
        socket.close();
    }
}
