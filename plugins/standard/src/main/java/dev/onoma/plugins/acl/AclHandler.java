package dev.onoma.plugins.acl;

import dev.onoma.api.Ede;
import dev.onoma.api.Handler;
import dev.onoma.api.Next;
import dev.onoma.api.Outcome;
import dev.onoma.api.Query;
import java.util.List;
import org.xbill.DNS.Opcode;
import org.xbill.DNS.Rcode;

/// Asks the directives in their order; the first that decides has the last word.
final class AclHandler implements Handler {
    private final AclRule[] rules;
    private final AclMetrics metrics;

    AclHandler(List<AclRule> rules, AclMetrics metrics) {
        this.rules = rules.toArray(AclRule[]::new);
        this.metrics = metrics;
    }

    @Override
    public boolean takes(int opcode) {
        return true;
    }

    @Override
    public Outcome handle(Query query, Next next) {
        for (var rule : rules) {
            int zone = rule.zone(query);
            var action = zone < 0 ? null : rule.decide(query);
            if (action != null) {
                if (query.isExplained()) {
                    query.note("a rule for %s says %s".formatted(rule.label(zone), action.word()));
                }
                return act(action, rule.label(zone), query, next);
            }
        }
        metrics.allowed(query);
        return next.handle(query);
    }

    private Outcome act(AclAction action, String zone, Query query, Next next) {
        return switch (action) {
            case ALLOW -> {
                metrics.allowed(query);
                yield next.handle(query);
            }
            case BLOCK -> {
                metrics.blocked(query, zone);
                yield query.reply().rcode(Rcode.REFUSED).ede(Ede.BLOCKED, "").build();
            }
            case FILTER -> {
                metrics.filtered(query, zone);
                // That nothing is there is an answer to a question; an UPDATE was not done.
                int rcode = query.opcode() == Opcode.QUERY ? Rcode.NOERROR : Rcode.REFUSED;
                yield query.reply().rcode(rcode).ede(Ede.FILTERED, "").build();
            }
            case DROP -> {
                metrics.dropped(query, zone);
                yield Outcome.dropped("acl");
            }
        };
    }
}
