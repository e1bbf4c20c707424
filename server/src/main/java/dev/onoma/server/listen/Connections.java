package dev.onoma.server.listen;

import dev.onoma.api.ClientConnection;
import io.netty.channel.Channel;
import io.netty.channel.ChannelOption;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
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
    private final Places places;
    private final Largest largest = new Largest();
    private boolean sweeping;
    private int greetings;
    private int pending;
    private int inFlight;
    // With what they take, those first that are open longest.
    private final Map<Open, Cost> open = new LinkedHashMap<>();
    private long heapOctets;

    /// A connection of any transport, on the event loop that is its own.
    interface Open extends ClientConnection {
        /// Where it came in.
        Listener listener();

        /// How many connections that has room for; 0 if only the limits of all hold.
        default int connectionsMax() {
            return listener().service().connectionsMax();
        }

        /// Ends as another client gets its place.
        default void giveWay() {
            end();
        }

        /// What it takes from the beginning on.
        default Cost cost() {
            return listener().service().tls() == null ? Cost.TCP : Cost.TLS;
        }
    }

    /// What all event loops count together.
    static final class Shared {
        private final AtomicInteger total = new AtomicInteger();
        private final ConnectionMemory memory;
        private final SharedOctets unfinished;
        private final SharedOctets unsent;
        private final SharedOctets undelivered;
        private final Sources sources = new Sources();
        private final Sources handshakes = new Sources();
        private final AtomicInteger pending = new AtomicInteger();
        private final AtomicInteger inFlight = new AtomicInteger();
        private final AtomicInteger greetings = new AtomicInteger();
        private final List<Worker> datagrams;
        private final List<Connections> loops = new CopyOnWriteArrayList<>();

        /// @param datagrams who answers those
        Shared(Limits limits, List<Worker> datagrams) {
            this.datagrams = datagrams;
            memory = limits.connectionMemory();
            unfinished = new SharedOctets(limits.unfinishedOctetsMax());
            unsent = new SharedOctets(limits.unsentOctetsMax());
            undelivered = new SharedOctets(limits.undeliveredOctetsMax());
        }
    }

    /// @param worker of the event loop
    Connections(Worker worker, Shared shared) {
        this.worker = worker;
        this.shared = shared;
        limits = worker.limits();
        handshakes = new Handshakes(worker.loop(), limits, shared.handshakes);
        places = new Places(limits);
        shared.loops.add(this);
        limits.levelsOfConnections().show(largest);
    }

    /// Who answers their queries.
    Worker worker() {
        return worker;
    }

    Handshakes handshakes() {
        return handshakes;
    }

    /// Looks for a place at a listener for a connection that is not counted yet.
    ///
    /// @param max how many that has; 0 for no limit
    boolean findPlace(Listener listener, InetAddress source, int max) {
        boolean isFound = places.find(listener, source, max);
        if (!isFound && listener.sources().of(source) == 0) {
            // Connections of the other event loops may rest.
            for (var other : shared.loops) {
                if (other != this) {
                    other.worker.loop().execute(() -> other.places.makeOne(listener, 0));
                }
            }
        }
        return isFound;
    }

    /// Of the connections here, while they are swept.
    Largest largest() {
        return largest;
    }

    /// Counts a connection.
    ///
    /// @return false if there are too many: it is to be closed
    boolean opened(Open connection) {
        var source = connection.client().getAddress();
        var here = connection.listener().sources();
        int ofSource = shared.sources.add(source);
        int ofSourceHere = here.add(source);
        int room = limits.connectionsMax() - shared.total.getAndIncrement();
        long fit = count(connection, connection.cost());
        limits.connections(shared.total.get());
        limits.levelsOfConnections().listener(connection.listener(), connection.connectionsMax());
        return fits("connections", room > 0)
                && fits("memory", fit > 0)
                && fits(
                        "per_source",
                        ofSource <= limits.perSourceMax()
                                && limits.leavesRoom(ofSource, Math.min(room, fit))
                                && leavesRoomAt(connection, here, ofSourceHere));
    }

    // With the place of the connection itself, which is counted already; when there is none left,
    // it got that of another.
    private boolean leavesRoomAt(Open connection, Sources here, int ofSourceHere) {
        int room = connection.connectionsMax() - here.total() + 1;
        return room <= 0 || limits.leavesRoom(ofSourceHere, room);
    }

    private long count(Open connection, Cost cost) {
        open.put(connection, cost);
        places.opened(connection);
        heapOctets += cost.heapOctets();
        return shared.memory.add(cost);
    }

    void closed(Open connection) {
        var cost = open.remove(connection);
        if (cost != null) {
            heapOctets -= cost.heapOctets();
            shared.memory.remove(cost);
            var source = connection.client().getAddress();
            shared.sources.remove(source);
            connection.listener().sources().remove(source);
            places.closed(connection);
            connection.listener().wakeNext();
            limits.levelsOfConnections()
                    .listener(connection.listener(), connection.connectionsMax());
            limits.connections(shared.total.decrementAndGet());
        }
    }

    /// Counts octets of queries that are not complete.
    ///
    /// @param added negative when they are not kept any more, 0 to look only
    /// @param own of this connection, with those
    /// @return false if it is to be cut off
    boolean unfinished(long added, long own) {
        if (sweeping) {
            largest.see(Largest.Of.UNFINISHED_OCTETS, own);
        }
        return fits("unfinished", shared.unfinished.add(added, own, shared.total.get()));
    }

    /// Counts octets of answers that the client has not taken, though they were flushed.
    ///
    /// @param added negative when they have left, 0 to look only
    /// @param own of this connection, with those
    /// @return false if it is to be cut off
    boolean unsent(long added, long own) {
        if (sweeping) {
            largest.see(Largest.Of.UNSENT_OCTETS, own);
        }
        return fits("unsent", shared.unsent.add(added, own, shared.total.get()));
    }

    /// Counts octets that may be kept of what has come in pieces and out of order. Nobody knows
    /// whether they are, so it is of no consequence as long as memory is not tight.
    ///
    /// @param added negative when they are not kept any more, 0 to look only
    /// @param own of this connection, with those
    /// @return false if it is to be ended
    boolean undelivered(long added, long own) {
        boolean isAllowed = shared.undelivered.add(added, own, shared.total.get());
        if (shared.undelivered.isMuch()) {
            shared.memory.expect();
        }
        return fits("undelivered", isAllowed || !shared.memory.isTight());
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
        makeRoom();
        shared.memory.relieve(now);
        sweeping = true;
        for (var connection : new ArrayList<>(open.keySet())) {
            connection.sweep(now);
            queries += connection.pending();
            largest.see(Largest.Of.STREAMS, connection.pending());
        }
        sweeping = false;
        largest.show();
        level(queries, worker.inFlight());
    }

    // When something else takes more of the heap, connections that do nothing end, the oldest
    // first; each event loop looks after its own.
    private void makeRoom() {
        long surplus = shared.memory.surplus();
        if (surplus == 0) {
            return;
        }
        limits.reached("memory");
        long mine = surplus * heapOctets / Math.max(heapOctets, shared.memory.heapOctets());
        for (var each : new ArrayList<>(open.entrySet())) {
            if (mine > 0 && each.getKey().pending() == 0) {
                mine -= each.getValue().heapOctets();
                each.getKey().end();
            }
        }
    }

    private void level(int queries, int waiting) {
        int pendingOfAll = shared.pending.addAndGet(queries - pending);
        int inFlightOfAll = shared.inFlight.addAndGet(waiting - inFlight);
        for (var worker : shared.datagrams) {
            inFlightOfAll += worker.inFlight();
        }
        pending = queries;
        inFlight = waiting;
        limits.levels(shared.unfinished.octets(), shared.unsent.octets(), pendingOfAll);
        limits.undelivered(shared.undelivered.octets());
        limits.memory(shared.memory.heapOctets(), shared.memory.nativeOctets());
        limits.waiting(inFlightOfAll, shared.sources.largest());
        int greetingsNow = handshakes.waiting();
        var levels = limits.levelsOfConnections();
        levels.handshakes(
                shared.greetings.addAndGet(greetingsNow - greetings), shared.handshakes.largest());
        levels.swept();
        greetings = greetingsNow;
    }

    /// Whether clients of some listeners still wait for answers, or do not take them.
    boolean isAnswering(Collection<Listener> listeners) {
        for (var connection : open.keySet()) {
            if (connection.pending() > 0 && listeners.contains(connection.listener())) {
                return true;
            }
        }
        return false;
    }

    /// Ends those of a listener that is closed.
    void end(Listener listener) {
        listener.waiting().forEach(WaitingConnection::close);
        for (var connection : new ArrayList<>(open.keySet())) {
            if (connection.listener() == listener) {
                connection.end();
            }
        }
    }
}
