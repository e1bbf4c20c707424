package dev.onoma.plugins.any;

import dev.onoma.api.Directive;
import dev.onoma.api.Handler;
import dev.onoma.api.Plugin;
import dev.onoma.api.Query;
import dev.onoma.api.Response;
import dev.onoma.api.ServerBlock;
import org.xbill.DNS.DClass;
import org.xbill.DNS.HINFORecord;
import org.xbill.DNS.Type;

/// Answers queries of type ANY with one HINFO record (RFC 8482, section 4.2), so that nobody can
/// have a large answer sent to somebody else.
public final class Any implements Plugin {
    /// The number of the RFC, as seconds.
    private static final int TTL = 8482;

    @Override
    public String name() {
        return "any";
    }

    @Override
    public Handler setup(Directive directive, ServerBlock block) {
        directive.expectNothingElse();
        return (query, next) ->
                query.type() == Type.ANY && query.dclass() == DClass.IN
                        ? refer(query).build()
                        : next.handle(query);
    }

    private static Response refer(Query query) {
        var text = new HINFORecord(query.name(), DClass.IN, TTL, "ANY obsoleted", "See RFC 8482");
        return query.reply().answer(text);
    }
}
