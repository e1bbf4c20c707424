package dev.onoma.server.listen;

import dev.onoma.api.GrpcLimits;
import dev.onoma.api.HttpLimits;
import dev.onoma.api.ListenerPlugin;
import dev.onoma.api.OpenListener;
import dev.onoma.api.ProxyProtocol;
import dev.onoma.api.RequestFields;
import dev.onoma.api.TcpLimits;
import dev.onoma.server.chain.Router;
import dev.onoma.server.tls.ServerContext;
import io.netty.channel.Channel;
import io.netty.channel.ServerChannel;
import java.net.InetAddress;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/// One address and port on which queries come in, with the sockets of all event loops.
///
/// It outlives reloads: the next configuration only brings another [Router].
public final class Listener {
    private static final int WAITING_MAX = 1024;

    private final ListenerId id;
    private final List<Channel> channels = new CopyOnWriteArrayList<>();
    private final Map<OwnAddresses, Worker> own = new ConcurrentHashMap<>();
    private volatile Service service;
    private final AtomicInteger connections = new AtomicInteger();
    private final Sources sources = new Sources();
    private final Queue<WaitingConnection> waiting = new ConcurrentLinkedQueue<>();
    private final Sources waitingSources = new Sources();
    private volatile int port;
    private @Nullable OpenListener hosted;

    /// What a configuration wants of a listener; swapped as one.
    ///
    /// @param tls for connections that begin from now on; null for clear text
    /// @param connectionsMax of this listener alone; others wait to be accepted; 0 for no limit
    /// @param proxy whose PROXY headers are believed; null if nobody looks for any
    /// @param plugin that serves the scheme, or null where the server does
    /// @param settings for that plugin, and limits of single schemes
    public record Service(
            Router router,
            TcpLimits limits,
            @Nullable ServerContext tls,
            int connectionsMax,
            @Nullable ProxyProtocol proxy,
            @Nullable ListenerPlugin plugin,
            Settings settings) {
        String server() {
            return router.server();
        }

        HttpLimits http() {
            return settings.first(HttpLimits.class).orElse(HttpLimits.DEFAULT);
        }

        GrpcLimits grpc() {
            return settings.first(GrpcLimits.class).orElse(GrpcLimits.DEFAULT);
        }

        RequestFields requestFields() {
            return settings.first(RequestFields.class).orElse(RequestFields.NONE);
        }
    }

    Listener(ListenerId id, Service service) {
        this.id = id;
        this.service = service;
    }

    /// Its identity.
    public ListenerId id() {
        return id;
    }

    /// What it does now.
    public Service service() {
        return service;
    }

    /// Lets every later query go another way. Any thread.
    public void service(Service next) {
        service = next;
        var sockets = hosted;
        if (sockets != null) {
            sockets.reloaded();
        }
    }

    /// The port that is bound, which is another than configured when that is 0.
    public int port() {
        return port;
    }

    void bound(Channel channel, int port) {
        channels.add(channel);
        this.port = port;
    }

    void bound(OpenListener sockets) {
        hosted = sockets;
        port = sockets.port();
    }

    /// The sockets of a plugin, if it is one that listens here.
    @Nullable OpenListener hosted() {
        return hosted;
    }

    /// Of a wildcard address: what each event loop knows of this machine's addresses.
    Map<OwnAddresses, Worker> own() {
        return own;
    }

    /// A connection was accepted: it finds a place, takes that of another, or waits for one
    /// ([Places]). When there are too many of those, nobody else is accepted.
    void accepted(Channel connection) {
        int max = service.connectionsMax();
        if (connections.incrementAndGet() - WAITING_MAX >= max && max > 0) {
            accept(false);
        }
        connection.closeFuture().addListener(_ -> left());
    }

    private void left() {
        int open = connections.decrementAndGet();
        int max = service.connectionsMax();
        if (max == 0 || open - WAITING_MAX < max) {
            accept(true);
        }
    }

    /// Whether all places are taken.
    boolean isFull() {
        int max = service.connectionsMax();
        return max > 0 && sources.total() >= max;
    }

    /// A connection begins to wait for a place.
    ///
    /// @return false if too many do for one whose source has another
    boolean begins(WaitingConnection connection, InetAddress source) {
        boolean hasOther = sources.of(source) > 0 || waitingSources.of(source) > 0;
        if (hasOther && waitingSources.total() >= WAITING_MAX / 2) {
            return false;
        }
        waitingSources.add(source);
        waiting.add(connection);
        return true;
    }

    /// It has one, or has left.
    void waitsNoMore(WaitingConnection connection, InetAddress source) {
        waiting.remove(connection);
        waitingSources.remove(source);
    }

    /// It was woken in vain.
    void waitsOn(WaitingConnection connection) {
        waiting.add(connection);
    }

    /// Somebody has left: the next may have his place.
    void wakeNext() {
        var next = waiting.poll();
        if (next != null) {
            next.wake();
        }
    }

    /// Those who wait for a place.
    Collection<WaitingConnection> waiting() {
        return waiting;
    }

    private void accept(boolean more) {
        for (var channel : channels) {
            if (channel instanceof ServerChannel && channel.config().isAutoRead() != more) {
                channel.config().setAutoRead(more);
            }
        }
    }

    /// Where its connections come from.
    Sources sources() {
        return sources;
    }

    List<Channel> channels() {
        return channels;
    }
}
