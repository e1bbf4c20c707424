package dev.onoma.plugins.log;

import dev.onoma.api.NameKey;
import dev.onoma.format.QueryFormat;
import java.util.EnumSet;
import java.util.Set;

/// How the queries for the names under one name are logged.
final class LogRule {
    private final NameKey scope;
    private final QueryFormat format;
    private final Set<LogClass> classes;
    private final boolean isAll;

    LogRule(NameKey scope, QueryFormat format, EnumSet<LogClass> classes) {
        this.scope = scope;
        this.format = format;
        this.classes = EnumSet.copyOf(classes);
        isAll = classes.size() == LogClass.values().length;
    }

    boolean isFor(NameKey name) {
        return name.isUnder(scope);
    }

    QueryFormat format() {
        return format;
    }

    /// Whether the kind of response must be known.
    boolean needsKind() {
        return !isAll || format.hasMetadata();
    }

    boolean wants(ResponseKind kind) {
        return isAll || classes.contains(kind.logClass());
    }
}
