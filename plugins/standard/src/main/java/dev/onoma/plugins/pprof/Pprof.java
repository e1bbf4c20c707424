package dev.onoma.plugins.pprof;

import dev.onoma.api.Directive;
import dev.onoma.api.Endpoint;
import dev.onoma.api.Handler;
import dev.onoma.api.HttpEndpoint;
import dev.onoma.api.Plugin;
import dev.onoma.api.ServerBlock;
import java.util.List;

/// Shows over HTTP what the process is doing, at the paths of Go's `net/http/pprof`.
public final class Pprof implements Plugin {
    private static final Endpoint ADDRESS_DEFAULT = new Endpoint("dns", "localhost", "", 6053);

    @Override
    public String name() {
        return "pprof";
    }

    @Override
    public Handler setup(List<Directive> occurrences, ServerBlock block) {
        return setup(Directive.once(occurrences), block);
    }

    /// Reads `pprof [ADDRESS] { block [RATE] }`.
    @Override
    public Handler setup(Directive pprof, ServerBlock block) {
        var arguments = pprof.arguments("[ADDRESS]");
        var address = arguments.httpAddressOr("ADDRESS", ADDRESS_DEFAULT);
        arguments.expectEnd();
        for (var property : pprof.properties()) {
            if (!property.name().equals("block")) {
                throw property.unknown("block");
            }
            var words = property.arguments("[RATE]");
            var _ = words.numberOr("RATE", Integer.MIN_VALUE, 1); // every wait is recorded anyway
            words.expectEnd();
        }
        var endpoint = HttpEndpoint.at(block, address);
        var pages = ProfilePages.all();
        pages.forEach((path, page) -> endpoint.serve(block, "pprof", path, page));
        return Handler.PASS;
    }
}
