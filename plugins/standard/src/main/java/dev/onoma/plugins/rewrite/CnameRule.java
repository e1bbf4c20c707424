package dev.onoma.plugins.rewrite;

import com.google.re2j.Pattern;
import dev.onoma.api.Log;
import dev.onoma.api.NameKey;
import dev.onoma.api.NamePattern;
import dev.onoma.api.NamePattern.Kind;
import dev.onoma.api.Names;
import dev.onoma.api.Outcome;
import dev.onoma.api.Query;
import dev.onoma.api.Response;
import java.util.ArrayList;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import org.xbill.DNS.CNAMERecord;
import org.xbill.DNS.Name;
import org.xbill.DNS.Record;
import org.xbill.DNS.Section;
import org.xbill.DNS.Type;

/// `cname [exact|prefix|suffix|substring|regex] FROM TO`: answers with a CNAME that leads to FROM
/// lead to TO, with what is found there.
final class CnameRule implements Rule {
    private final NamePattern from;
    private final String to;
    private final @Nullable TextTemplate template;
    private final Log log;

    private CnameRule(NamePattern from, String to, @Nullable TextTemplate template, Log log) {
        this.from = from;
        this.to = to;
        this.template = template;
        this.log = log;
    }

    static Rule read(RuleWords words, Log log) {
        if (words.remaining() < 2 || words.remaining() > 3) {
            throw words.wrong(
                    "too %s (%d) arguments for a cname rule"
                            .formatted(words.remaining() < 2 ? "few" : "many", words.remaining()));
        }
        var kind = words.remaining() == 2 ? Kind.EXACT : Matching.kind(words, "cname");
        var text = words.next("FROM");
        if (kind == Kind.REGEX) {
            var checked = Matching.regex(words, text);
            var template = TextTemplate.of(words, words.next("TO"), checked);
            return new CnameRule(NamePattern.of(Pattern.compile(text)), "", template, log);
        }
        boolean whole = kind == Kind.EXACT || kind == Kind.SUFFIX;
        var from = whole ? Matching.qualified(text) : text;
        var to = words.next("TO").toLowerCase(Locale.ROOT);
        return new CnameRule(
                NamePattern.of(kind, from), whole ? Matching.qualified(to) : to, null, log);
    }

    @Override
    public boolean fits(Query query, NameKey name, int type, int dclass) {
        return true;
    }

    /// Whether it has something to do shows in the answer; other rules are asked too, whatever this
    /// one says.
    @Override
    public boolean apply(Rewriting rewriting) {
        rewriting.onResponse(new Target(this));
        return false;
    }

    @Override
    public boolean stops() {
        return false;
    }

    private @Nullable Name target(Name name) {
        var key = NameKey.of(name);
        if (!from.matches(key)) {
            return null;
        }
        var text = NamePattern.textOf(key);
        int length = from.text().length();
        try {
            return Names.of(
                    switch (from.kind()) {
                        case EXACT -> to;
                        case PREFIX -> to + text.substring(length);
                        case SUFFIX -> text.substring(0, text.length() - length) + to;
                        case SUBSTRING -> text.replace(from.text(), to);
                        case REGEX -> byRegex(key);
                    });
        } catch (IllegalArgumentException e) {
            log.error("invalid name after rewrite: " + e.getMessage());
            return null;
        }
    }

    private String byRegex(NameKey name) {
        var found = from.find(name);
        if (found == null || template == null) {
            throw new IllegalStateException("a rule that does not fit");
        }
        return template.fill(found);
    }

    /// The work of the rule in one answer.
    static final class Target implements ResponseRule {
        private final CnameRule rule;
        private int place = -1;
        private @Nullable Name target;

        private Target(CnameRule rule) {
            this.rule = rule;
        }

        /// Looks up where the CNAME is to lead to, or returns null if there is none.
        @Nullable Outcome lookUp(Query query, Response response) {
            if (!response.hasType(Section.ANSWER, Type.CNAME)) {
                return null;
            }
            var answers = response.answers();
            for (int i = 0; i < answers.size(); i++) {
                var found =
                        answers.get(i) instanceof CNAMERecord alias
                                ? rule.target(alias.getTarget())
                                : null;
                if (found != null) {
                    place = i;
                    target = found;
                    return query.resolve(found, query.type());
                }
            }
            return null;
        }

        /// Puts what was found in place of what was behind the CNAME.
        void take(Response response, Outcome settled) {
            var to = target;
            if (!(settled instanceof Outcome.Reply(var looked)) || to == null) {
                rule.log.error(
                        "upstream lookup failed: "
                                + (settled instanceof Outcome.Failed(var failure)
                                        ? failure.explain()
                                        : "no response"));
                return;
            }
            var kept = new ArrayList<Record>();
            var before = response.answers();
            for (int i = 0; i <= place; i++) {
                if (before.get(i) instanceof CNAMERecord alias) {
                    kept.add(i < place ? alias : RecordValue.with(alias, to));
                }
            }
            kept.addAll(looked.answers());
            before.clear();
            before.addAll(kept);
            response.truncated(looked.isTruncated());
        }
    }
}
