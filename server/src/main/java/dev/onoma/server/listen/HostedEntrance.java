package dev.onoma.server.listen;

import dev.onoma.api.ClientConnection;
import dev.onoma.api.DnsOverHttp;
import dev.onoma.api.Entrance;
import dev.onoma.api.MoreMessages;
import dev.onoma.api.Transport;
import dev.onoma.server.wire.Verdict;
import dev.onoma.server.wire.WireQuery;
import io.netty.buffer.Unpooled;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.util.IdentityHashMap;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/// The way of a plugin's listener to the [Worker] of one event loop, where everything happens.
final class HostedEntrance implements Entrance, ReplyTo {
    private final Worker worker;
    private final Listener listener;
    private final Connections connections;
    private final ProxiedDatagrams proxied;
    private final IdentityHashMap<ClientConnection, Hosted> open = new IdentityHashMap<>();

    /// A connection of a plugin, as [Connections] wants it.
    private static final class Hosted implements Connections.Open {
        private final ClientConnection connection;
        private final Listener listener;
        private final int connectionsMax;
        private boolean isReady;

        Hosted(ClientConnection connection, Listener listener, int connectionsMax) {
            this.connection = connection;
            this.listener = listener;
            this.connectionsMax = connectionsMax;
        }

        @Override
        public Listener listener() {
            return listener;
        }

        @Override
        public int connectionsMax() {
            return connectionsMax;
        }

        @Override
        public Cost cost() {
            return Cost.QUIC;
        }

        @Override
        public int pending() {
            return connection.pending();
        }

        @Override
        public long usedNanos() {
            return connection.usedNanos();
        }

        @Override
        public InetSocketAddress client() {
            return connection.client();
        }

        @Override
        public void sweep(long nowNanos) {
            connection.sweep(nowNanos);
        }

        @Override
        public void end() {
            connection.end();
        }

        /// Who has not shaken hands yet would be waited for.
        @Override
        public void giveWay() {
            if (isReady) {
                connection.end();
            } else {
                connection.cutOff();
            }
        }
    }

    /// @param drops hears of broken PROXY headers
    HostedEntrance(Worker worker, Listener listener, Connections connections, ProxyDrops drops) {
        proxied = new ProxiedDatagrams(drops);
        this.worker = worker;
        this.listener = listener;
        this.connections = connections;
    }

    @Override
    public Executor executor() {
        return worker.loop();
    }

    @Override
    public boolean isProxied() {
        return listener.service().proxy() != null;
    }

    @Override
    public @Nullable Parties parties(
            ByteBuffer datagram, InetSocketAddress peer, InetSocketAddress local) {
        var proxy = listener.service().proxy();
        if (proxy == null) {
            return new Parties(peer, local);
        }
        var content = Unpooled.wrappedBuffer(datagram);
        var ends = proxied.ends(proxy, content, peer, local, System.nanoTime());
        if (ends == null) {
            return null;
        }
        datagram.position(datagram.limit() - content.readableBytes());
        return new Parties(ends.client(), ends.local());
    }

    @Override
    public boolean ask(
            byte[] message,
            int octets,
            Transport transport,
            InetSocketAddress client,
            InetSocketAddress local,
            Exchange exchange) {
        var query = worker.take();
        System.arraycopy(message, 0, query.buffer(octets), 0, octets);
        query.from(transport, client, local, System.nanoTime());
        var verdict = query.read(octets);
        if (verdict == Verdict.IGNORE || verdict == Verdict.FORMERR) {
            worker.give(query);
            return false;
        }
        query.ticket(exchange);
        query.requestFields(exchange.requestFields());
        int length = worker.serve(query, verdict, listener, this);
        if (length > 0) {
            send(query, worker.octets(), length);
        } else if (length == 0) {
            nothing(query);
        }
        if (length != Worker.LATER) {
            worker.give(query);
        }
        return true;
    }

    @Override
    public void send(WireQuery query, byte[] octets, int length) {
        var more = query.response().more();
        var further = more == null ? null : new Rest((WireQuery) query.detached(), more);
        exchange(query).answered(octets, length, further);
    }

    @Override
    public void nothing(WireQuery query) {
        exchange(query).dropped();
    }

    private static Exchange exchange(WireQuery query) {
        if (query.ticket() instanceof Exchange exchange) {
            return exchange;
        }
        throw new IllegalStateException("a query that did not come through here");
    }

    /// The messages behind the first of a response.
    private final class Rest implements Further {
        private final WireQuery query;
        private final MoreMessages more;

        Rest(WireQuery query, MoreMessages more) {
            this.query = query;
            this.more = more;
        }

        @Override
        public int next() {
            try {
                var sections = more.next();
                return sections == null ? 0 : worker.further(query, sections);
            } catch (RuntimeException e) {
                worker.mistaken(query, e);
                throw e;
            }
        }

        @Override
        public byte[] message() {
            return worker.octets();
        }

        @Override
        public void close() {
            more.close();
        }
    }

    @Override
    public boolean opened(ClientConnection connection, int connectionsMax) {
        var hosted = new Hosted(connection, listener, connectionsMax);
        open.put(connection, hosted);
        var source = connection.client().getAddress();
        // Nobody can wait here: a client is told, and comes again.
        boolean fits = connections.findPlace(listener, source, connectionsMax);
        if (!fits) {
            reached("connections");
        }
        return connections.opened(hosted)
                && fits
                && connections.handshakes().begin(connection, source, connection::cutOff);
    }

    @Override
    public void ready(ClientConnection connection) {
        var hosted = open.get(connection);
        if (hosted != null) {
            hosted.isReady = true;
        }
        connections.handshakes().done(connection);
    }

    @Override
    public void closed(ClientConnection connection) {
        Hosted hosted = open.remove(connection);
        if (hosted != null) {
            connections.handshakes().done(connection);
            connections.closed(hosted);
        }
    }

    @Override
    public boolean unfinished(long added, long own) {
        return connections.unfinished(added, own);
    }

    @Override
    public boolean unsent(long added, long own) {
        return connections.unsent(added, own);
    }

    @Override
    public boolean undelivered(long added, long own) {
        return connections.undelivered(added, own);
    }

    @Override
    public int queriesMax() {
        return worker.limits().perConnectionMax();
    }

    @Override
    public DnsOverHttp http() {
        return new HostedHttp(worker);
    }

    @Override
    public void reached(String limit) {
        worker.limits().reached(limit);
    }
}
