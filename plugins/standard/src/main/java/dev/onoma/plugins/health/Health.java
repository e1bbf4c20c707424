package dev.onoma.plugins.health;

import dev.onoma.api.Arguments;
import dev.onoma.api.Directive;
import dev.onoma.api.Endpoint;
import dev.onoma.api.Handler;
import dev.onoma.api.HttpEndpoint;
import dev.onoma.api.HttpPage;
import dev.onoma.api.Metrics;
import dev.onoma.api.Plugin;
import dev.onoma.api.ServerBlock;
import java.time.Duration;
import java.util.List;

/// Serves `/health` for liveness probes, and lets the server go on answering for a while when it is
/// about to end.
public final class Health implements Plugin {
    private static final Endpoint ADDRESS_DEFAULT = new Endpoint("dns", "", "", 8080);
    private static final String PATH = "/health";

    /// What a Corefile says.
    ///
    /// @param lameduck zero for none
    record Options(Endpoint address, Duration lameduck) {}

    @Override
    public String name() {
        return "health";
    }

    @Override
    public void metrics(Metrics metrics) {
        HealthMetrics.of(metrics);
    }

    /// Of several occurrences, the last counts.
    @Override
    public Handler setup(List<Directive> occurrences, ServerBlock block) {
        var options = occurrences.stream().map(Health::read).toList().getLast();
        var endpoint = HttpEndpoint.at(block, options.address());
        HttpPage page = _ -> HttpPage.Answer.text(200, "OK");
        var check = new SelfCheck(options.address(), endpoint::port, block, PATH);
        endpoint.serve(block, "health", PATH, page);
        block.onServing(check::start);
        block.onStop(check::stop);
        if (options.lameduck().isPositive()) {
            var lameduck = block.keep(Lameduck.class, "", _ -> new Lameduck(block));
            block.onShutdown(() -> lameduck.await(options.lameduck()));
        }
        return Handler.PASS;
    }

    @Override
    public Handler setup(Directive directive, ServerBlock block) {
        return setup(List.of(directive), block);
    }

    /// Reads `health [ADDRESS] { lameduck DURATION }`.
    static Options read(Directive health) {
        var arguments = health.arguments("[ADDRESS]");
        var address = arguments.httpAddressOr("ADDRESS", ADDRESS_DEFAULT);
        arguments.expectEnd();
        var lameduck = Duration.ZERO;
        for (var property : health.properties()) {
            if (!property.name().equals("lameduck")) {
                throw property.unknown("lameduck");
            }
            lameduck = lameduck(property.arguments("DURATION"));
        }
        return new Options(address, lameduck);
    }

    private static Duration lameduck(Arguments arguments) {
        var duration = arguments.duration("DURATION");
        arguments.expectEnd();
        return duration;
    }
}
