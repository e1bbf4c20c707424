package dev.onoma.server.listen;

import io.netty.channel.Channel;
import io.netty.channel.EventLoop;
import java.net.InetAddress;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/// The handshakes of TLS on one event loop: a few between two looks at its sockets, so that
/// datagrams are answered while many want to shake hands; so many of one source; and so many in
/// all, beyond which the one that waits longest for its client ends.
final class Handshakes {
    // Longer than that nobody else waits for handshakes; one takes some tenths of it.
    private static final long TURN_NANOS = Duration.ofMillis(1).toNanos();

    private final EventLoop loop;
    private final Limits limits;
    private final Sources all;
    private final ArrayDeque<Greeting> waiting = new ArrayDeque<>(0);
    private final Map<Channel, InetAddress> begun = new LinkedHashMap<>();
    private boolean turnComes;

    /// @param all of all event loops
    Handshakes(EventLoop loop, Limits limits, Sources all) {
        this.loop = loop;
        this.limits = limits;
        this.all = all;
    }

    /// Has a client's greeting answered when it is its turn, which is soon if there are few.
    void want(Greeting greeting) {
        waiting.add(greeting);
        comeBack();
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
        } while (System.nanoTime() - start < TURN_NANOS);
        comeBack();
    }

    /// Counts a handshake, until [#done].
    ///
    /// @return false if there are too many of this source, or of all and none of them is ours
    boolean begin(Channel channel, InetAddress source) {
        boolean fits = add(source);
        begun.put(channel, source);
        if (all.total() > limits.handshakesMax()) {
            limits.reached("handshakes");
            var longest = begun.keySet().iterator().next();
            fits &= longest != channel;
            if (fits) {
                Connections.cutOff(longest);
            }
        }
        return fits;
    }

    /// Counts a handshake that somebody else looks after, until [#remove].
    ///
    /// @return false if there are too many of this source
    boolean add(InetAddress source) {
        boolean fits = all.add(source) <= limits.handshakesPerSourceMax();
        limits.handshakes(all.total());
        if (!fits) {
            limits.reached("handshakes");
        }
        return fits;
    }

    /// A handshake is done, or will not be.
    void done(Channel channel) {
        var source = begun.remove(channel);
        if (source != null) {
            remove(source);
        }
    }

    /// Counts what [#add] counted no more.
    void remove(InetAddress source) {
        all.remove(source);
        limits.handshakes(all.total());
    }
}
