package dev.onoma.plugins.sign;

import dev.onoma.api.Directive;
import dev.onoma.api.Handler;
import dev.onoma.api.Plugin;
import dev.onoma.api.ServerBlock;

/// Signs zones in files. It answers nothing; *file* serves what it writes.
public final class Sign implements Plugin {
    @Override
    public String name() {
        return "sign";
    }

    @Override
    public Handler setup(Directive directive, ServerBlock block) {
        var options = SignOptions.parse(directive, block);
        if (options.keys().isEmpty()) {
            directive.warn("no key is given, so nothing is signed");
            return Handler.PASS;
        }
        for (var zone : options.zones()) {
            var copy = new ZoneCopy(zone, options, block);
            block.onValidate(copy::keys);
            block.onStart(copy::start);
            block.onStop(copy::stop);
        }
        return Handler.PASS;
    }
}
