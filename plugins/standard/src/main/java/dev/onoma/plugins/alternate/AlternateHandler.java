package dev.onoma.plugins.alternate;

import dev.onoma.api.Handler;
import dev.onoma.api.Next;
import dev.onoma.api.Outcome;
import dev.onoma.api.Query;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.xbill.DNS.Rcode;

/// Lets the rest of the chain answer, and asks others if that is no answer to be content with. If
/// the others fail, the first word counts.
final class AlternateHandler implements Handler, Outcome.Continuation {
    private static final Next NOBODY =
            _ -> Outcome.failed(new dev.onoma.api.Failure.NoNextPlugin("alternate"));

    private final @Nullable Handler[] byCode;
    private final AlternateMetrics metrics;

    AlternateHandler(Map<Integer, Handler> others, AlternateMetrics metrics) {
        byCode = new Handler[others.keySet().stream().mapToInt(c -> c + 1).max().orElse(0)];
        others.forEach((code, handler) -> byCode[code] = handler);
        this.metrics = metrics;
    }

    @Override
    public Outcome handle(Query query, Next next) {
        return next.handle(query).then(query, 0, this);
    }

    @Override
    public Outcome settled(Query query, long number, Outcome settled) {
        return switch (settled) {
            case Outcome.Reply(var response) -> ask(query, response.rcode(), settled);
            case Outcome.Failed(var failure) -> ask(query, failure.rcode(), settled);
            case Outcome.Dropped _, Outcome.Later _ -> settled;
        };
    }

    private Outcome ask(Query query, int rcode, Outcome first) {
        var others = rcode < byCode.length ? byCode[rcode] : null;
        if (others == null) {
            return first;
        }
        var code = Rcode.string(rcode);
        metrics.queries().with(code).inc();
        query.note("the answer is " + code + ": others are asked");
        // A query of its own, so that the first response stays as it is.
        var again = query.asking(query.name(), query.type(), query.dclass());
        return others.handle(again, NOBODY)
                .then(settled ->
                        settled instanceof Outcome.Reply(var response)
                                ? response.answering(query).build()
                                : first);
    }
}
