package dev.onoma.plugins.dnssec;

import dev.onoma.api.Directive;
import dev.onoma.api.Handler;
import dev.onoma.api.Plugin;
import dev.onoma.api.ServerBlock;
import java.util.List;

/// Signs what the plugins behind it answer.
public final class Dnssec implements Plugin {
    @Override
    public String name() {
        return "dnssec";
    }

    @Override
    public Handler setup(Directive directive, ServerBlock block) {
        return setup(List.of(directive), block);
    }

    @Override
    public Handler setup(List<Directive> occurrences, ServerBlock block) {
        var options = DnssecOptions.parse(Directive.once(occurrences), block);
        if (options.keys().isEmpty()) {
            occurrences.getFirst().warn("no key is given, so nothing is signed");
            return Handler.PASS;
        }
        var identity = block.keys() + " " + occurrences.getFirst().text();
        var handler = new DnssecHandler(options, block, identity);
        block.onValidate(() -> KeyRing.read(options, block.log(name())));
        block.onStart(handler::start);
        return handler;
    }
}
