package dev.onoma.server.listen;

import io.netty.channel.EventLoop;
import java.net.InetAddress;
import java.util.ArrayDeque;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/// The handshakes of TLS and QUIC on one event loop: so many of one source, and so many in all,
/// beyond which the one that waits longest for its client ends. Those of TLS take turns, a few
/// between two looks at the sockets, so that connections are answered while many want to shake
/// hands.
final class Handshakes {
    private final EventLoop loop;
    private final Limits limits;
    private final Sources all;
    private final ArrayDeque<Greeting> waiting = new ArrayDeque<>(0);
    private final Map<Object, Begun> begun = new LinkedHashMap<>();
    private boolean turnComes;

    /// @param end ends it at once
    private record Begun(InetAddress source, Runnable end) {}

    /// @param all of all event loops
    Handshakes(EventLoop loop, Limits limits, Sources all) {
        this.loop = loop;
        this.limits = limits;
        this.all = all;
    }

    /// Whether a client's greeting may have so many octets; that it may not is counted.
    boolean fits(int octets) {
        boolean fits = octets <= limits.greetingOctetsMax();
        if (!fits) {
            limits.reached("greeting");
        }
        return fits;
    }

    /// Whether a handshake may come in so many records; that it may not is counted.
    boolean fitsRecords(int records) {
        boolean fits = records <= limits.handshakeRecordsMax();
        if (!fits) {
            limits.reached("records");
        }
        return fits;
    }

    /// Has a client's greeting answered when it is its turn, which is soon if there are few.
    void want(Greeting greeting) {
        waiting.add(greeting);
        comeBack();
    }

    /// Greetings that wait for their turn.
    int waiting() {
        return waiting.size();
    }

    // What is scheduled runs after the sockets were looked at, what is executed runs before.
    private void comeBack() {
        if (!turnComes) {
            turnComes = true;
            var _ = loop.schedule(this::turn, 0, TimeUnit.NANOSECONDS);
        }
    }

    private void turn() {
        turnComes = false;
        long start = System.nanoTime();
        do {
            var next = waiting.poll();
            if (next == null) {
                return;
            }
            next.answer();
        } while (System.nanoTime() - start < limits.handshakesTurnNanos());
        comeBack();
    }

    /// Counts a handshake, until [#done].
    ///
    /// @param connection whose handshake it is
    /// @param end ends it at once, if it is the one that takes longest
    /// @return false if there are too many of this source, or of all and none of them is ours
    boolean begin(Object connection, InetAddress source, Runnable end) {
        boolean fits = all.add(source) <= limits.handshakesPerSourceMax();
        begun.put(connection, new Begun(source, end));
        limits.handshakes(all.total());
        if (fits && all.total() > limits.handshakesMax()) {
            limits.reached("handshakes");
            var longest = begun.entrySet().iterator().next();
            if (longest.getKey() == connection) {
                return false;
            }
            longest.getValue().end().run();
        } else if (!fits) {
            limits.reached("handshakes");
        }
        return fits;
    }

    /// A handshake is done, or will not be.
    void done(Object connection) {
        var ended = begun.remove(connection);
        if (ended != null) {
            all.remove(ended.source());
            limits.handshakes(all.total());
        }
    }
}
