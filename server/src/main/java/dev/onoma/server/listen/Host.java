package dev.onoma.server.listen;

import dev.onoma.api.Entrance;
import dev.onoma.api.ListenerHost;
import dev.onoma.api.Log;
import dev.onoma.api.Metrics;
import dev.onoma.api.TcpLimits;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Optional;

/// The server as a plugin's listener sees it. Any thread.
record Host(
        Listener listener,
        InetSocketAddress address,
        List<Entrance> entrances,
        Metrics metrics,
        Log log)
        implements ListenerHost {
    Host {
        entrances = List.copyOf(entrances);
    }

    @Override
    public String server() {
        return listener.id().toString();
    }

    @Override
    public TcpLimits timeouts() {
        return listener.service().limits();
    }

    @Override
    public <T> Optional<T> setting(Class<T> kind) {
        return listener.service().settings().first(kind);
    }
}
