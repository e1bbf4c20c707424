package dev.onoma.plugins.nsid;

import dev.onoma.api.Directive;
import dev.onoma.api.Handler;
import dev.onoma.api.HostName;
import dev.onoma.api.Outcome;
import dev.onoma.api.Plugin;
import dev.onoma.api.Query;
import dev.onoma.api.Response;
import dev.onoma.api.ServerBlock;
import java.nio.charset.StandardCharsets;
import java.util.List;

/// Says which server has answered, to clients that ask with the NSID option (RFC 5001). Nobody else
/// gets it, and no other bit of the response changes.
public final class Nsid implements Plugin {
    /// The code of the option (RFC 5001, section 2.3).
    private static final int CODE = 3;

    @Override
    public String name() {
        return "nsid";
    }

    @Override
    public Handler setup(List<Directive> occurrences, ServerBlock block) {
        return setup(Directive.once(occurrences), block);
    }

    @Override
    public Handler setup(Directive directive, ServerBlock block) {
        var arguments = directive.arguments("[DATA...]");
        var data = arguments.hasNext() ? String.join(" ", arguments.rest()) : HostName.get();
        directive.expectNoBlock();
        var octets = data.getBytes(StandardCharsets.UTF_8);
        return (query, next) -> {
            var outcome = next.handle(query);
            return query.option(CODE) == null
                    ? outcome
                    : outcome.then(settled -> identify(query, settled, octets));
        };
    }

    // Failures too: that is when somebody wants to know whose they are.
    private static Outcome identify(Query query, Outcome settled, byte[] octets) {
        return switch (settled) {
            case Outcome.Reply(var response) -> identify(response, octets).build();
            case Outcome.Failed(var failure) -> {
                var response = query.reply().rcode(failure.rcode());
                response.ede(failure.ede(), failure.edeText());
                yield identify(response, octets).build();
            }
            case Outcome.Dropped _, Outcome.Later _ -> settled;
        };
    }

    private static Response identify(Response response, byte[] octets) {
        response.options().removeIf(option -> option.code() == CODE);
        return response.option(CODE, octets);
    }
}
