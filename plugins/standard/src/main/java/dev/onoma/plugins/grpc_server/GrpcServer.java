package dev.onoma.plugins.grpc_server;

import dev.onoma.api.Directive;
import dev.onoma.api.GrpcLimits;
import dev.onoma.api.Handler;
import dev.onoma.api.Plugin;
import dev.onoma.api.RequestLimit;
import dev.onoma.api.RequestLimits;
import dev.onoma.api.ServerBlock;
import java.time.Duration;
import java.util.EnumSet;
import java.util.List;

/// Limits the connections of the `grpc://` listeners of a block.
public final class GrpcServer implements Plugin {
    /// What "no limit" of streams is: no more wait on one event loop in any case.
    static final int STREAMS_MAX = 16_384;

    private static final Duration IDLE_MIN = Duration.ofSeconds(1);
    private static final String[] PROPERTIES =
            RequestLimits.properties(
                    EnumSet.range(RequestLimit.MAX_HEADER_OCTETS, RequestLimit.MAX_UNSENT_OCTETS),
                    "max_streams",
                    "max_connections",
                    "max_connection_idle",
                    "max_connection_age");

    @Override
    public String name() {
        return "grpc_server";
    }

    /// The first one of a block counts.
    @Override
    public Handler setup(List<Directive> occurrences, ServerBlock block) {
        return setup(Directive.first(occurrences), block);
    }

    @Override
    public Handler setup(Directive directive, ServerBlock block) {
        directive.arguments("").expectEnd();
        int connections = GrpcLimits.DEFAULT.connectionsMax();
        int streams = GrpcLimits.DEFAULT.streamsMax();
        var idle = GrpcLimits.DEFAULT.idle();
        var age = GrpcLimits.DEFAULT.age();
        var requests = RequestLimits.DEFAULT;
        for (var property : directive.propertiesOnce(PROPERTIES)) {
            switch (property.name()) {
                case "max_connections" -> connections = property.number(0);
                case "max_streams" -> streams = streams(property.number(0));
                case "max_connection_idle" -> idle = duration(property, IDLE_MIN);
                case "max_connection_age" -> age = duration(property, Duration.ZERO);
                default -> requests = requests.with(property);
            }
        }
        block.setting(GrpcLimits.class, new GrpcLimits(connections, streams, idle, age, requests));
        return Handler.PASS;
    }

    private static int streams(int wanted) {
        return wanted == 0 ? STREAMS_MAX : Math.min(wanted, STREAMS_MAX);
    }

    private static Duration duration(Directive property, Duration min) {
        var arguments = property.arguments("DURATION");
        var duration = arguments.duration("DURATION", min);
        arguments.expectEnd();
        return duration;
    }
}
