package dev.onoma.plugins.prometheus;

import dev.onoma.api.Directive;
import dev.onoma.api.Endpoint;
import dev.onoma.api.Handler;
import dev.onoma.api.HttpEndpoint;
import dev.onoma.api.Plugin;
import dev.onoma.api.ServerBlock;
import java.io.IOException;
import java.util.List;

/// Counts queries, and serves `/metrics`.
public final class Prometheus implements Plugin {
    private static final Endpoint ADDRESS_DEFAULT = new Endpoint("dns", "localhost", "", 9153);
    private static final String PATH = "/metrics";

    /// What a Corefile says.
    ///
    /// @param runtime whether everything about the run-time is exported
    record Options(Endpoint address, boolean runtime) {}

    @Override
    public String name() {
        return "prometheus";
    }

    @Override
    public Handler setup(List<Directive> occurrences, ServerBlock block) {
        return setup(Directive.once(occurrences), block);
    }

    @Override
    public Handler setup(Directive directive, ServerBlock block) {
        var options = read(directive);
        var endpoint = HttpEndpoint.at(block, options.address());
        var page = new MetricsPage(block.metrics().registry());
        var enabled = new EnabledPlugins(block);
        var exports =
                block.keep(
                        ProcessMetrics.class,
                        "",
                        _ -> new ProcessMetrics(block.metrics().registry()));
        var log = block.log("");
        block.onStart(() -> {
            exports.register(options.runtime());
            try {
                endpoint.open(PATH, page);
            } catch (IOException e) {
                // As CoreDNS: a server that answers without metrics is better than none.
                log.error("Failed to start metrics handler: " + e.getMessage());
            }
        });
        block.onServing(enabled::export);
        block.onStop(() -> {
            endpoint.remove(PATH, page);
            enabled.forget();
        });
        return new PrometheusHandler(new QueryMetrics(block.metrics()), block.time());
    }

    /// Reads `prometheus [ADDRESS] { runtime_metrics | tls FILE }`.
    static Options read(Directive prometheus) {
        var arguments = prometheus.arguments("[ADDRESS]");
        var address = arguments.httpAddressOr("ADDRESS", ADDRESS_DEFAULT);
        arguments.expectEnd();
        boolean runtime = false;
        for (var property : prometheus.properties()) {
            switch (property.name()) {
                case "runtime_metrics" -> {
                    property.expectNothingElse();
                    runtime = true;
                }
                case "tls" ->
                        throw property.wrong(
                                "tls is not in this version: metrics are served without TLS only;"
                                        + " take the line away, or put a proxy in front");
                default -> throw property.unknown("runtime_metrics", "tls");
            }
        }
        return new Options(address, runtime);
    }
}
