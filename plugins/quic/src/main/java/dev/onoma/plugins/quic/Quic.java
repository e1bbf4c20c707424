package dev.onoma.plugins.quic;

import dev.onoma.api.Directive;
import dev.onoma.api.Handler;
import dev.onoma.api.ListenerHost;
import dev.onoma.api.ListenerPlugin;
import dev.onoma.api.OpenListener;
import dev.onoma.api.RequestLimit;
import dev.onoma.api.RequestLimits;
import dev.onoma.api.ServerBlock;
import dev.onoma.quic.Dialect;
import dev.onoma.quic.QuicListener;
import java.io.IOException;
import java.util.EnumSet;
import java.util.List;

/// Listens for `quic://`, and limits what its clients may do.
public final class Quic implements ListenerPlugin {
    private static final int STREAMS_MAX = 256;
    private static final int CONNECTIONS_MAX = 200;

    private static final String[] PROPERTIES =
            RequestLimits.properties(
                    EnumSet.of(RequestLimit.MAX_WINDOW_OCTETS),
                    "max_streams",
                    "max_connections",
                    "worker_pool_size");

    /// What a block says.
    record Limits(int streamsMax, int connectionsMax, RequestLimits requests) {
        static final Limits DEFAULT =
                new Limits(STREAMS_MAX, CONNECTIONS_MAX, RequestLimits.DEFAULT);
    }

    @Override
    public String name() {
        return "quic";
    }

    @Override
    public String scheme() {
        return "quic";
    }

    @Override
    public boolean needsCertificate() {
        return true;
    }

    /// The first one of a block counts.
    @Override
    public Handler setup(List<Directive> occurrences, ServerBlock block) {
        return setup(Directive.first(occurrences), block);
    }

    @Override
    public Handler setup(Directive quic, ServerBlock block) {
        quic.arguments("").expectEnd();
        int streams = STREAMS_MAX;
        int connections = CONNECTIONS_MAX;
        var requests = RequestLimits.DEFAULT;
        for (var property : quic.propertiesOnce(PROPERTIES)) {
            switch (property.name()) {
                case "max_streams" -> streams = property.number(1);
                case "max_connections" -> connections = property.number(0);
                case "worker_pool_size" -> {
                    var _ = property.number(1);
                    property.warn("has no effect, as no worker is needed for a query that waits");
                }
                default -> requests = requests.with(property);
            }
        }
        block.setting(Limits.class, new Limits(streams, connections, requests));
        return Handler.PASS;
    }

    @Override
    public OpenListener listen(ListenerHost host) throws IOException {
        return QuicListener.open(host, () -> dialect(host), QuicMetrics.responses(host.metrics()));
    }

    private static Dialect dialect(ListenerHost host) {
        var limits = host.setting(Limits.class).orElse(Limits.DEFAULT);
        return new Doq(limits.streamsMax(), limits.connectionsMax(), limits.requests());
    }
}
