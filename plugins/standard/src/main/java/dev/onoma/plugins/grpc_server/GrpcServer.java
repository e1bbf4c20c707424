package dev.onoma.plugins.grpc_server;

import dev.onoma.api.Directive;
import dev.onoma.api.GrpcLimits;
import dev.onoma.api.Handler;
import dev.onoma.api.Plugin;
import dev.onoma.api.ServerBlock;
import java.time.Duration;
import java.util.List;

/// Limits the connections of the `grpc://` listeners of a block.
public final class GrpcServer implements Plugin {
    /// What "no limit" of streams is: no more wait on one event loop in any case.
    static final int STREAMS_MAX = 16_384;

    private static final Duration IDLE_MIN = Duration.ofSeconds(1);

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
        var limits = GrpcLimits.DEFAULT;
        for (var property :
                directive.propertiesOnce(
                        "max_streams",
                        "max_connections",
                        "max_connection_idle",
                        "max_connection_age")) {
            limits = read(property, limits);
        }
        block.setting(GrpcLimits.class, limits);
        return Handler.PASS;
    }

    private static GrpcLimits read(Directive property, GrpcLimits before) {
        return switch (property.name()) {
            case "max_connections" ->
                    new GrpcLimits(
                            number(property), before.streamsMax(), before.idle(), before.age());
            case "max_streams" -> {
                int streams = number(property);
                int max = streams == 0 ? STREAMS_MAX : Math.min(streams, STREAMS_MAX);
                yield new GrpcLimits(before.connectionsMax(), max, before.idle(), before.age());
            }
            case "max_connection_idle" ->
                    new GrpcLimits(
                            before.connectionsMax(),
                            before.streamsMax(),
                            duration(property, IDLE_MIN),
                            before.age());
            default -> // max_connection_age
                    new GrpcLimits(
                            before.connectionsMax(),
                            before.streamsMax(),
                            before.idle(),
                            duration(property, Duration.ZERO));
        };
    }

    private static int number(Directive property) {
        var arguments = property.arguments("N");
        int number = arguments.number("N", 0);
        arguments.expectEnd();
        return number;
    }

    private static Duration duration(Directive property, Duration min) {
        var arguments = property.arguments("DURATION");
        var duration = arguments.duration("DURATION", min);
        arguments.expectEnd();
        return duration;
    }
}
