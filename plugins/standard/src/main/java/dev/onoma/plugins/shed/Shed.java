package dev.onoma.plugins.shed;

import dev.onoma.api.Directive;
import dev.onoma.api.Handler;
import dev.onoma.api.Plugin;
import dev.onoma.api.ServerBlock;
import java.util.List;

/// Drops queries over UDP when too many wait for their answers.
public final class Shed implements Plugin {
    @Override
    public String name() {
        return "shed";
    }

    @Override
    public Handler setup(List<Directive> occurrences, ServerBlock block) {
        return setup(Directive.once(occurrences), block);
    }

    @Override
    public Handler setup(Directive shed, ServerBlock block) {
        if (shed.words().size() > 1 || shed.hasBlock()) {
            var word = shed.words().size() > 1 ? ", \"" + shed.words().get(1) + "\" is one" : "";
            throw shed.wrongAt(1, "shed takes no options" + word);
        }
        for (var key : block.keys()) {
            if (!key.startsWith("dns://")) {
                throw shed.wrong(
                        "only plain DNS server blocks are supported; \"%s\" uses transport \"%s\""
                                .formatted(key, key.substring(0, key.indexOf(':'))));
            }
        }
        return new ShedHandler(block.metrics());
    }
}
