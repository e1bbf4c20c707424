package dev.onoma.server.listen;

import dev.onoma.api.ClientConnection;
import io.netty.channel.Channel;
import io.netty.channel.ChannelOption;
import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;

/// The open connections of one event loop, with the counts of all.
final class Connections {
    /// What is written counts for the channel when it is flushed through TLS, not before: so much
    /// is written without.
    static final int UNFLUSHED_OCTETS_MAX = 32 << 10;

    private final Limits limits;
    private final Shared shared;
    private final Worker worker;
    private final Handshakes handshakes;
    private int pending;
    private int inFlight;
    private final Set<Open> open = Collections.newSetFromMap(new IdentityHashMap<>());

    /// A connection of any transport, on the event loop that is its own.
    interface Open extends ClientConnection {
        /// Where it came in.
        Listener listener();

        /// How many connections that has room for; 0 if only the limits of all hold.
        default int connectionsMax() {
            return listener().service().connectionsMax();
        }
    }

    /// What all event loops count together.
    static final class Shared {
        private final AtomicInteger total = new AtomicInteger();
        private final SharedOctets unfinished;
        private final SharedOctets unsent;
        private final Sources sources = new Sources();
        private final Sources handshakes = new Sources();
        private final AtomicInteger pending = new AtomicInteger();
        private final AtomicInteger inFlight = new AtomicInteger();

        Shared(Limits limits) {
            unfinished = new SharedOctets(limits.unfinishedOctetsMax());
            unsent = new SharedOctets(limits.unsentOctetsMax());
        }
    }

    /// @param worker of the event loop
    Connections(Worker worker, Shared shared) {
        this.worker = worker;
        this.shared = shared;
        limits = worker.limits();
        handshakes = new Handshakes(worker.loop(), limits, shared.handshakes);
    }

    Handshakes handshakes() {
        return handshakes;
    }

    /// Counts a connection.
    ///
    /// @return false if there are too many: it is to be closed
    boolean opened(Open connection) {
        int total = shared.total.incrementAndGet();
        var source = connection.client().getAddress();
        int ofSource = shared.sources.add(source);
        int ofSourceHere = connection.listener().sources().add(source);
        open.add(connection);
        limits.connections(total);
        if (total > limits.connectionsMax()) {
            limits.reached("connections");
            return false;
        }
        return fits(
                "per_source",
                ofSource <= limits.perSourceMax()
                        && ofSourceHere <= limits.perSourceMax(connection.connectionsMax()));
    }

    void closed(Open connection) {
        if (open.remove(connection)) {
            var source = connection.client().getAddress();
            shared.sources.remove(source);
            connection.listener().sources().remove(source);
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

    /// Octets that were flushed and that the client has not taken.
    static long untaken(Channel channel) {
        var buffer = channel.unsafe().outboundBuffer();
        return buffer == null ? 0 : buffer.totalPendingWriteBytes();
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
        long now = System.nanoTime();
        int queries = 0;
        for (var connection : new ArrayList<>(open)) {
            connection.sweep(now);
            queries += connection.pending();
        }
        level(queries, worker.inFlight());
    }

    private void level(int queries, int waiting) {
        int pendingOfAll = shared.pending.addAndGet(queries - pending);
        int inFlightOfAll = shared.inFlight.addAndGet(waiting - inFlight);
        pending = queries;
        inFlight = waiting;
        limits.levels(shared.unfinished.octets(), shared.unsent.octets(), pendingOfAll);
        limits.waiting(inFlightOfAll, shared.sources.largest());
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
