package dev.onoma.plugins.forward;

import java.util.ArrayList;
import java.util.List;

/// The sockets and connections from one event loop to one upstream.
///
/// Datagrams go through up to [#SOCKETS_MAX] sockets, chosen at random, each of which serves for 64
/// to 191 questions. Connections are opened when those that stand have [#PIPELINE_MAX] questions
/// waiting, or are held up by a question that takes its time, up to [#CONNECTIONS_MAX]. What is
/// idle for longer than `expire` is closed.
final class Link {
    static final int SOCKETS_MAX = 4;
    static final int CONNECTIONS_MAX = 8;
    static final int PIPELINE_MAX = 32;

    private static final int USES_MIN = 64;
    private static final int USES_SPREAD = 128;

    /// A socket that has so many questions out is joined by another one.
    private static final int SOCKET_BUSY = 8;

    private final Lane lane;
    private final Upstream upstream;
    private final ForwardOptions.Connections options;
    private final List<UdpSocket> sockets = new ArrayList<>(SOCKETS_MAX);
    private final List<TcpConnection> connections = new ArrayList<>(1);

    Link(Lane lane, Upstream upstream, ForwardOptions.Connections options) {
        this.lane = lane;
        this.upstream = upstream;
        this.options = options;
    }

    void send(Exchange exchange) {
        if (upstream.isHttps()) {
            upstream.https().send(exchange, lane);
        } else if (exchange.tcp) {
            connection(exchange.sentNanos).send(exchange);
        } else {
            socket(exchange.sentNanos).send(exchange);
        }
    }

    private UdpSocket socket(long nowNanos) {
        int limit = options.idleMax() == 0 ? SOCKETS_MAX : Math.min(SOCKETS_MAX, options.idleMax());
        int at = sockets.isEmpty() ? 0 : lane.ids().below(sockets.size());
        if (at < sockets.size()) {
            var socket = sockets.get(at);
            if (isWorn(socket, nowNanos)) {
                sockets.remove(at).retire();
            } else if (socket.waiting() < SOCKET_BUSY || sockets.size() >= limit) {
                upstream.metrics().udpReused.inc();
                return socket;
            }
        }
        upstream.metrics().udpOpened.inc();
        var opened = new UdpSocket(lane, upstream, USES_MIN + lane.ids().below(USES_SPREAD));
        sockets.add(opened);
        opened.open(options.source());
        return opened;
    }

    private boolean isWorn(UdpSocket socket, long nowNanos) {
        return socket.isWorn()
                || socket.isIdle(nowNanos, options.expire().toNanos())
                || !socket.isUsable(nowNanos, options.ageMax().toNanos());
    }

    private TcpConnection connection(long nowNanos) {
        TcpConnection best = null;
        long ageMax = options.ageMax().toNanos();
        for (var connection : connections) {
            if (connection.isUsable(nowNanos, ageMax)
                    && !connection.isIdle(nowNanos, options.expire().toNanos())
                    && (best == null || load(connection, nowNanos) < load(best, nowNanos))) {
                best = connection;
            }
        }
        if (best != null
                && (load(best, nowNanos) < PIPELINE_MAX || connections.size() >= CONNECTIONS_MAX)) {
            upstream.metrics().tcpReused.inc();
            return best;
        }
        upstream.metrics().tcpOpened.inc();
        int connectMillis = (int) Math.max(1, options.readTimeout().toMillis());
        var opened = new TcpConnection(lane, upstream, connectMillis);
        connections.add(opened);
        opened.open(options.source());
        return opened;
    }

    private static int load(TcpConnection connection, long nowNanos) {
        return connection.waiting() + (connection.isStalled(nowNanos) ? PIPELINE_MAX : 0);
    }

    /// Closes what is idle or too old.
    ///
    /// @return whether anything is left
    boolean sweep(long nowNanos) {
        long expire = options.expire().toNanos();
        long ageMax = options.ageMax().toNanos();
        sockets.removeIf(socket -> {
            boolean over = isWorn(socket, nowNanos);
            if (over) {
                socket.retire();
            }
            return over;
        });
        int idle = 0;
        for (var connection : List.copyOf(connections)) {
            boolean surplus =
                    connection.waiting() == 0
                            && options.idleMax() > 0
                            && ++idle > options.idleMax();
            if (surplus
                    || connection.isIdle(nowNanos, expire)
                    || !connection.isUsable(nowNanos, ageMax)) {
                connection.retire();
            }
        }
        connections.removeIf(connection -> !connection.isOpen());
        return !sockets.isEmpty() || !connections.isEmpty();
    }

    void close() {
        sockets.forEach(Conduit::close);
        List.copyOf(connections).forEach(Conduit::close);
        sockets.clear();
        connections.clear();
    }
}
