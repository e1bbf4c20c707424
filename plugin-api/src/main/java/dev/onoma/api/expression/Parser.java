package dev.onoma.api.expression;

import dev.onoma.api.expression.Expression.Nil;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Makes nodes of words: precedence climbing, with kinds checked on the way up.
final class Parser {
    private static final int NOT = 50;
    private static final int SIGN = 90;

    private final Scope scope;
    private final List<Token> tokens;
    private final ArrayDeque<Map<String, Local>> blocks = new ArrayDeque<>();
    private final ArrayDeque<Closure> closures = new ArrayDeque<>();
    private int at;
    private int slots;

    /// A variable of the expression's own.
    private record Local(int slot, Kind kind) {}

    /// The places of what a predicate is about.
    record Closure(int item, int index, int accumulated) {}

    Parser(String text, Scope scope) {
        this.scope = scope;
        tokens = Lexer.tokens(text);
    }

    /// How many places for values of its own the expression needs.
    int slots() {
        return slots;
    }

    Node parse() {
        var node = sequence("");
        if (token().type() != Token.Type.END) {
            throw unexpected();
        }
        return node;
    }

    // ---- words

    private Token token() {
        return tokens.get(at);
    }

    private Token take() {
        var token = tokens.get(at);
        if (token.type() != Token.Type.END) {
            at++;
        }
        return token;
    }

    private boolean skip(String operator) {
        if (token().is(operator)) {
            at++;
            return true;
        }
        return false;
    }

    private void expect(String operator) {
        if (!skip(operator)) {
            throw unexpected();
        }
    }

    private ExpressionException unexpected() {
        return new ExpressionException("unexpected token " + token(), token().at());
    }

    // ---- statements

    /// Expressions with `;` between them, of which the last is the value.
    private Node sequence(String end) {
        if (!end.isEmpty() && token().is(end)) {
            throw new ExpressionException("empty sequence expression", token().at());
        }
        blocks.push(new HashMap<>());
        var node = expression(0);
        while (skip(";")) {
            if (token().type() == Token.Type.END || !end.isEmpty() && token().is(end)) {
                break;
            }
            var before = node;
            var last = expression(0);
            node =
                    Node.of(
                            last.kind(),
                            frame -> {
                                var _ = before.value(frame);
                                return last.value(frame);
                            });
        }
        blocks.pop();
        return node;
    }

    private Node let() {
        at++;
        var name = take();
        if (name.type() != Token.Type.NAME) {
            throw new ExpressionException("unexpected token " + name, name.at());
        }
        if (scope.isReserved(name.text())
                || scope.variable(name.text()) >= 0
                || local(name.text()) != null) {
            throw new ExpressionException("cannot redeclare " + name.text(), name.at());
        }
        expect("=");
        var value = expression(0);
        expect(";");
        int slot = slots++;
        current().put(name.text(), new Local(slot, value.kind()));
        var body = sequence("}");
        return Node.of(
                body.kind(),
                frame -> {
                    frame.locals[slot] = value.value(frame);
                    return body.value(frame);
                });
    }

    private Map<String, Local> current() {
        return blocks.element();
    }

    private @Nullable Local local(String name) {
        for (var block : blocks) {
            var found = block.get(name);
            if (found != null) {
                return found;
            }
        }
        return null;
    }

    private Node conditional() {
        at++;
        int begin = token().at();
        var condition = expression(0);
        expect("{");
        var yes = sequence("}");
        expect("}");
        if (!token().isName("else")) {
            throw unexpected();
        }
        at++;
        Node no;
        if (token().isName("if")) {
            no = conditional();
        } else {
            expect("{");
            no = sequence("}");
            expect("}");
        }
        return choose(condition, yes, no, begin);
    }

    private static Node choose(Node condition, Node yes, Node no, int begin) {
        if (!condition.kind().maybe(Kind.BOOL)) {
            throw new ExpressionException(
                    "non-bool expression (type " + condition.kind() + ") used as condition", begin);
        }
        var kind = yes.kind() == no.kind() ? yes.kind() : Kind.ANY;
        return Node.of(
                kind,
                frame -> Values.truth(condition.value(frame)) ? yes.value(frame) : no.value(frame));
    }

    // ---- operators

    Node expression(int level) {
        if (level == 0 && token().isName("let")) {
            return let();
        }
        if (level == 0 && token().isName("if")) {
            return conditional();
        }
        var left = unary();
        var previous = "";
        while (token().type() == Token.Type.OPERATOR) {
            var operator = token();
            boolean negated = operator.is("not");
            if (negated) {
                operator = tokens.get(at + 1);
                if (!Operators.NEGATABLE.contains(operator.text())) {
                    throw unexpected();
                }
            }
            var binding = Operators.PRECEDENCE.get(operator.text());
            if (binding == null || binding < level) {
                break;
            }
            at += negated ? 2 : 1;
            checkCoalescing(previous, operator);
            left = binary(left, operator, binding);
            left = negated ? Operators.not(left, operator.at()) : left;
            previous = operator.text();
        }
        return level == 0 ? ternary(left) : left;
    }

    private void checkCoalescing(String previous, Token operator) {
        if (previous.equals("??") && !operator.is("??") && !tokens.get(at - 2).is(")")) {
            throw new ExpressionException(
                    "Operator ("
                            + operator.text()
                            + ") and coalesce expressions (??) cannot be mixed. Wrap either by parentheses.",
                    operator.at());
        }
    }

    private Node binary(Node left, Token operator, int binding) {
        if (operator.is("|")) {
            var name = take();
            if (name.type() != Token.Type.NAME) {
                throw new ExpressionException("unexpected token " + name, name.at());
            }
            return postfix(call(name, left), name.at());
        }
        boolean toTheRight = binding == Operators.POWER;
        var right = expression(toTheRight ? binding : binding + 1);
        if (!Operators.COMPARISONS.contains(operator.text())) {
            return Operators.binary(operator, left, right);
        }
        var all = Operators.binary(operator, left, right);
        // 1 < x < 3 is 1 < x and x < 3.
        while (Operators.COMPARISONS.contains(token().text())
                && token().type() == Token.Type.OPERATOR) {
            var next = take();
            var third = expression(binding + 1);
            var one = all;
            var other = Operators.binary(next, right, third);
            all = Node.test(frame -> one.holds(frame) && other.holds(frame));
            right = third;
        }
        return all;
    }

    private Node ternary(Node condition) {
        int begin = token().at();
        if (!skip("?")) {
            return condition;
        }
        if (skip(":")) {
            var other = expression(0);
            return choose(condition, condition, other, begin);
        }
        var yes = expression(0);
        expect(":");
        return choose(condition, yes, expression(0), begin);
    }

    private Node unary() {
        var token = token();
        if (skip("not") || skip("!")) {
            return Operators.not(expression(NOT), token.at());
        }
        if (skip("-") || skip("+")) {
            return postfix(Operators.sign(token, expression(SIGN)), token.at());
        }
        if (skip("(")) {
            var inner = sequence(")");
            expect(")");
            return postfix(inner, token.at());
        }
        return primary();
    }

    private Node primary() {
        var token = token();
        if (!closures.isEmpty() && (token.is("#") || token.is("."))) {
            return postfix(pointer(closures.element()), token.at());
        }
        at++;
        var node =
                switch (token.type()) {
                    case NUMBER ->
                            Node.constant(
                                    token.value() instanceof Long ? Kind.INT : Kind.FLOAT,
                                    token.value());
                    case STRING -> Node.constant(Kind.STRING, token.text());
                    case BYTES -> Node.constant(Kind.STRING, Lexer.octets(token.text()));
                    case NAME -> name(token);
                    case OPERATOR -> {
                        if (token.is("[")) {
                            yield array();
                        }
                        if (token.is("{")) {
                            yield map();
                        }
                        at--;
                        throw unexpected();
                    }
                    case END -> throw new ExpressionException("unexpected token EOF", token.at());
                };
        return postfix(node, token.at());
    }

    private Node pointer(Closure closure) {
        if (skip(".")) {
            at--; // a field of the element
            return Node.of(Kind.ANY, frame -> frame.locals[closure.item()]);
        }
        at++;
        var name = token();
        boolean adjacent =
                name.type() == Token.Type.NAME && name.at() == tokens.get(at - 1).at() + 1;
        if (!adjacent) {
            return Node.of(Kind.ANY, frame -> frame.locals[closure.item()]);
        }
        at++;
        return switch (name.text()) {
            case "index" -> Node.of(Kind.INT, frame -> frame.locals[closure.index()]);
            case "acc" -> Node.of(Kind.ANY, frame -> frame.locals[closure.accumulated()]);
            default -> throw new ExpressionException("unknown pointer #" + name.text(), name.at());
        };
    }

    private Node name(Token token) {
        if (token().is("(")) {
            return call(token, null);
        }
        switch (token.text()) {
            case "true", "false" -> {
                return Node.constant(Kind.BOOL, Boolean.valueOf(token.text()));
            }
            case "nil" -> {
                return Node.constant(Kind.NIL, Nil.NIL);
            }
            default -> {}
        }
        var local = local(token.text());
        if (local != null) {
            return Node.of(local.kind(), frame -> frame.locals[local.slot()]);
        }
        int variable = scope.variable(token.text());
        if (variable >= 0) {
            return Node.of(scope.kindOf(variable), frame -> frame.variables[variable]);
        }
        if (scope.isReserved(token.text())) {
            throw new ExpressionException(
                    "%s is a function: write %s()".formatted(token.text(), token.text()),
                    token.at());
        }
        throw new ExpressionException("unknown name " + token.text(), token.at());
    }

    private Node array() {
        var items = new ArrayList<Node>();
        while (!token().is("]")) {
            items.add(expression(0));
            if (!skip(",")) {
                break;
            }
        }
        expect("]");
        return Operators.list(items);
    }

    private Node map() {
        var entries = new LinkedHashMap<Node, Node>();
        while (!token().is("}")) {
            var key = take();
            var name =
                    switch (key.type()) {
                        case NAME, STRING, NUMBER -> Node.constant(Kind.STRING, key.text());
                        case OPERATOR -> {
                            if (!key.is("(")) {
                                at--;
                                throw unexpected();
                            }
                            var computed = expression(0);
                            expect(")");
                            yield computed;
                        }
                        case BYTES, END ->
                                throw new ExpressionException(
                                        "a map key must be a quoted string, a number, a identifier, or an"
                                                + " expression enclosed in parentheses (unexpected token "
                                                + key
                                                + ")",
                                        key.at());
                    };
            expect(":");
            entries.put(name, expression(0));
            if (!skip(",")) {
                break;
            }
        }
        expect("}");
        return Operators.map(entries);
    }

    // ---- calls and members

    private Node call(Token name, @Nullable Node piped) {
        var arguments = new ArrayList<Node>();
        if (piped != null) {
            arguments.add(piped);
        }
        expect("(");
        var closure =
                Closures.NAMES.contains(name.text())
                        ? new Closure(slots, slots + 1, slots + 2)
                        : null;
        if (closure != null) {
            slots += 3;
        }
        while (!token().is(")")) {
            arguments.add(
                    closure != null && arguments.size() == 1 ? predicate(closure) : expression(0));
            if (!skip(",")) {
                break;
            }
        }
        expect(")");
        return closure != null
                ? Closures.call(name, arguments, closure)
                : Calls.call(name, arguments, scope);
    }

    private Node predicate(Closure closure) {
        closures.push(closure);
        boolean braces = skip("{");
        var body = braces ? sequence("}") : expression(0);
        if (braces) {
            expect("}");
        }
        closures.pop();
        return body;
    }

    private Node postfix(Node base, int begin) {
        var node = base;
        while (true) {
            var token = token();
            if (skip(".") || skip("?.")) {
                boolean optional = token.is("?.");
                node = optional && skip("[") ? index(node, true, begin) : member(node, optional);
            } else if (skip("[")) {
                node = index(node, false, begin);
            } else {
                return node;
            }
        }
    }

    private Node member(Node base, boolean optional) {
        var name = take();
        boolean word = name.type() == Token.Type.NAME || Lexer.WORDS.contains(name.text());
        if (!word) {
            throw new ExpressionException("expected name", name.at());
        }
        if (!skip("(")) {
            return Members.field(base, name, optional);
        }
        var arguments = new ArrayList<Node>();
        while (!token().is(")")) {
            arguments.add(expression(0));
            if (!skip(",")) {
                break;
            }
        }
        expect(")");
        return Members.method(base, name, arguments);
    }

    private Node index(Node base, boolean optional, int begin) {
        Node from = null;
        if (!token().is(":")) {
            from = expression(0);
        }
        if (skip(":")) {
            Node to = token().is("]") ? null : expression(0);
            expect("]");
            return Members.slice(base, from, to, begin);
        }
        expect("]");
        if (from == null) {
            throw unexpected();
        }
        return Members.index(base, from, optional, begin);
    }
}
