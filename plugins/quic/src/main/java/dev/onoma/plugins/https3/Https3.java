package dev.onoma.plugins.https3;

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

/// Listens for `https3://`, and limits what its clients may do.
public final class Https3 implements ListenerPlugin {
    private static final int STREAMS_MAX = 256;
    private static final int STREAMS_MAX_OF_LIBRARY = 100;
    private static final int CONNECTIONS_MAX = 200;

    private static final String[] PROPERTIES =
            RequestLimits.properties(
                    EnumSet.of(
                            RequestLimit.MAX_HEADER_OCTETS,
                            RequestLimit.MAX_HEADER_FIELDS,
                            RequestLimit.MAX_BODY_OCTETS,
                            RequestLimit.MAX_WINDOW_OCTETS),
                    "max_streams",
                    "max_connections");

    /// What a block says.
    record Limits(int streamsMax, int connectionsMax, RequestLimits requests) {
        static final Limits DEFAULT =
                new Limits(STREAMS_MAX, CONNECTIONS_MAX, RequestLimits.DEFAULT);
    }

    @Override
    public String name() {
        return "https3";
    }

    @Override
    public String scheme() {
        return "https3";
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
    public Handler setup(Directive https3, ServerBlock block) {
        https3.arguments("").expectEnd();
        int streams = STREAMS_MAX;
        int connections = CONNECTIONS_MAX;
        var requests = RequestLimits.DEFAULT;
        for (var property : https3.propertiesOnce(PROPERTIES)) {
            switch (property.name()) {
                case "max_streams" -> streams = property.number(0);
                case "max_connections" -> connections = property.number(0);
                default -> requests = requests.with(property);
            }
        }
        streams = streams == 0 ? STREAMS_MAX_OF_LIBRARY : streams;
        block.setting(Limits.class, new Limits(streams, connections, requests));
        return Handler.PASS;
    }

    @Override
    public OpenListener listen(ListenerHost host) throws IOException {
        return QuicListener.open(
                host, () -> dialect(host), Https3Metrics.responses(host.metrics()));
    }

    private static Dialect dialect(ListenerHost host) {
        var limits = host.setting(Limits.class).orElse(Limits.DEFAULT);
        return new Doh3(limits.streamsMax(), limits.connectionsMax(), limits.requests());
    }
}
