package dev.onoma.server;

import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.util.Arrays;
import java.util.Optional;
import org.xbill.DNS.DClass;
import org.xbill.DNS.Message;
import org.xbill.DNS.Name;
import org.xbill.DNS.Record;
import org.xbill.DNS.Type;

/// Asks a server on loopback, octet for octet.
final class Client {
    private static final int PATIENCE_MILLIS = 5000;
    private static final int SILENCE_MILLIS = 200;

    private Client() {}

    static byte[] query(String name, int type) {
        return message(name, type).toWire();
    }

    static Message message(String name, int type) {
        try {
            return Message.newQuery(
                    Record.newRecord(Name.fromString(name, Name.root), type, DClass.IN));
        } catch (IOException e) {
            throw new IllegalArgumentException(e);
        }
    }

    static Message udp(int port, byte[] packet) throws IOException {
        return new Message(udpOctets(port, packet, PATIENCE_MILLIS).orElseThrow());
    }

    static Message udp(int port, String name) throws IOException {
        return udp(port, query(name, Type.A));
    }

    static boolean isSilent(int port, byte[] packet) throws IOException {
        return udpOctets(port, packet, SILENCE_MILLIS).isEmpty();
    }

    static Optional<byte[]> udpOctets(int port, byte[] packet, int millis) throws IOException {
        try (var socket = new DatagramSocket()) {
            socket.setSoTimeout(millis);
            socket.connect(InetAddress.getLoopbackAddress(), port);
            socket.send(new DatagramPacket(packet, packet.length));
            var answer = new DatagramPacket(new byte[65535], 65535);
            socket.receive(answer);
            return Optional.of(Arrays.copyOf(answer.getData(), answer.getLength()));
        } catch (SocketTimeoutException _) {
            return Optional.empty();
        }
    }

    static Socket connect(int port) throws IOException {
        var socket = new Socket(InetAddress.getLoopbackAddress(), port);
        socket.setSoTimeout(PATIENCE_MILLIS);
        return socket;
    }

    static void send(Socket socket, byte[] message) throws IOException {
        var out = new DataOutputStream(socket.getOutputStream());
        var framed = new byte[message.length + 2];
        framed[0] = (byte) (message.length >> 8);
        framed[1] = (byte) message.length;
        System.arraycopy(message, 0, framed, 2, message.length);
        out.write(framed);
    }

    static Message receive(Socket socket) throws IOException {
        var in = new DataInputStream(socket.getInputStream());
        var octets = new byte[in.readUnsignedShort()];
        in.readFully(octets);
        return new Message(octets);
    }
}
