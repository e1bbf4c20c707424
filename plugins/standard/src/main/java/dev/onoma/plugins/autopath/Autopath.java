package dev.onoma.plugins.autopath;

import dev.onoma.api.Arguments;
import dev.onoma.api.Directive;
import dev.onoma.api.FileErrors;
import dev.onoma.api.Handler;
import dev.onoma.api.Plugin;
import dev.onoma.api.Query;
import dev.onoma.api.SearchPath;
import dev.onoma.api.ServerBlock;
import dev.onoma.api.ZoneNames;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.xbill.DNS.Name;

/// Walks the search path of clients: `autopath [ZONE...] RESOLV-CONF|@PLUGIN`. Of several, the last
/// counts.
public final class Autopath implements Plugin {
    @Override
    public String name() {
        return "autopath";
    }

    @Override
    public Handler setup(Directive directive, ServerBlock block) {
        return setup(List.of(directive), block);
    }

    @Override
    public Handler setup(List<Directive> occurrences, ServerBlock block) {
        return occurrences.stream().map(each -> handler(each, block)).toList().getLast();
    }

    private static Handler handler(Directive directive, ServerBlock block) {
        var arguments = directive.arguments("[ZONE...] RESOLV-CONF|@PLUGIN");
        if (!arguments.hasNext()) {
            throw directive.wrong(
                    "no resolv-conf specified: name a file like /etc/resolv.conf, or @kubernetes");
        }
        directive.expectNoBlock();
        var zones = zones(arguments, block);
        var source = arguments.text("RESOLV-CONF");
        var handler = new AutopathHandler(zones, new AutopathMetrics(block.metrics()));
        if (!source.startsWith("@")) {
            var search = ofFile(source, arguments, block);
            if (search.isEmpty()) {
                arguments.warn("does nothing: %s has no line \"search\"".formatted(source));
                return Handler.PASS;
            }
            handler.path(new Fixed(SearchPath.Domains.of(search)));
            return handler;
        }
        var plugin = source.substring(1);
        if (!block.loads(plugin)) {
            arguments.warn(
                    "does nothing: there is no \"%s\" in this server block".formatted(plugin));
            return Handler.PASS;
        }
        // Whoever knows the clients stands behind this plugin in the chain, and is set up later.
        block.onStart(() -> handler.path(ofPlugin(plugin, block)));
        return handler;
    }

    /// All words but the last.
    private static List<Name> zones(Arguments arguments, ServerBlock block) {
        if (arguments.remaining() == 1) {
            return block.zones();
        }
        var zones = new ArrayList<Name>();
        while (arguments.remaining() > 1) {
            var text = arguments.text("ZONE");
            try {
                zones.addAll(ZoneNames.parseKey(text).zones());
            } catch (IllegalArgumentException e) {
                arguments.warn("\"%s\" is ignored: %s".formatted(text, e.getMessage()));
            }
        }
        return zones;
    }

    private static List<Name> ofFile(String name, Arguments arguments, ServerBlock block) {
        var file = block.file(name);
        try {
            return SearchPath.ofFile(file);
        } catch (IOException e) {
            throw arguments.wrong(
                    "failed to parse \"%s\": open %s: %s"
                            .formatted(name, file, FileErrors.reason(e)));
        }
    }

    private static SearchPath ofPlugin(String plugin, ServerBlock block) throws IOException {
        var path = block.setting(SearchPath.class).filter(p -> p.plugin().equals(plugin));
        if (path.isEmpty()) {
            throw new IOException(
                    "plugin/autopath: %s does not know the search path of clients; kubernetes does"
                            .formatted(plugin));
        }
        var hindrance = path.get().hindrance();
        if (!hindrance.isEmpty()) {
            block.log("autopath").warning("@%s does nothing: %s".formatted(plugin, hindrance));
        }
        return path.get();
    }

    /// The same for all clients.
    private record Fixed(Domains domains) implements SearchPath {
        @Override
        public String plugin() {
            return "autopath";
        }

        @Override
        public Domains of(Query query) {
            return domains;
        }
    }
}
