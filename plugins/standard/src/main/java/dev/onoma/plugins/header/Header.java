package dev.onoma.plugins.header;

import dev.onoma.api.Directive;
import dev.onoma.api.Handler;
import dev.onoma.api.Plugin;
import dev.onoma.api.Response;
import dev.onoma.api.ServerBlock;
import java.util.List;
import java.util.Locale;
import java.util.function.UnaryOperator;

/// Sets and clears AA, RA and RD: in queries before the rest of the chain sees them, in responses
/// before the plugins in front do. The last rule for a flag wins.
public final class Header implements Plugin {
    @Override
    public String name() {
        return "header";
    }

    /// Only the first directive with rules counts, as in CoreDNS.
    @Override
    public Handler setup(List<Directive> occurrences, ServerBlock block) {
        var withRules = occurrences.stream().filter(d -> !d.properties().isEmpty()).toList();
        if (withRules.isEmpty()) {
            throw occurrences
                    .getFirst()
                    .wrong("a rule is missing: header { query|response set|clear FLAG... }");
        }
        for (var other : occurrences) {
            if (other != withRules.getFirst()) {
                other.warn("this directive is ignored, the first one with rules counts");
            }
        }
        return setup(withRules.getFirst(), block);
    }

    @Override
    public Handler setup(Directive directive, ServerBlock block) {
        directive.arguments("{ query|response set|clear FLAG... }").ignoreRest();
        var inQuery = Flags.UNTOUCHED;
        var inResponse = Flags.UNTOUCHED;
        for (var rule : directive.properties()) {
            switch (rule.name().toLowerCase(Locale.ROOT)) {
                case "query" -> inQuery = inQuery.and(rule);
                case "response" -> inResponse = inResponse.and(rule);
                default ->
                        throw rule.wrong(
                                "invalid selector \"%s\", should be query or response"
                                        .formatted(rule.name()));
            }
        }
        return handler(inQuery, inResponse);
    }

    private static Handler handler(Flags inQuery, Flags inResponse) {
        UnaryOperator<Response> change = inResponse::apply;
        return (query, next) -> {
            inQuery.apply(query);
            return next.handle(query).map(change);
        };
    }
}
