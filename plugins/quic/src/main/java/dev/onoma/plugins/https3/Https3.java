package dev.onoma.plugins.https3;

import dev.onoma.api.Directive;
import dev.onoma.api.Handler;
import dev.onoma.api.ListenerHost;
import dev.onoma.api.ListenerPlugin;
import dev.onoma.api.OpenListener;
import dev.onoma.api.ServerBlock;
import dev.onoma.quic.Dialect;
import dev.onoma.quic.QuicListener;
import java.io.IOException;
import java.util.List;

/// Listens for `https3://`, and limits what its clients may do.
public final class Https3 implements ListenerPlugin {
    private static final int STREAMS_MAX = 256;
    private static final int STREAMS_MAX_OF_LIBRARY = 100;
    private static final int CONNECTIONS_MAX = 200;

    /// What a block says.
    record Limits(int streamsMax, int connectionsMax) {
        static final Limits DEFAULT = new Limits(STREAMS_MAX, CONNECTIONS_MAX);
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
        var limits = Limits.DEFAULT;
        for (var property : https3.propertiesOnce("max_streams", "max_connections")) {
            var arguments = property.arguments("N");
            int number = arguments.number("N", 0);
            arguments.expectEnd();
            limits =
                    property.name().equals("max_connections")
                            ? new Limits(limits.streamsMax(), number)
                            : new Limits(
                                    number == 0 ? STREAMS_MAX_OF_LIBRARY : number,
                                    limits.connectionsMax());
        }
        block.setting(Limits.class, limits);
        return Handler.PASS;
    }

    @Override
    public OpenListener listen(ListenerHost host) throws IOException {
        return QuicListener.open(
                host, () -> dialect(host), Https3Metrics.responses(host.metrics()));
    }

    private static Dialect dialect(ListenerHost host) {
        var limits = host.setting(Limits.class).orElse(Limits.DEFAULT);
        return new Doh3(limits.streamsMax(), limits.connectionsMax());
    }
}
