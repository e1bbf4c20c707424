package dev.onoma.conformance;

import dev.onoma.testkit.Octets;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.util.List;
import java.util.Random;

/// Sends packets that no client would send, and looks whether good queries are still answered.
///
/// ```
/// java -cp CLASSES dev.onoma.conformance.PacketFuzz 127.0.0.1 1053 example.org. 1000000 [SEED]
/// ```
///
/// Each packet is a good query with some octets changed, cut off, doubled, or put in from another
/// query; one in five goes over TCP, some of these with a wrong length. After every [#CHECK_EVERY]
/// packets a good query must be answered over UDP, and one over TCP. The seed is printed with a
/// failure and gives the same packets again.
final class PacketFuzz {
    static final int CHECK_EVERY = 500;
    private static final int TRIES = 5;
    private static final int PATIENCE_MILLIS = 1000;
    private static final int CONNECT_MILLIS = 2000;
    private static final int PACKET_MAX = 4096;
    private static final int TCP_ONE_IN = 5;

    private final InetSocketAddress server;
    private final Octets good;
    private final Random random;
    private final long seed;
    private final List<Octets> seeds;

    /// @param name a name for which the server has an answer or a denial
    PacketFuzz(InetSocketAddress server, String name, long seed) {
        this.server = server;
        this.good = query(name, "");
        this.seed = seed;
        this.random = new Random(seed);
        this.seeds =
                List.of(
                        good,
                        // EDNS with a cookie; two options; a compression pointer; a response;
                        // NOTIFY.
                        query(name, "00002904d000008000000c000a00080102030405060708"),
                        query(name, "00002904d0000000000011000300000008000700011800c00002000f0002"),
                        Octets.ofHex(
                                "0001010000020000000000000161047465737400000100"
                                        + "01c00c00010001"),
                        Octets.ofHex(
                                "000284000001000100000000016100000100"
                                        + "01c00c000100010000003c00040a000001"),
                        Octets.ofHex("00032400000100000000000004746573740000060001"),
                        Octets.ofHex("00040100000100000000000001610000fb0001"),
                        Octets.ofHex(
                                "000528000001000000010000047465737400000600010161c00c00010001000000050004"
                                        + "0a000001"));
    }

    private static Octets query(String name, String additional) {
        var hex = new StringBuilder("4d2c01000001000000000000");
        if (!additional.isEmpty()) {
            hex.setCharAt(23, '1');
        }
        for (var label : List.of(name.split("\\."))) {
            hex.append("%02x".formatted(label.length()));
            label.chars().forEach(c -> hex.append("%02x".formatted(c)));
        }
        return Octets.ofHex(hex + "0000010001" + additional);
    }

    public static void main(String... arguments) throws IOException {
        long seed = arguments.length > 4 ? Long.parseLong(arguments[4]) : System.nanoTime();
        var server =
                new InetSocketAddress(
                        InetAddress.ofLiteral(arguments[0]), Integer.parseInt(arguments[1]));
        var fuzz = new PacketFuzz(server, arguments[2], seed);
        long start = System.nanoTime();
        fuzz.run(Integer.parseInt(arguments[3]));
        System.out.printf(
                "%s packets in %.1f s, seed %d, and good queries were answered all the time%n",
                arguments[3], (System.nanoTime() - start) / 1e9, seed);
    }

    /// Sends this many packets.
    ///
    /// @throws IOException if a good query was not answered, with the seed
    void run(int packets) throws IOException {
        try (var udp = new DatagramSocket()) {
            udp.connect(server);
            for (int sent = 0; sent < packets; sent++) {
                var packet = mutated();
                if (random.nextInt(TCP_ONE_IN) == 0) {
                    sendTcp(packet);
                } else {
                    sendUdp(udp, packet);
                }
                if (sent % CHECK_EVERY == CHECK_EVERY - 1) {
                    check(sent);
                }
            }
        }
        check(packets);
    }

    private byte[] mutated() {
        var packet = seeds.get(random.nextInt(seeds.size())).toArray();
        int changes = 1 + random.nextInt(4);
        for (int i = 0; i < changes; i++) {
            packet = mutated(packet);
        }
        return packet;
    }

    private byte[] mutated(byte[] packet) {
        if (packet.length == 0) {
            return new byte[] {(byte) random.nextInt()};
        }
        int at = random.nextInt(packet.length);
        return switch (random.nextInt(7)) {
            case 0 -> changed(packet, at, (byte) random.nextInt());
            case 1 -> changed(packet, at, (byte) (packet[at] ^ 1 << random.nextInt(8)));
            case 2 -> changed(packet, at, interesting());
            case 3 -> java.util.Arrays.copyOf(packet, at);
            case 4 -> spliced(packet, at, packet);
            case 5 -> spliced(packet, at, seeds.get(random.nextInt(seeds.size())).toArray());
            default -> changed(packet, Math.min(at, 11), (byte) random.nextInt());
        };
    }

    /// Octets on which parsers turn: pointers, longest labels, zeros, all ones.
    private byte interesting() {
        return (byte) new int[] {0, 0xff, 0xc0, 0xc1, 0x3f, 0x40, 0x80, 0x7f}[random.nextInt(8)];
    }

    private static byte[] changed(byte[] packet, int at, byte value) {
        var copy = packet.clone();
        copy[at] = value;
        return copy;
    }

    private static byte[] spliced(byte[] packet, int at, byte[] other) {
        int length = Math.min(packet.length + other.length, PACKET_MAX);
        var copy = java.util.Arrays.copyOf(packet, length);
        System.arraycopy(other, 0, copy, at, Math.min(other.length, length - at));
        return copy;
    }

    private static void sendUdp(DatagramSocket udp, byte[] packet) throws IOException {
        try {
            udp.send(new DatagramPacket(packet, packet.length));
        } catch (java.net.PortUnreachableException _) {
            // Whether the server is still there is what check() finds out.
        }
    }

    /// A message with its length, or with a wrong one, and the end of the connection.
    private void sendTcp(byte[] packet) {
        try (var socket = connect()) {
            int length = random.nextInt(4) == 0 ? random.nextInt(0x10000) : packet.length;
            write(socket.getOutputStream(), length, packet);
            if (random.nextBoolean()) {
                write(socket.getOutputStream(), good.length(), good.toArray());
            }
        } catch (IOException _) {
            // The server may close a connection whenever it likes; check() sees if it is gone.
        }
    }

    private Socket connect() throws IOException {
        var socket = new Socket();
        socket.setSoTimeout(PATIENCE_MILLIS);
        socket.connect(server, CONNECT_MILLIS);
        return socket;
    }

    private static void write(OutputStream out, int length, byte[] packet) throws IOException {
        var framed = new byte[packet.length + 2];
        framed[0] = (byte) (length >> 8);
        framed[1] = (byte) length;
        System.arraycopy(packet, 0, framed, 2, packet.length);
        out.write(framed);
    }

    /// A good query over either transport; a datagram may get lost, so it is sent again.
    private void check(int sent) throws IOException {
        for (int i = 0; i < TRIES; i++) {
            if (answersUdp() && answersTcp()) {
                return;
            }
        }
        throw new IOException(
                "%s does not answer good queries after %d packets; seed %d"
                        .formatted(server, sent, seed));
    }

    private boolean answersUdp() {
        try (var udp = new DatagramSocket()) {
            udp.connect(server);
            udp.setSoTimeout(PATIENCE_MILLIS);
            var query = good.toArray();
            udp.send(new DatagramPacket(query, query.length));
            var reply = new DatagramPacket(new byte[PACKET_MAX], PACKET_MAX);
            udp.receive(reply);
            return isReply(reply.getData(), reply.getLength());
        } catch (SocketTimeoutException | java.net.PortUnreachableException _) {
            return false;
        } catch (IOException _) {
            return false; // no socket, no answer: the caller tries again and then says so
        }
    }

    private boolean answersTcp() {
        try (var socket = connect()) {
            write(socket.getOutputStream(), good.length(), good.toArray());
            var in = new DataInputStream(socket.getInputStream());
            var reply = new byte[in.readUnsignedShort()];
            in.readFully(reply);
            return isReply(reply, reply.length);
        } catch (IOException _) {
            return false; // the caller tries again and then says so
        }
    }

    private boolean isReply(byte[] reply, int length) {
        var octets = Octets.of(reply);
        return length >= good.length()
                && octets.unsigned16(0) == good.unsigned16(0)
                && (octets.unsigned8(2) & 0x80) != 0
                && (octets.unsigned8(3) & 0xf) != 1;
    }
}
