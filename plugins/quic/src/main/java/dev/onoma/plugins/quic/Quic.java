package dev.onoma.plugins.quic;

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

/// Listens for `quic://`, and limits what its clients may do.
public final class Quic implements ListenerPlugin {
    private static final int STREAMS_MAX = 256;

    /// What a block says.
    record Limits(int streamsMax) {}

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
        for (var property : quic.propertiesOnce("max_streams", "worker_pool_size")) {
            var arguments = property.arguments("N");
            int number = arguments.number("N", 1);
            arguments.expectEnd();
            if (property.name().equals("max_streams")) {
                streams = number;
            } else {
                property.warn("has no effect, as no worker is needed for a query that waits");
            }
        }
        block.setting(Limits.class, new Limits(streams));
        return Handler.PASS;
    }

    @Override
    public OpenListener listen(ListenerHost host) throws IOException {
        return QuicListener.open(host, () -> dialect(host), QuicMetrics.responses(host.metrics()));
    }

    private static Dialect dialect(ListenerHost host) {
        return new Doq(host.setting(Limits.class).map(Limits::streamsMax).orElse(STREAMS_MAX));
    }
}
