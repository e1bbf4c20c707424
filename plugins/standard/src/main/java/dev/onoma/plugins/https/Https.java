package dev.onoma.plugins.https;

import dev.onoma.api.Directive;
import dev.onoma.api.Handler;
import dev.onoma.api.HttpLimits;
import dev.onoma.api.Plugin;
import dev.onoma.api.ServerBlock;
import java.util.List;

/// Limits the connections of the `https://` listeners of a block.
public final class Https implements Plugin {
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
        for (var property : https.propertiesOnce("max_connections")) {
            var arguments = property.arguments("N");
            int connections = arguments.number("N", 0);
            arguments.expectEnd();
            block.setting(HttpLimits.class, new HttpLimits(connections));
        }
        return Handler.PASS;
    }
}
