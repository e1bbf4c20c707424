package dev.onoma.plugins.fanout;

import dev.onoma.api.Directive;
import dev.onoma.api.Handler;
import dev.onoma.api.Plugin;
import dev.onoma.api.Plugins;
import dev.onoma.api.ServerBlock;
import java.util.ArrayList;
import java.util.List;

/// Asks several upstreams at once and sends the first good answer.
public final class Fanout implements Plugin {
    @Override
    public String name() {
        return "fanout";
    }

    @Override
    public Handler setup(Directive directive, ServerBlock block) {
        var options = FanoutOptions.parse(directive, block);
        var metrics = new FanoutMetrics(block.metrics());
        var plugins = block.service(Plugins.class);
        var upstreams = new ArrayList<FanoutHandler.Upstream>();
        for (var to : options.to()) {
            // Each upstream is a `forward` of its own: its sockets, its TLS, its counters.
            var words = List.of("forward", ".", to);
            var line = Plugins.line(directive.location(), words, options.lines());
            upstreams.add(new FanoutHandler.Upstream(to, plugins.handler(line, block), metrics));
        }
        return new FanoutHandler(options, upstreams, block.time(), block.random());
    }
}
