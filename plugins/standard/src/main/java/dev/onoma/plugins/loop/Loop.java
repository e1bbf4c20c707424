package dev.onoma.plugins.loop;

import dev.onoma.api.BindAddresses;
import dev.onoma.api.Directive;
import dev.onoma.api.Handler;
import dev.onoma.api.Plugin;
import dev.onoma.api.ServerBlock;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;

/// Finds out whether a query that is forwarded comes back to this server, and ends the circle.
///
/// Syntax: `loop`, once per server block. It asks for the first zone of the block.
public final class Loop implements Plugin {
    @Override
    public String name() {
        return "loop";
    }

    @Override
    public Handler setup(List<Directive> occurrences, ServerBlock block) {
        return setup(Directive.once(occurrences), block);
    }

    @Override
    public Handler setup(Directive directive, ServerBlock block) {
        directive.expectNothingElse();
        var guard = new LoopGuard(block.zones().getFirst(), address(block), block);
        block.onServing(guard::begin);
        block.onStop(guard::end);
        return guard;
    }

    private static InetSocketAddress address(ServerBlock block) {
        var host =
                block.setting(BindAddresses.class)
                        .map(bound -> bound.addresses().getFirst())
                        .orElse(InetAddress.getLoopbackAddress());
        var key = block.keys().getFirst();
        return new InetSocketAddress(
                host, Integer.parseInt(key.substring(key.lastIndexOf(':') + 1)));
    }
}
