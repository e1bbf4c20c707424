package dev.onoma.plugins.minimal;

import dev.onoma.api.Directive;
import dev.onoma.api.Handler;
import dev.onoma.api.Plugin;
import dev.onoma.api.Response;
import dev.onoma.api.ServerBlock;
import org.xbill.DNS.Rcode;
import org.xbill.DNS.Section;
import org.xbill.DNS.Type;

/// Takes the authority and additional sections away where no client needs them: from answers, not
/// from denials, errors and delegations. EDNS options stay, extended errors among them.
public final class Minimal implements Plugin {
    @Override
    public String name() {
        return "minimal";
    }

    @Override
    public Handler setup(Directive directive, ServerBlock block) {
        directive.expectNothingElse();
        return (query, next) -> next.handle(query).map(Minimal::minimize);
    }

    private static Response minimize(Response response) {
        return isAnswer(response) ? response.withoutExtras() : response;
    }

    private static boolean isAnswer(Response response) {
        int type = response.query().type();
        return response.rcode() == Rcode.NOERROR
                && type != Type.AXFR
                && type != Type.IXFR
                && !isDenialOrDelegation(response);
    }

    private static boolean isDenialOrDelegation(Response response) {
        return response.count(Section.ANSWER) == 0
                && (response.hasType(Section.AUTHORITY, Type.SOA)
                        || response.hasType(Section.AUTHORITY, Type.NS));
    }
}
