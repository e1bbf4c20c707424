package dev.onoma.api.expression;

import dev.onoma.api.Query;

/// What one evaluation knows: the query, the variables of the scope, and its own.
final class Frame {
    private static final Object[] NONE = {};

    final Query query;
    final Object[] variables;
    final Object[] locals;

    Frame(Query query, Object[] variables, int slots) {
        this.query = query;
        this.variables = variables;
        locals = slots == 0 ? NONE : new Object[slots];
    }
}
