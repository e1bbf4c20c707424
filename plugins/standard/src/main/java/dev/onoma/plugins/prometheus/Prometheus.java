package dev.onoma.plugins.prometheus;

import dev.onoma.api.Arguments;
import dev.onoma.api.Directive;
import dev.onoma.api.Endpoint;
import dev.onoma.api.Handler;
import dev.onoma.api.HttpEndpoint;
import dev.onoma.api.Plugin;
import dev.onoma.api.ServerBlock;
import dev.onoma.api.Tls;
import java.io.IOException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Counts queries, and serves `/metrics`.
public final class Prometheus implements Plugin {
    private static final Endpoint ADDRESS_DEFAULT = new Endpoint("dns", "localhost", "", 9153);
    private static final String PATH = "/metrics";

    /// What a Corefile says.
    ///
    /// @param runtime whether everything about the run-time is exported
    /// @param access who may read, as a file says; null for everybody
    record Options(Endpoint address, boolean runtime, @Nullable WebAccess access) {}

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
        var options = read(directive, block);
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
            restrict(endpoint, options.access());
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

    private static void restrict(HttpEndpoint endpoint, @Nullable WebAccess access) {
        if (access == null) {
            endpoint.restrict(HttpEndpoint.Access.ANYBODY);
        } else {
            access.tellIfMissing();
            endpoint.restrict(access);
        }
    }

    /// Reads `prometheus [ADDRESS] { runtime_metrics | tls FILE }`.
    static Options read(Directive prometheus, ServerBlock block) {
        var arguments = prometheus.arguments("[ADDRESS]");
        var address = arguments.httpAddressOr("ADDRESS", ADDRESS_DEFAULT);
        arguments.expectEnd();
        boolean runtime = false;
        WebAccess access = null;
        for (var property : prometheus.properties()) {
            switch (property.name()) {
                case "runtime_metrics" -> {
                    property.expectNothingElse();
                    runtime = true;
                }
                case "tls" -> {
                    if (access != null) {
                        throw property.wrong("tls block already specified");
                    }
                    access = access(property.arguments("WEB_CONFIG_FILE"), block);
                }
                default -> throw property.unknown("runtime_metrics", "tls");
            }
        }
        return new Options(address, runtime, access);
    }

    private static WebAccess access(Arguments arguments, ServerBlock block) {
        var file = block.file(arguments.text("WEB_CONFIG_FILE"));
        try {
            var access =
                    new WebAccess(
                            file,
                            block.service(Tls.class),
                            block.time(),
                            block.log(""),
                            block.metrics());
            arguments.expectEnd();
            return access;
        } catch (IOException e) {
            throw arguments.wrong(String.valueOf(e.getMessage()));
        }
    }
}
