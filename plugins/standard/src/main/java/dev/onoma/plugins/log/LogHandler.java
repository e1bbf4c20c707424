package dev.onoma.plugins.log;

import dev.onoma.api.Handler;
import dev.onoma.api.Log;
import dev.onoma.api.Next;
import dev.onoma.api.Outcome;
import dev.onoma.api.Query;
import dev.onoma.api.Time;
import dev.onoma.format.SettledQuery;
import java.util.List;

/// Logs what became of queries. Those that no rule wants cost nothing but the look at the rules.
final class LogHandler implements Handler, Outcome.Continuation {
    private final LogRule[] rules;
    private final Log log;
    private final boolean fields;
    private final Time time;

    /// @param log that never waits
    LogHandler(List<LogRule> rules, Log log, Time time) {
        this.rules = rules.toArray(LogRule[]::new);
        this.log = log;
        fields = log.hasFields();
        this.time = time;
    }

    @Override
    public boolean takes(int opcode) {
        return true;
    }

    @Override
    public Outcome handle(Query query, Next next) {
        for (int i = 0; i < rules.length; i++) {
            if (rules[i].isFor(query.key())) {
                return next.handle(query).then(query, i, this);
            }
        }
        return next.handle(query);
    }

    @Override
    public Outcome settled(Query query, long number, Outcome settled) {
        var rule = rules[(int) number];
        if (!fields && !rule.needsKind()) {
            log.info(rule.format().line(entry(query, settled)));
            return settled;
        }
        var kind = ResponseKind.of(query, settled, time);
        if (!rule.wants(kind)) {
            return settled;
        }
        query.metadata("log/type", kind::name);
        query.metadata("log/class", kind.logClass()::label);
        var entry = entry(query, settled);
        var line = rule.format().line(entry);
        if (fields) {
            log.info(line, LogFields.of(entry, kind));
        } else {
            log.info(line);
        }
        return settled;
    }

    private SettledQuery entry(Query query, Outcome settled) {
        return new SettledQuery(query, settled, time.nanos() - query.receivedNanos());
    }
}
