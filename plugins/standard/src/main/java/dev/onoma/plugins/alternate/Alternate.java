package dev.onoma.plugins.alternate;

import dev.onoma.api.Arguments;
import dev.onoma.api.Directive;
import dev.onoma.api.Handler;
import dev.onoma.api.Plugin;
import dev.onoma.api.Plugins;
import dev.onoma.api.ServerBlock;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.xbill.DNS.Rcode;

/// Asks other upstreams when the answer is one of those response codes.
public final class Alternate implements Plugin {
    private static final String USAGE = "[original] RCODE[,RCODE...] FROM TO... {";
    private static final String ORIGINAL = "original";

    @Override
    public String name() {
        return "alternate";
    }

    @Override
    public Handler setup(List<Directive> occurrences, ServerBlock block) {
        Map<Integer, Handler> others = new HashMap<>();
        for (var occurrence : occurrences) {
            read(occurrence, block, others);
        }
        return new AlternateHandler(others, new AlternateMetrics(block.metrics()));
    }

    @Override
    public Handler setup(Directive directive, ServerBlock block) {
        return setup(List.of(directive), block);
    }

    // What follows the codes is the directive `forward`, with its options.
    private static void read(Directive directive, ServerBlock block, Map<Integer, Handler> others) {
        var arguments = directive.arguments(USAGE);
        boolean original = arguments.peek().filter(ORIGINAL::equals).isPresent();
        if (original) {
            arguments.text(ORIGINAL);
        }
        var codes = codes(arguments);
        for (int code : codes) {
            if (others.containsKey(code)) {
                throw arguments.wrong(Rcode.string(code) + " has other upstreams already");
            }
        }
        var upstreams = directive.as("forward", original ? 3 : 2);
        var handler = block.service(Plugins.class).handler(upstreams, block);
        codes.forEach(code -> others.put(code, handler));
    }

    private static Set<Integer> codes(Arguments arguments) {
        var codes = new LinkedHashSet<Integer>();
        for (var text : arguments.text("RCODE").split(",", -1)) {
            int code = Rcode.value(text.toUpperCase(Locale.ROOT));
            if (code < 0) {
                throw arguments.wrong(
                        "RCODE is a response code such as NXDOMAIN, not \"" + text + "\"");
            }
            codes.add(code);
        }
        return codes;
    }
}
