package dev.onoma.server;

import dev.onoma.api.GrpcLimits;
import dev.onoma.api.HttpLimits;
import dev.onoma.api.ListenerPlugin;
import dev.onoma.api.ProxyProtocol;
import dev.onoma.api.ServerTls;
import dev.onoma.api.TcpLimits;
import dev.onoma.server.chain.Route;
import dev.onoma.server.chain.Router;
import dev.onoma.server.listen.Listener;
import dev.onoma.server.listen.ListenerId;
import dev.onoma.server.listen.Settings;
import dev.onoma.server.tls.PemTls;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// What the blocks on one address want of its listener, put together.
///
/// Of time-outs, certificates and PROXY headers the last block counts that says any, of limits the
/// first, as in CoreDNS.
final class ListenerPlan {
    private final ListenerId id;
    private final List<Route> routes = new ArrayList<>();
    private final Set<Setup> setups = new LinkedHashSet<>();

    ListenerPlan(ListenerId id) {
        this.id = id;
    }

    void add(Setup setup, Route route) {
        routes.add(route);
        setups.add(setup);
    }

    Listener.Service service(PemTls tls, @Nullable ListenerPlugin plugin) {
        var settings = settings();
        var encrypted =
                id.scheme().equals("dns") || plugin != null
                        ? null
                        : settings.last(ServerTls.class).orElse(null);
        return new Listener.Service(
                new Router(id.toString(), routes),
                settings.last(TcpLimits.class).orElse(TcpLimits.DEFAULT),
                encrypted == null ? null : tls.server(encrypted, Protocols.alpn(id.scheme())),
                connectionsMax(settings),
                settings.last(ProxyProtocol.class).orElse(null),
                plugin,
                settings);
    }

    private int connectionsMax(Settings settings) {
        return switch (id.scheme()) {
            case "https" ->
                    settings.first(HttpLimits.class).orElse(HttpLimits.DEFAULT).connectionsMax();
            case "grpc" ->
                    settings.first(GrpcLimits.class).orElse(GrpcLimits.DEFAULT).connectionsMax();
            default -> 0; // the limits of all connections hold
        };
    }

    private Settings settings() {
        return new Settings(
                setups.stream().<Function<Class<?>, Optional<?>>>map(s -> s::setting).toList());
    }
}
