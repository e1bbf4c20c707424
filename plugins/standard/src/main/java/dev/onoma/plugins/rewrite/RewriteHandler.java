package dev.onoma.plugins.rewrite;

import dev.onoma.api.Ede;
import dev.onoma.api.Failure;
import dev.onoma.api.Handler;
import dev.onoma.api.Next;
import dev.onoma.api.Outcome;
import dev.onoma.api.Query;
import dev.onoma.api.Response;
import java.util.List;
import org.xbill.DNS.Rcode;

/// Runs the rules over a query, and what they left to do over its answer, in reverse order.
final class RewriteHandler implements Handler {
    private final Rule[] rules;
    private final List<String> texts;

    /// @param texts of the rules, as the Corefile has them
    RewriteHandler(List<Rule> rules, List<String> texts) {
        this.texts = List.copyOf(texts);
        this.rules = rules.toArray(Rule[]::new);
    }

    @Override
    public Outcome handle(Query query, Next next) {
        var name = query.key();
        for (int i = 0; i < rules.length; i++) {
            if (rules[i].fits(query, name, query.type(), query.dclass())) {
                return rewrite(query, next, i);
            }
        }
        return next.handle(query);
    }

    private Outcome rewrite(Query query, Next next, int first) {
        var rewriting = new Rewriting(query);
        try {
            run(rewriting, first);
        } catch (IllegalArgumentException e) {
            return Outcome.failed(
                    new Failure.Other(
                            Rcode.SERVFAIL,
                            Ede.OTHER,
                            "invalid name after rewrite: " + e.getMessage()));
        }
        var outcome = next.handle(rewriting.query());
        return outcome.then(rewriting, RewriteHandler::settled);
    }

    private void run(Rewriting rewriting, int first) {
        for (int i = first; i < rules.length; i++) {
            var rule = rules[i];
            boolean fits =
                    rule.fits(
                            rewriting.original(),
                            rewriting.key(),
                            rewriting.type(),
                            rewriting.dclass());
            if (fits && rule.apply(rewriting)) {
                if (rewriting.original().isExplained()) {
                    rewriting.original().note(texts.get(i));
                }
                if (rule.stops()) {
                    return;
                }
            }
        }
    }

    private static Outcome settled(Rewriting rewriting, Outcome settled) {
        return switch (settled) {
            case Outcome.Reply(var response) -> turnBack(rewriting, response);
            case Outcome.Failed failed -> failed(rewriting, failed);
            case Outcome.Dropped _ -> settled;
            case Outcome.Later _ -> throw new IllegalStateException("a stage with another Later");
        };
    }

    // Mostly the addresses of the rewritten name are simply those of the name that was asked for.
    private static Outcome turnBack(Rewriting rewriting, Response response) {
        var sections = response.sectionsIfReady();
        boolean renames =
                sections != null
                        && response.query() != rewriting.original()
                        && response.more() == null
                        && rewriting.isTurnedBack()
                        && sections.areAddressesOfQuestion();
        var answer =
                renames
                        ? response.renamed(rewriting.original())
                        : response.answering(rewriting.original());
        return turnBack(rewriting, answer, rewriting.responses().size() - 1, renames);
    }

    private static Outcome turnBack(
            Rewriting rewriting, Response response, int last, boolean renamed) {
        for (int i = last; i >= 0; i--) {
            switch (rewriting.responses().get(i)) {
                case NameChange.TurnBack _ when renamed -> {}
                case ResponseRule.Change change -> change.apply(response);
                case CnameRule.Target target -> {
                    var looked = target.lookUp(rewriting.original(), response);
                    if (looked != null) {
                        int rest = i - 1;
                        return looked.then(settled -> {
                            target.take(response, settled);
                            return turnBack(rewriting, response, rest, renamed);
                        });
                    }
                }
            }
        }
        return response.build();
    }

    // Only the code of a failure can be changed, as there is nothing else.
    private static Outcome failed(Rewriting rewriting, Outcome.Failed failed) {
        var failure = failed.failure();
        int rcode = failure.rcode();
        for (var rule : rewriting.responses().reversed()) {
            if (rule instanceof AnswerRules.RcodeChange change) {
                rcode = change.of(rcode);
            }
        }
        return rcode == failure.rcode()
                ? failed
                : rewriting
                        .original()
                        .reply()
                        .rcode(rcode)
                        .ede(failure.ede(), failure.edeText())
                        .build();
    }
}
