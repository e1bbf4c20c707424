package dev.onoma.plugins.template;

import dev.onoma.api.Ede;
import dev.onoma.api.Failure;
import dev.onoma.api.Handler;
import dev.onoma.api.Metrics;
import dev.onoma.api.NameMemo;
import dev.onoma.api.Next;
import dev.onoma.api.Outcome;
import dev.onoma.api.Query;
import dev.onoma.api.Response;
import dev.onoma.api.WireSections;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.xbill.DNS.CNAMERecord;
import org.xbill.DNS.Rcode;
import org.xbill.DNS.Record;
import org.xbill.DNS.Type;

/// Asks the templates of a server block in their order; the first that matches answers.
///
/// What a template makes of a name is remembered, as long as it depends on nothing but name, type
/// and class: then an answer is a look at a table, and the octets are there.
final class TemplateHandler implements Handler {
    /// The most octets of an answer that is remembered, so that all of them take a megabyte at
    /// most.
    private static final int REMEMBERED_OCTETS_MAX = 2_048;

    private final Rule[] rules;
    private final List<NameMemo<Ready>> memos;
    private final TemplateMetrics metrics;
    private final @Nullable Counted[] counted;

    /// What a template makes of a name.
    ///
    /// @param sections null if it does not match
    /// @param server of the queries that this is for
    /// @param view likewise
    private record Ready(
            @Nullable WireSections sections,
            Metrics.@Nullable Counter matches,
            String server,
            String view) {
        static final Ready NO_MATCH = new Ready(null, null, "", "");

        // The same texts, as the server block and the listener hand them out.
        @SuppressWarnings("ReferenceEquality")
        boolean isFor(Query query) {
            return server == query.server() && view == query.view();
        }
    }

    /// The counter of matches with these labels. Immutable, so any thread may replace it by
    /// another.
    private record Counted(
            String server, String view, int zone, long asked, Metrics.Counter counter) {}

    TemplateHandler(List<Rule> rules, TemplateMetrics metrics) {
        this.rules = rules.toArray(Rule[]::new);
        memos = rules.stream().map(_ -> new NameMemo<Ready>()).toList();
        this.metrics = metrics;
        counted = new Counted[rules.size()];
    }

    private static long asked(Query query) {
        return query.type() | (long) query.dclass() << 16;
    }

    @Override
    public Outcome handle(Query query, Next next) {
        for (int i = 0; i < rules.length; i++) {
            var rule = rules[i];
            int zone = rule.isFor(query) ? rule.zones().match(query.key()) : -1;
            if (zone < 0) {
                continue;
            }
            var ready = memos.get(i).find(query.key(), asked(query));
            if (ready != null && ready.sections() != null && ready.isFor(query)) {
                return answer(query, rule, ready, ready.sections());
            }
            var outcome = ready == Ready.NO_MATCH ? noMatch(rule, query) : work(i, zone, query);
            if (outcome != null) {
                return outcome;
            }
        }
        return next.handle(query);
    }

    private static Outcome answer(Query query, Rule rule, Ready ready, WireSections sections) {
        var counter = ready.matches();
        if (counter != null) {
            counter.inc();
        }
        query.note("a template that was asked for this name before");
        return query.reply()
                .authoritative()
                .rcode(rule.rcode())
                .ede(rule.ede(), rule.edeText())
                .sections(sections)
                .build();
    }

    /// @return null if the next template is to be asked
    private static @Nullable Outcome noMatch(Rule rule, Query query) {
        return rule.fallsThrough(query)
                ? null
                : failed(query, "no template matches, and no fallthrough");
    }

    /// @return null if the next template is to be asked
    private @Nullable Outcome work(int place, int zone, Query query) {
        var rule = rules[place];
        var match = rule.match(query, zone);
        if (match == null) {
            memos.get(place).keep(query.key(), asked(query), Ready.NO_MATCH);
            return noMatch(rule, query);
        }
        return switch (rule.decide(match)) {
            case MATCH -> {
                if (query.isExplained()) {
                    query.note(match.explain());
                }
                yield answer(place, match);
            }
            case NO_MATCH -> noMatch(rule, query);
            case FAILED -> failed(query, "a variable of a template has no value");
        };
    }

    private static Outcome failed(Query query, String because) {
        return query.reply().rcode(Rcode.SERVFAIL).ede(Ede.OTHER, because).build();
    }

    private Outcome answer(int place, Match match) {
        var counter = counter(place, match);
        counter.inc();
        var query = match.query();
        var rule = rules[place];
        if (rule.rcode() == Rcode.SERVFAIL) {
            return query.reply().rcode(Rcode.SERVFAIL).ede(rule.ede(), rule.edeText()).build();
        }
        try {
            var quick = QuickRecords.of(match, rule);
            if (quick != null) {
                return ready(place, match, counter, quick);
            }
            var answers = records(match, rule.answers());
            var additionals = records(match, rule.additionals());
            var authorities = records(match, rule.authorities());
            if (leadsOn(query, answers)) {
                var reply = query.reply().authoritative().rcode(rule.rcode());
                reply.ede(rule.ede(), rule.edeText());
                authorities.forEach(reply::authority);
                additionals.forEach(reply::additional);
                return follow(query, reply, answers, 0);
            }
            var sections = WireSections.of(query.name(), answers, authorities, additionals);
            return ready(place, match, counter, sections);
        } catch (GoException | RecordTemplate.RecordException e) {
            return Outcome.failed(
                    new Failure.Other(Rcode.SERVFAIL, Ede.OTHER, String.valueOf(e.getMessage())));
        }
    }

    private Outcome ready(int place, Match match, Metrics.Counter counter, WireSections sections) {
        var query = match.query();
        var rule = rules[place];
        boolean same = rule.steps().isEmpty() && !match.isPersonal();
        if (same && sections.length() <= REMEMBERED_OCTETS_MAX) {
            var ready = new Ready(sections, counter, query.server(), query.view());
            memos.get(place).keep(query.key(), asked(query), ready);
        }
        return query.reply()
                .authoritative()
                .rcode(rule.rcode())
                .ede(rule.ede(), rule.edeText())
                .sections(sections)
                .build();
    }

    // Nearly always the one of the match before.
    @SuppressWarnings("ReferenceEquality") // see Ready
    private Metrics.Counter counter(int place, Match match) {
        var query = match.query();
        var last = counted[place];
        if (last == null
                || last.server != query.server()
                || last.view != query.view()
                || last.zone != match.zone()
                || last.asked != asked(query)) {
            last =
                    new Counted(
                            query.server(),
                            query.view(),
                            match.zone(),
                            asked(query),
                            metrics.matches(match));
            counted[place] = last;
        }
        return last.counter;
    }

    private static boolean leadsOn(Query query, List<Record> answers) {
        boolean follows = query.type() == Type.A || query.type() == Type.AAAA;
        return follows && answers.stream().anyMatch(CNAMERecord.class::isInstance);
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
        for (int i = from; i < answers.size(); i++) {
            reply.answer(answers.get(i));
            if (answers.get(i) instanceof CNAMERecord alias) {
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
