package dev.onoma.plugins.template;

import dev.onoma.api.Ede;
import dev.onoma.api.Failure;
import dev.onoma.api.Handler;
import dev.onoma.api.Next;
import dev.onoma.api.Outcome;
import dev.onoma.api.Query;
import dev.onoma.api.Response;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.xbill.DNS.CNAMERecord;
import org.xbill.DNS.Rcode;
import org.xbill.DNS.Record;
import org.xbill.DNS.Type;

/// Asks the templates of a server block in their order; the first that matches answers.
final class TemplateHandler implements Handler {
    private final Rule[] rules;
    private final TemplateMetrics metrics;

    TemplateHandler(List<Rule> rules, TemplateMetrics metrics) {
        this.rules = rules.toArray(Rule[]::new);
        this.metrics = metrics;
    }

    @Override
    public Outcome handle(Query query, Next next) {
        for (var rule : rules) {
            int zone = rule.isFor(query) ? rule.zones().match(query.key()) : -1;
            if (zone < 0) {
                continue;
            }
            var match = rule.match(query, zone);
            switch (match == null ? Rule.Decision.NO_MATCH : rule.decide(match)) {
                case MATCH -> {
                    if (query.isExplained() && match != null) {
                        query.note(match.explain());
                    }
                    return answer(rule, match);
                }
                case NO_MATCH -> {
                    if (!rule.fallsThrough(query)) {
                        return failed(query, "no template matches, and no fallthrough");
                    }
                }
                case FAILED -> {
                    return failed(query, "a variable of a template has no value");
                }
            }
        }
        return next.handle(query);
    }

    private static Outcome failed(Query query, String because) {
        return query.reply().rcode(Rcode.SERVFAIL).ede(Ede.OTHER, because).build();
    }

    private Outcome answer(Rule rule, @Nullable Match match) {
        if (match == null) {
            throw new IllegalStateException("an answer without a match");
        }
        metrics.matched(match);
        var query = match.query();
        if (rule.rcode() == Rcode.SERVFAIL) {
            return query.reply().rcode(Rcode.SERVFAIL).ede(rule.ede(), rule.edeText()).build();
        }
        try {
            var answers = records(match, rule.answers());
            var additionals = records(match, rule.additionals());
            var authorities = records(match, rule.authorities());
            var reply = query.reply().authoritative().rcode(rule.rcode());
            reply.ede(rule.ede(), rule.edeText());
            authorities.forEach(reply::authority);
            additionals.forEach(reply::additional);
            return follow(query, reply, answers, 0);
        } catch (GoException | RecordTemplate.RecordException e) {
            return Outcome.failed(
                    new Failure.Other(Rcode.SERVFAIL, Ede.OTHER, String.valueOf(e.getMessage())));
        }
    }

    private List<Record> records(Match match, List<RecordTemplate> templates)
            throws RecordTemplate.RecordException {
        var records = new ArrayList<Record>(templates.size());
        for (var template : templates) {
            try {
                var record = template.record(match);
                if (record != null) {
                    records.add(record);
                }
            } catch (GoException e) {
                metrics.templateFailed(match, template);
                throw e;
            } catch (RecordTemplate.RecordException e) {
                metrics.recordFailed(match, template);
                throw e;
            }
        }
        return records;
    }

    // Where an alias leads to is looked up, and stands behind it.
    private static Outcome follow(Query query, Response reply, List<Record> answers, int from) {
        boolean follows = query.type() == Type.A || query.type() == Type.AAAA;
        for (int i = from; i < answers.size(); i++) {
            reply.answer(answers.get(i));
            if (follows && answers.get(i) instanceof CNAMERecord alias) {
                int rest = i + 1;
                return query.resolve(alias.getTarget(), query.type())
                        .then(settled -> {
                            if (settled instanceof Outcome.Reply(var looked)) {
                                reply.truncated(looked.isTruncated());
                                looked.answers().forEach(reply::answer);
                            }
                            return follow(query, reply, answers, rest);
                        });
            }
        }
        return reply.build();
    }
}
