package dev.onoma.plugins.template;

import dev.onoma.api.NamePattern;
import dev.onoma.api.Query;
import dev.onoma.api.ZoneSet;
import dev.onoma.api.expression.Expression;
import dev.onoma.api.expression.ValueException;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.xbill.DNS.DClass;
import org.xbill.DNS.Type;

/// One directive.
///
/// @param patterns none for all names
/// @param steps variables and conditions, in their order
/// @param fallthrough the names for which the next template is asked when this one does not match;
///   null for none
record Rule(
        ZoneSet zones,
        int dclass,
        int type,
        List<NamePattern> patterns,
        List<Step> steps,
        List<RecordTemplate> answers,
        List<RecordTemplate> additionals,
        List<RecordTemplate> authorities,
        int rcode,
        int ede,
        String edeText,
        @Nullable ZoneSet fallthrough) {
    Rule {
        patterns = List.copyOf(patterns);
        steps = List.copyOf(steps);
        answers = List.copyOf(answers);
        additionals = List.copyOf(additionals);
        authorities = List.copyOf(authorities);
    }

    /// A variable, or a condition, which has no place.
    record Step(int place, String name, Expression expression) {}

    /// What became of a query.
    enum Decision {
        /// It does not match.
        NO_MATCH,
        /// It matches.
        MATCH,
        /// A variable has no value.
        FAILED
    }

    /// Whether the template is about the type and class of a query.
    boolean isFor(Query query) {
        return (dclass == DClass.ANY || query.dclass() == DClass.ANY || query.dclass() == dclass)
                && (type == Type.ANY || query.type() == Type.ANY || query.type() == type);
    }

    boolean fallsThrough(Query query) {
        return fallthrough != null && fallthrough.contains(query.key());
    }

    /// What a query has found, or null if no pattern matches.
    @Nullable Match match(Query query, int zone) {
        if (patterns.isEmpty()) {
            return new Match(this, query, zone, "", null, 1 + variables());
        }
        for (var pattern : patterns) {
            var found = pattern.find(query.key());
            if (found != null) {
                return new Match(this, query, zone, pattern.text(), found, 1 + variables());
            }
        }
        return null;
    }

    private int variables() {
        return (int) steps.stream().filter(s -> s.place() >= 0).count();
    }

    /// Computes the variables and asks the conditions.
    Decision decide(Match match) {
        for (var step : steps) {
            try {
                var value = step.expression().value(match.query(), match.variables());
                if (step.place() >= 0) {
                    match.set(step, value);
                } else if (!Boolean.TRUE.equals(value)) {
                    return Decision.NO_MATCH;
                }
            } catch (ValueException _) {
                return Decision.FAILED;
            }
        }
        return Decision.MATCH;
    }
}
