package dev.onoma.plugins.https;

import dev.onoma.api.Directive;
import dev.onoma.api.Handler;
import dev.onoma.api.HttpLimits;
import dev.onoma.api.Plugin;
import dev.onoma.api.RequestLimit;
import dev.onoma.api.RequestLimits;
import dev.onoma.api.ServerBlock;
import java.util.EnumSet;
import java.util.List;

/// Limits the connections of the `https://` listeners of a block, and what they bring.
public final class Https implements Plugin {
    private static final String[] PROPERTIES =
            RequestLimits.properties(
                    EnumSet.range(RequestLimit.MAX_HEADER_OCTETS, RequestLimit.MAX_PIPELINED),
                    "max_connections");

    @Override
    public String name() {
        return "https";
    }

    /// The first one of a block counts.
    @Override
    public Handler setup(List<Directive> occurrences, ServerBlock block) {
        return setup(Directive.first(occurrences), block);
    }

    @Override
    public Handler setup(Directive https, ServerBlock block) {
        https.arguments("").expectEnd();
        int connections = HttpLimits.DEFAULT.connectionsMax();
        var requests = RequestLimits.DEFAULT;
        for (var property : https.propertiesOnce(PROPERTIES)) {
            if (property.name().equals("max_connections")) {
                connections = property.number(0);
            } else {
                requests = requests.with(property);
            }
        }
        block.setting(HttpLimits.class, new HttpLimits(connections, requests));
        return Handler.PASS;
    }
}
