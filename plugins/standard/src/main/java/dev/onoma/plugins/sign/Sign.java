package dev.onoma.plugins.sign;

import dev.onoma.api.Directive;
import dev.onoma.api.Handler;
import dev.onoma.api.Plugin;
import dev.onoma.api.ServerBlock;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/// Signs zones in files. It answers nothing; *file* serves what it writes.
public final class Sign implements Plugin {
    @Override
    public String name() {
        return "sign";
    }

    @Override
    public Handler setup(Directive directive, ServerBlock block) {
        return setup(List.of(directive), block);
    }

    @Override
    public Handler setup(List<Directive> occurrences, ServerBlock block) {
        var copies = new HashSet<Path>();
        occurrences.forEach(directive -> setup(directive, block, copies));
        return Handler.PASS;
    }

    private static void setup(Directive directive, ServerBlock block, Set<Path> copies) {
        var options = SignOptions.parse(directive, block);
        if (options.keys().isEmpty()) {
            directive.warn("no key is given, so nothing is signed");
            return;
        }
        for (var zone : options.zones()) {
            var copy = new ZoneCopy(zone, options, block);
            if (!copies.add(copy.path())) {
                throw directive.wrong("%s is written by another sign".formatted(copy.path()));
            }
            block.onValidate(copy::check);
            block.onStart(copy::start);
            block.onStop(copy::stop);
        }
    }
}
