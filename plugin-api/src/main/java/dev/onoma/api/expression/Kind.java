package dev.onoma.api.expression;

import java.util.Locale;

/// What is known about a value before there is a query.
enum Kind {
    BOOL,
    INT,
    FLOAT,
    STRING,
    LIST,
    MAP,
    DURATION,
    TIME,
    NIL,
    ANY;

    boolean isNumber() {
        return this == INT || this == FLOAT;
    }

    /// Whether a value of this kind may be one of that kind.
    boolean maybe(Kind other) {
        return this == other || this == ANY || other == ANY;
    }

    boolean maybeNumber() {
        return isNumber() || this == ANY;
    }

    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
