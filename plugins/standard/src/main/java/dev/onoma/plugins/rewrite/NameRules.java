package dev.onoma.plugins.rewrite;

import com.google.re2j.Pattern;
import dev.onoma.api.NameKey;
import dev.onoma.api.NameMemo;
import dev.onoma.api.NamePattern;
import dev.onoma.api.NamePattern.Kind;
import dev.onoma.api.Names;
import dev.onoma.api.Query;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import org.xbill.DNS.Name;

/// `name [exact|prefix|suffix|substring|regex] FROM TO [answer ...]...`
final class NameRules {
    private NameRules() {}

    static Rule read(RuleWords words, boolean stops) {
        if (words.remaining() < 2) {
            throw words.wrong("too few arguments for a name rule: FROM TO are needed");
        }
        var kind = words.remaining() == 2 ? Kind.EXACT : Matching.kind(words, "name");
        var from = words.next("FROM");
        if (kind == Kind.REGEX) {
            var pattern = Matching.regex(words, from);
            var to = TextTemplate.of(words, words.next("TO"), pattern);
            return rule(NamePattern.of(pattern), "", to, words, stops);
        }
        var pattern = NamePattern.of(kind, Matching.qualified(from));
        return rule(pattern, Matching.qualified(words.next("TO")), null, words, stops);
    }

    private static Rule rule(
            NamePattern pattern,
            String to,
            @Nullable TextTemplate template,
            RuleWords words,
            boolean stops) {
        var answers = new Answers();
        if (words.hasNext()) {
            answers.read(words, pattern.kind().name().toLowerCase(Locale.ROOT));
        }
        boolean auto = answers.auto || pattern.kind() == Kind.EXACT;
        return new NameRule(
                pattern, to, template, auto, List.copyOf(answers.changes), stops, new NameMemo<>());
    }

    /// The answer part of a rule.
    private static final class Answers {
        private final List<ResponseRule.Change> changes = new ArrayList<>();
        private boolean auto;
        private boolean names;

        void read(RuleWords words, String rule) {
            if (words.remaining() < 2) {
                throw words.wrong("invalid arguments for " + rule + " rule");
            }
            if (!words.peek(0).equals("answer")) {
                var _ = words.next("");
                throw words.wrong(
                        "exceeded the number of arguments for a non-answer rule argument for "
                                + rule
                                + " rule");
            }
            while (words.hasNext()) {
                one(words, rule);
            }
            if (auto && names) {
                throw words.wrong(
                        "auto name answer rule cannot be combined with explicit name answer rules");
            }
        }

        private void one(RuleWords words, String rule) {
            if (words.peek(0).equals("answer")) {
                var _ = words.next("");
            }
            if (!words.hasNext()) {
                throw words.wrong("type missing for answer rule for " + rule + " rule");
            }
            var what = words.next("auto, name or value");
            switch (what) {
                case "auto" -> auto = true;
                case "name" -> {
                    names = true;
                    changes.add(NameChange.ofOwners(regex(words, what, rule)));
                }
                case "value" -> changes.add(NameChange.ofValues(regex(words, what, rule)));
                default ->
                        throw words.wrong(
                                "invalid type \"%s\" for answer rule for %s rule, expected auto, name"
                                                .formatted(what, rule)
                                        + " or value");
            }
        }

        private static NameChange regex(RuleWords words, String what, String rule) {
            if (words.remaining() < 2) {
                throw words.wrong(
                        "%s answer rule for %s rule: 2 arguments required".formatted(what, rule));
            }
            var from = words.next("FROM");
            var checked = Matching.regex(words, from);
            // Names of upstreams come in any case.
            var pattern = Pattern.compile(from, Pattern.CASE_INSENSITIVE);
            return new NameChange.ByRegex(
                    pattern, TextTemplate.of(words, words.next("TO"), checked));
        }
    }

    /// What became of a name.
    ///
    /// @param changes of the answer
    private record Rewritten(Name name, NameKey key, List<ResponseRule.Change> changes) {}

    /// @param memo of names that were rewritten lately
    /// @param to what comes in place of what is found, if that is no regular expression
    /// @param template of the whole name, if it is
    private record NameRule(
            NamePattern pattern,
            String to,
            @Nullable TextTemplate template,
            boolean auto,
            List<ResponseRule.Change> answers,
            boolean stops,
            NameMemo<Rewritten> memo)
            implements Rule {
        @Override
        public boolean fits(Query query, NameKey name, int type, int dclass) {
            // Whether a regular expression matches takes longer than looking.
            return pattern.kind() == Kind.REGEX && memo.find(name, 0) != null
                    || pattern.matches(name);
        }

        @Override
        public boolean apply(Rewriting rewriting) {
            var before = rewriting.key();
            var known = memo.find(before, 0);
            if (known == null) {
                known = work(before);
                memo.keep(before, 0, known);
            }
            rewriting.name(known.name(), known.key());
            var changes = known.changes();
            for (int i = 0; i < changes.size(); i++) {
                rewriting.onResponse(changes.get(i));
            }
            return true;
        }

        private Rewritten work(NameKey before) {
            var name = rewritten(before);
            var changes = new ArrayList<ResponseRule.Change>();
            if (auto) {
                var back = back(before, name);
                changes.add(new NameChange.TurnBack(back));
            }
            changes.addAll(answers);
            return new Rewritten(name, NameKey.of(name), List.copyOf(changes));
        }

        private NameChange back(NameKey before, Name name) {
            return pattern.kind() == Kind.SUFFIX
                    ? new NameChange.OfSuffix(to, pattern.text())
                    : new NameChange.Back(name, before.name());
        }

        private Name rewritten(NameKey name) {
            var from = pattern.text();
            return Names.of(
                    switch (pattern.kind()) {
                        case EXACT -> to;
                        case PREFIX -> to + NamePattern.textOf(name).substring(from.length());
                        case SUFFIX -> {
                            var text = NamePattern.textOf(name);
                            yield text.substring(0, text.length() - from.length()) + to;
                        }
                        case SUBSTRING -> NamePattern.textOf(name).replace(from, to);
                        case REGEX -> byRegex(name);
                    });
        }

        private String byRegex(NameKey name) {
            var found = pattern.find(name);
            if (found == null || template == null) {
                throw new IllegalStateException("a rule that does not fit");
            }
            return template.fill(found);
        }
    }
}
