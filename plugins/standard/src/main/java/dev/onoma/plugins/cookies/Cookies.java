package dev.onoma.plugins.cookies;

import dev.onoma.api.Directive;
import dev.onoma.api.Handler;
import dev.onoma.api.Plugin;
import dev.onoma.api.ServerBlock;
import java.util.List;

/// Gives clients cookies and recognizes them, so that answers go to who really asked.
public final class Cookies implements Plugin {
    /// A secret of the process outlives reloads: cookies that are out stay good.
    record OwnSecret(byte[] octets) implements AutoCloseable {
        @Override
        public void close() {
            // Nothing is open.
        }
    }

    @Override
    public String name() {
        return "cookies";
    }

    @Override
    public Handler setup(List<Directive> occurrences, ServerBlock block) {
        return setup(Directive.once(occurrences), block);
    }

    @Override
    public Handler setup(Directive directive, ServerBlock block) {
        var options = CookieOptions.parse(directive, block);
        var secrets = options.secrets();
        if (secrets.isEmpty()) {
            secrets = List.of(block.keep(OwnSecret.class, "", _ -> own(block)).octets());
        }
        var metrics = new CookieMetrics(block.metrics());
        var handler = new CookieHandler(secrets, options.required(), metrics, block.time());
        if (options.file() != null) {
            var watch = new SecretFile(options.file(), handler, block);
            block.onStart(watch::start);
            block.onStop(watch::stop);
        }
        return handler;
    }

    private static OwnSecret own(ServerBlock block) {
        var octets = new byte[CookieOptions.SECRET_OCTETS];
        block.random().nextBytes(octets);
        return new OwnSecret(octets);
    }
}
