package dev.onoma.plugins.ready;

import dev.onoma.api.Directive;
import dev.onoma.api.Endpoint;
import dev.onoma.api.Handler;
import dev.onoma.api.HttpEndpoint;
import dev.onoma.api.HttpPage;
import dev.onoma.api.Plugin;
import dev.onoma.api.ServerBlock;
import dev.onoma.api.ServerControl;
import java.util.List;

/// Serves `/ready` for readiness probes: whether every plugin that has to fetch something first has
/// it.
public final class Ready implements Plugin {
    private static final Endpoint ADDRESS_DEFAULT = new Endpoint("dns", "", "", 8181);
    private static final String PATH = "/ready";

    /// What a Corefile says.
    ///
    /// @param continuously whether plugins that were ready are asked again
    record Options(Endpoint address, boolean continuously) {}

    @Override
    public String name() {
        return "ready";
    }

    @Override
    public Handler setup(List<Directive> occurrences, ServerBlock block) {
        return setup(Directive.once(occurrences), block);
    }

    @Override
    public Handler setup(Directive directive, ServerBlock block) {
        var options = read(directive);
        var endpoint = HttpEndpoint.at(block, options.address());
        var waiting =
                new Waiting(
                        block.service(ServerControl.class),
                        options.continuously(),
                        block.log("ready"));
        HttpPage page = _ -> waiting.answer();
        endpoint.serve(block, "ready", PATH, page);
        return Handler.PASS;
    }

    /// Reads `ready [ADDRESS] { monitor until-ready|continuously }`.
    static Options read(Directive ready) {
        var arguments = ready.arguments("[ADDRESS]");
        var address = arguments.httpAddressOr("ADDRESS", ADDRESS_DEFAULT);
        arguments.expectEnd();
        boolean continuously = false;
        for (var property : ready.properties()) {
            switch (property.name()) {
                case "monitor" -> {
                    var mode = property.arguments("until-ready|continuously");
                    continuously =
                            mode.oneOf("MODE", "until-ready", "continuously")
                                    .equals("continuously");
                    mode.expectEnd();
                }
                default -> throw property.unknown("monitor");
            }
        }
        return new Options(address, continuously);
    }
}
