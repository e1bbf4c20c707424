package dev.onoma.server.listen;

import dev.onoma.api.TcpLimits;
import dev.onoma.server.chain.Router;
import dev.onoma.server.tls.ServerContext;
import io.netty.channel.Channel;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;

/// One address and port on which queries come in, with the sockets of all event loops.
///
/// It outlives reloads: the next configuration only brings another [Router].
public final class Listener {
    private final ListenerId id;
    private final List<Channel> channels = new CopyOnWriteArrayList<>();
    private final Map<OwnAddresses, Worker> own = new ConcurrentHashMap<>();
    private volatile Service service;
    private int port;

    /// What a configuration wants of a listener; swapped as one.
    ///
    /// @param tls for connections that begin from now on; null for clear text
    public record Service(Router router, TcpLimits limits, @Nullable ServerContext tls) {}

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
    }

    /// The port that is bound, which is another than configured when that is 0.
    public int port() {
        return port;
    }

    void bound(Channel channel, int port) {
        channels.add(channel);
        this.port = port;
    }

    /// Of a wildcard address: what each event loop knows of this machine's addresses.
    Map<OwnAddresses, Worker> own() {
        return own;
    }

    List<Channel> channels() {
        return channels;
    }
}
