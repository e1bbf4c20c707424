package dev.onoma.plugins.local;

import dev.onoma.api.Addresses;
import dev.onoma.api.Directive;
import dev.onoma.api.Handler;
import dev.onoma.api.Metrics;
import dev.onoma.api.Next;
import dev.onoma.api.Outcome;
import dev.onoma.api.Plugin;
import dev.onoma.api.Query;
import dev.onoma.api.ServerBlock;
import org.xbill.DNS.DClass;
import org.xbill.DNS.Type;

/// Answers names of this host, so that no upstream hears of them.
public final class Local implements Plugin {
    @Override
    public String name() {
        return "local";
    }

    @Override
    public void metrics(Metrics metrics) {
        intercepted(metrics);
    }

    private static Metrics.Counter intercepted(Metrics metrics) {
        return metrics.counters(
                        "coredns_local_localhost_requests_total",
                        "Counter of localhost.<domain> requests.")
                .with();
    }

    @Override
    public Handler setup(Directive directive, ServerBlock block) {
        directive.arguments("").expectEnd();
        boolean prefix = true;
        for (var property : directive.properties()) {
            if (!property.name().equals("localhost_prefix")) {
                throw property.unknown("localhost_prefix");
            }
            var arguments = property.arguments("on|off");
            prefix = arguments.oneOf("localhost_prefix", "on", "off").equals("on");
            arguments.expectEnd();
        }
        return handler(prefix, block);
    }

    private static Handler handler(boolean prefix, ServerBlock block) {
        var log = block.log("local").queued();
        var intercepted = intercepted(block.metrics());
        return new Handler() {
            @Override
            public Outcome handle(Query query, Next next) {
                if (query.dclass() != DClass.IN) {
                    return next.handle(query);
                }
                if (LocalNames.isBesideLocalhost(query.key(), prefix)) {
                    intercepted.inc();
                    if (log.isDebug()) {
                        log.debug(intercepting(query));
                    }
                    return LocalNames.localhost(query).build();
                }
                int zone = LocalNames.ZONES.match(query.key());
                return zone < 0 ? next.handle(query) : LocalNames.answer(query, zone).build();
            }
        };
    }

    private static String intercepting(Query query) {
        return "Intercepting localhost query for \"%s\" %s, from %s"
                .formatted(
                        query.key(),
                        Type.string(query.type()),
                        Addresses.text(query.client().getAddress()));
    }
}
