package dev.onoma.server.listen;

import dev.onoma.api.ClientConnection;
import io.netty.channel.Channel;
import io.netty.channel.ChannelOption;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;

/// The open connections of one event loop, with the counts of all.
final class Connections {
    private final Limits limits;
    private final Shared shared;
    private final Set<Open> open = Collections.newSetFromMap(new IdentityHashMap<>());

    /// A connection of any transport, on the event loop that is its own.
    interface Open extends ClientConnection {
        /// Where it came in.
        Listener listener();
    }

    /// What all event loops count together.
    static final class Shared {
        private final AtomicInteger total = new AtomicInteger();
        private final SharedOctets unfinished;
        private final SharedOctets unsent;
        private final Map<InetAddress, Integer> bySource = new HashMap<>();

        Shared(Limits limits) {
            unfinished = new SharedOctets(limits.unfinishedOctetsMax());
            unsent = new SharedOctets(limits.unsentOctetsMax());
        }

        private synchronized boolean add(InetAddress source, int max) {
            return bySource.merge(source, 1, Integer::sum) <= max;
        }

        private synchronized void remove(InetAddress source) {
            bySource.computeIfPresent(source, (_, n) -> n > 1 ? n - 1 : null);
        }
    }

    Connections(Limits limits, Shared shared) {
        this.limits = limits;
        this.shared = shared;
    }

    /// Counts a connection.
    ///
    /// @return false if there are too many: it is to be closed
    boolean opened(Open connection) {
        int total = shared.total.incrementAndGet();
        boolean fits = shared.add(connection.client().getAddress(), limits.perSourceMax());
        open.add(connection);
        limits.connections(total);
        if (total > limits.connectionsMax()) {
            limits.reached("connections");
            return false;
        }
        if (!fits) {
            limits.reached("per_source");
        }
        return fits;
    }

    void closed(Open connection) {
        if (open.remove(connection)) {
            shared.remove(connection.client().getAddress());
            limits.connections(shared.total.decrementAndGet());
        }
    }

    /// Counts octets of queries that are not complete.
    ///
    /// @param added negative when they are not kept any more, 0 to look only
    /// @param own of this connection, with those
    /// @return false if it is to be cut off
    boolean unfinished(long added, long own) {
        return fits("unfinished", shared.unfinished.add(added, own, shared.total.get()));
    }

    /// Counts octets of answers that the client has not taken, though they were flushed.
    ///
    /// @param added negative when they have left, 0 to look only
    /// @param own of this connection, with those
    /// @return false if it is to be cut off
    boolean unsent(long added, long own) {
        return fits("unsent", shared.unsent.add(added, own, shared.total.get()));
    }

    private boolean fits(String limit, boolean fits) {
        if (!fits) {
            limits.reached(limit);
        }
        return fits;
    }

    /// Ends a connection at once: neither TLS nor the kernel waits until the client has taken what
    /// is left, which is what such a client never does.
    static void cutOff(Channel channel) {
        if (channel.isActive()) {
            channel.config().setOption(ChannelOption.SO_LINGER, 0);
            var _ = channel.pipeline().firstContext().close();
        }
    }

    void sweep() {
        limits.held(shared.unfinished.octets(), shared.unsent.octets());
        long now = System.nanoTime();
        for (var connection : new ArrayList<>(open)) {
            connection.sweep(now);
        }
    }

    /// Ends those of a listener that is closed.
    void end(Listener listener) {
        for (var connection : new ArrayList<>(open)) {
            if (connection.listener() == listener) {
                connection.end();
            }
        }
    }
}
