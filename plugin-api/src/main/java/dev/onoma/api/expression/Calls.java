package dev.onoma.api.expression;

import java.util.List;

/// Calls of functions: of a query, of the language, and those that a plugin adds.
final class Calls {
    private Calls() {}

    static Node call(Token name, List<Node> arguments, Scope scope) {
        var ofQuery = QueryFunctions.find(name.text());
        if (ofQuery != null) {
            count(name, arguments, ofQuery.parameters(), ofQuery.parameters());
            return ofQuery.node(name, arguments);
        }
        var extra = scope.extra(name.text());
        if (extra != null) {
            count(name, arguments, 1, 1);
            var argument = arguments.getFirst();
            return Node.of(
                    Kind.STRING, f -> extra.call().value(f.query, f.variables, argument.value(f)));
        }
        var builtin = Builtins.find(name.text());
        if (builtin == null) {
            throw new ExpressionException("unknown name " + name.text(), name.at());
        }
        return builtin(name, arguments, builtin, scope);
    }

    private static void count(Token name, List<Node> arguments, int min, int max) {
        if (arguments.size() < min) {
            throw new ExpressionException("not enough arguments to call " + name.text(), name.at());
        }
        if (arguments.size() > max) {
            throw new ExpressionException("too many arguments to call " + name.text(), name.at());
        }
    }

    private static Node builtin(
            Token name, List<Node> arguments, Builtins.Builtin builtin, Scope scope) {
        count(name, arguments, builtin.min(), builtin.max());
        for (int i = 0; i < arguments.size(); i++) {
            var kind = arguments.get(i).kind();
            if (!builtin.takes(i, kind)) {
                throw new ExpressionException(
                        "invalid argument for %s (type %s)".formatted(name.text(), kind),
                        name.at());
            }
        }
        if (name.text().equals("now")) {
            var time = scope.time();
            return Node.of(Kind.TIME, _ -> Builtins.now(time));
        }
        var nodes = arguments.toArray(Node[]::new);
        return Node.of(
                builtin.result(),
                f -> {
                    var values = new Object[nodes.length];
                    for (int i = 0; i < nodes.length; i++) {
                        values[i] = nodes[i].value(f);
                    }
                    return builtin.work().value(values);
                });
    }
}
