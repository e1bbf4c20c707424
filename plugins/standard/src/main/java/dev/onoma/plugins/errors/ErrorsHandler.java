package dev.onoma.plugins.errors;

import dev.onoma.api.Failure;
import dev.onoma.api.Handler;
import dev.onoma.api.Log;
import dev.onoma.api.Next;
import dev.onoma.api.Outcome;
import dev.onoma.api.Query;
import java.util.List;
import java.util.Locale;
import org.xbill.DNS.Type;

/// Logs what failed behind it; everything else passes for the price of a type check.
final class ErrorsHandler implements Handler, Outcome.Continuation {
    private final List<Consolidated> kinds;
    private final Log log;

    /// @param log that never waits: an outage upstream is a line for each query
    ErrorsHandler(List<Consolidated> kinds, Log log) {
        this.kinds = List.copyOf(kinds);
        this.log = log;
    }

    @Override
    public boolean takes(int opcode) {
        return true;
    }

    @Override
    public Outcome handle(Query query, Next next) {
        return next.handle(query).then(query, 0, this);
    }

    @Override
    public Outcome settled(Query query, long number, Outcome settled) {
        if (settled instanceof Outcome.Failed(var failure)) {
            report(query, failure);
        }
        return settled;
    }

    private void report(Query query, Failure failure) {
        var text = failure.explain();
        var line =
                "%d %s %s: %s"
                        .formatted(
                                failure.rcode(),
                                query.name().toString().toLowerCase(Locale.ROOT),
                                Type.string(query.type()),
                                text.replace('\n', ' '));
        for (var kind : kinds) {
            if (kind.count(text, line)) {
                return;
            }
        }
        log.error(line);
    }
}
