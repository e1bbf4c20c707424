package dev.onoma.comparison;

import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.IntFunction;

/// Asks a server as a client does, at a rate or as fast as it answers, and notes when which answer
/// came. Nothing is asked twice; what has not come after five seconds does not count as answered.
final class Questions {
    private static final int WAIT_MILLIS = 5_000;
    private static final int DO_FROM_END = 4;

    private final int port;
    private final boolean dnssecOk;

    Questions(int port) {
        this(port, false);
    }

    /// @param dnssecOk whether DO is set (RFC 3225)
    Questions(int port, boolean dnssecOk) {
        this.port = port;
        this.dnssecOk = dnssecOk;
    }

    /// What came.
    ///
    /// @param nanos until the answer, 0 if there was none
    /// @param replies null where there was none
    record Answers(long[] nanos, byte[][] replies) {
        long count(int rcode) {
            return Arrays.stream(replies).filter(r -> r != null && (r[3] & 15) == rcode).count();
        }

        /// Answers with an address that is the right one.
        long right() {
            return Arrays.stream(replies)
                    .filter(r -> r != null && (r[3] & 15) == 0 && r[7] == 1)
                    .filter(r -> r[addressEnd(r)] == 1)
                    .count();
        }

        // The last octet of the first address; its owner is a pointer.
        private static int addressEnd(byte[] reply) {
            return questionEnd(reply) + 15;
        }

        long lost() {
            return Arrays.stream(replies).filter(r -> r == null).count();
        }

        /// In milliseconds, of those that came.
        double percentile(double share) {
            var came = Arrays.stream(nanos).filter(n -> n > 0).sorted().toArray();
            return came.length == 0
                    ? Double.NaN
                    : came[(int) Math.min(came.length - 1, came.length * share)] / 1e6;
        }

        /// The share of questions asked from some moment on that took longer, or got no answer.
        double slower(int from, long millis) {
            long slow = 0;
            for (int i = from; i < nanos.length; i++) {
                slow += nanos[i] == 0 || nanos[i] > millis * 1_000_000 ? 1 : 0;
            }
            return (double) slow / (nanos.length - from);
        }

        /// How many failures say why (RFC 8914).
        long explained() {
            return Arrays.stream(replies).filter(r -> r != null && ede(r)).count();
        }

        // There are no records but OPT in a failure, and no option in front of this one.
        private static boolean ede(byte[] reply) {
            int opt = questionEnd(reply);
            return reply[11] == 1 && reply.length > opt + 15 && reply[opt + 12] == 15;
        }

        private static int questionEnd(byte[] message) {
            int end = 12;
            while (message[end] != 0) {
                end += message[end] + 1;
            }
            return end + 5;
        }
    }

    static byte[] query(String name, int id) {
        var out = new ByteArrayOutputStream();
        out.writeBytes(new byte[] {(byte) (id >> 8), (byte) id, 1, 0, 0, 1, 0, 0, 0, 0, 0, 1});
        for (var label : List.of(name.split("\\."))) {
            out.write(label.length());
            out.writeBytes(label.getBytes(StandardCharsets.US_ASCII));
        }
        out.writeBytes(new byte[] {0, 0, 1, 0, 1, 0, 0, 41, 4, (byte) 0xd0, 0, 0, 0, 0, 0, 0});
        return out.toByteArray();
    }

    /// Asks over UDP.
    ///
    /// @param perSecond 0 for as fast as answers come, with at most 200 questions out
    Answers ask(IntFunction<String> names, int count, int perSecond) throws IOException {
        var sent = new long[count];
        var answers = new Answers(new long[count], new byte[count][]);
        try (var socket = new DatagramSocket()) {
            socket.connect(new InetSocketAddress(FaultyUpstream.LOOPBACK, port));
            socket.setReceiveBufferSize(4 << 20);
            var out =
                    new java.util.concurrent.Semaphore(
                            perSecond == 0 ? 200 : Integer.MAX_VALUE / 2);
            var receiver =
                    Thread.ofPlatform().start(() -> receive(socket, sent, answers, out, count));
            long start = System.nanoTime();
            for (int i = 0; i < count; i++) {
                if (perSecond > 0) {
                    pause(start + (long) i * TimeUnit.SECONDS.toNanos(1) / perSecond);
                } else if (!out.tryAcquire(WAIT_MILLIS, TimeUnit.MILLISECONDS)) {
                    break;
                }
                var query = query(names.apply(i), i & 0xffff);
                query[query.length - DO_FROM_END] |= (byte) (dnssecOk ? 0x80 : 0);
                sent[i] = System.nanoTime();
                socket.send(new DatagramPacket(query, query.length));
            }
            receiver.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException(e);
        }
        return answers;
    }

    private static void pause(long until) {
        for (long left = until - System.nanoTime(); left > 0; left = until - System.nanoTime()) {
            LockSupport.parkNanos(left);
        }
    }

    private static void receive(
            DatagramSocket socket,
            long[] sent,
            Answers answers,
            java.util.concurrent.Semaphore out,
            int count) {
        var packet = new DatagramPacket(new byte[4096], 4096);
        int came = 0;
        int newest = 0;
        try {
            socket.setSoTimeout(WAIT_MILLIS);
            while (came < count) {
                socket.receive(packet);
                long now = System.nanoTime();
                int id = (packet.getData()[0] & 0xff) << 8 | packet.getData()[1] & 0xff;
                // The youngest question with this id that can have been sent.
                int i = newest & ~0xffff | id;
                i = i < count && i - newest <= 0x8000 ? i : i - 0x10000;
                i = newest - i > 0x8000 && i + 0x10000 < count ? i + 0x10000 : i;
                newest = Math.max(newest, i);
                if (answers.replies[i] == null) {
                    answers.replies[i] = Arrays.copyOf(packet.getData(), packet.getLength());
                    answers.nanos[i] = now - sent[i];
                    came++;
                    out.release();
                }
            }
        } catch (SocketTimeoutException _) {
            // The rest does not come any more.
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    /// Asks all at once on one TCP connection.
    Answers askOnOneConnection(List<String> names) throws IOException {
        int count = names.size();
        var answers = new Answers(new long[count], new byte[count][]);
        try (var socket = new Socket(FaultyUpstream.LOOPBACK, port)) {
            socket.setSoTimeout(WAIT_MILLIS);
            socket.setTcpNoDelay(true);
            var out = new ByteArrayOutputStream();
            for (int i = 0; i < count; i++) {
                var query = query(names.get(i), i);
                out.write(query.length >> 8);
                out.write(query.length);
                out.writeBytes(query);
            }
            long start = System.nanoTime();
            socket.getOutputStream().write(out.toByteArray());
            var in = new DataInputStream(socket.getInputStream());
            for (int came = 0; came < count; came++) {
                var reply = new byte[in.readUnsignedShort()];
                in.readFully(reply);
                int i = (reply[0] & 0xff) << 8 | reply[1] & 0xff;
                answers.replies[i] = reply;
                answers.nanos[i] = System.nanoTime() - start;
            }
        } catch (SocketTimeoutException _) {
            // The rest does not come any more.
        }
        return answers;
    }
}
