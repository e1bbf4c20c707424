package dev.onoma.plugins.template;

import dev.onoma.plugins.template.GoLexer.Token;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Makes the nodes of a template.
final class GoParser {
    private final List<Token> tokens;
    private final Map<String, GoNode.Body> templates = new HashMap<>();
    private final List<String> variables = new ArrayList<>(List.of("$"));
    private int loops;
    private int at;

    private GoParser(List<Token> tokens) {
        this.tokens = tokens;
    }

    /// @param templates those that the text defines, by name
    record Parsed(GoNode.Body body, Map<String, GoNode.Body> templates) {
        Parsed {
            templates = Map.copyOf(templates);
        }
    }

    /// @throws GoException if the text is no template
    static Parsed parse(String text) {
        var parser = new GoParser(GoLexer.tokens(text));
        try {
            var body = parser.body();
            if (parser.token().type() != GoLexer.Type.END) {
                throw new GoException(
                        "unexpected {{" + parser.tokens.get(parser.at + 1).text() + "}}");
            }
            return new Parsed(body, parser.templates);
        } catch (StackOverflowError _) {
            throw new GoException("the template nests too deeply");
        }
    }

    private Token token() {
        return tokens.get(at);
    }

    private Token take() {
        var token = tokens.get(at);
        at += token.type() == GoLexer.Type.END ? 0 : 1;
        return token;
    }

    private boolean skip(String sign) {
        boolean found = token().is(sign);
        at += found ? 1 : 0;
        return found;
    }

    private void expectClose(String context) {
        if (take().type() != GoLexer.Type.CLOSE) {
            at--;
            throw unexpected(context);
        }
    }

    private GoException unexpected(String context) {
        var token = token();
        return new GoException(
                token.type() == GoLexer.Type.END || token.type() == GoLexer.Type.TEXT
                        ? "unexpected EOF"
                        : "unexpected <%s> in %s".formatted(token.text(), context));
    }

    /// Up to `end`, `else` or the end of the text, which stay the next words.
    private GoNode.Body body() {
        var nodes = new ArrayList<GoNode>();
        while (true) {
            var token = token();
            if (token.type() == GoLexer.Type.TEXT) {
                nodes.add(new GoNode.Text(take().text()));
            } else if (token.type() == GoLexer.Type.END || isAhead("end") || isAhead("else")) {
                return new GoNode.Body(nodes);
            } else {
                at++;
                action(nodes);
            }
        }
    }

    private boolean isAhead(String name) {
        return tokens.get(at + 1).isName(name);
    }

    private void action(List<GoNode> nodes) {
        var word = token();
        if (word.type() == GoLexer.Type.NAME) {
            switch (word.text()) {
                case "if", "with", "range" -> {
                    at++;
                    nodes.add(branch(word.text()));
                    return;
                }
                case "break", "continue" -> {
                    at++;
                    nodes.add(jump(word.text()));
                    return;
                }
                case "define" -> {
                    at++;
                    define();
                    return;
                }
                case "template", "block" -> {
                    at++;
                    nodes.add(call(word.text()));
                    return;
                }
                default -> {}
            }
        }
        nodes.add(new GoNode.Print(pipe("command")));
        expectClose("command");
    }

    private GoNode branch(String word) {
        int scope = variables.size();
        var pipe = pipe(word);
        expectClose(word);
        loops += word.equals("range") ? 1 : 0;
        var then = body();
        loops -= word.equals("range") ? 1 : 0;
        var otherwise = otherwise(word);
        while (variables.size() > scope) {
            variables.removeLast();
        }
        return new GoNode.Branch(word, pipe, then, otherwise);
    }

    private GoNode.Body otherwise(String word) {
        if (token().type() == GoLexer.Type.END) {
            throw new GoException("unexpected EOF");
        }
        at++;
        if (take().isName("end")) {
            expectClose("end");
            return new GoNode.Body(List.of());
        }
        // {{else if x}} is {{else}}{{if x}} with one end.
        if (token().isName(word) && !word.equals("range")) {
            at++;
            return new GoNode.Body(List.of(branch(word)));
        }
        expectClose("else");
        var body = body();
        end("else");
        return body;
    }

    private void end(String context) {
        if (token().type() == GoLexer.Type.END) {
            throw new GoException("unexpected EOF");
        }
        at++;
        if (!take().isName("end")) {
            at--;
            throw unexpected(context);
        }
        expectClose("end");
    }

    private GoNode jump(String word) {
        if (loops == 0) {
            throw new GoException("{{" + word + "}} outside {{range}}");
        }
        expectClose(word);
        return new GoNode.Jump(word);
    }

    private String templateName(String context) {
        if (token().type() != GoLexer.Type.STRING) {
            throw unexpected(context);
        }
        return take().text();
    }

    private void define() {
        var name = templateName("define clause");
        expectClose("define clause");
        templates.put(name, body());
        end("define clause");
    }

    private GoNode call(String word) {
        var name = templateName(word + " clause");
        var pipe = token().type() == GoLexer.Type.CLOSE ? null : pipe(word + " clause");
        expectClose(word + " clause");
        if (word.equals("block")) {
            templates.put(name, body());
            end("block clause");
        }
        return new GoNode.Call(name, pipe);
    }

    private GoNode.Pipe pipe(String context) {
        var declared = new ArrayList<String>();
        boolean declares = false;
        int assignment = assignment();
        if (assignment > 0) {
            declares = tokens.get(assignment).is(":=");
            while (at < assignment) {
                declared.add(take().text());
                var _ = skip(",");
            }
            at = assignment + 1;
        }
        var commands = new ArrayList<GoNode.Command>();
        do {
            commands.add(command(context));
        } while (skip("|"));
        for (var name : declared) {
            if (declares) {
                variables.add(name);
            } else {
                known(name);
            }
        }
        return new GoNode.Pipe(declared, declares, commands);
    }

    // Where `:=` or `=` stands behind one or two variables, or 0.
    private int assignment() {
        int i = at;
        if (tokens.get(i).type() != GoLexer.Type.VARIABLE) {
            return 0;
        }
        i++;
        if (tokens.get(i).is(",") && tokens.get(i + 1).type() == GoLexer.Type.VARIABLE) {
            i += 2;
        }
        return tokens.get(i).is(":=") || tokens.get(i).is("=") ? i : 0;
    }

    private void known(String variable) {
        if (!variables.contains(variable)) {
            throw new GoException("undefined variable \"" + variable + "\"");
        }
    }

    private GoNode.Command command(String context) {
        var operands = new ArrayList<GoNode.Operand>();
        for (var operand = operand(); operand != null; operand = operand()) {
            operands.add(operand);
        }
        if (operands.isEmpty()) {
            if (token().type() == GoLexer.Type.CLOSE || token().is("|") || token().is(")")) {
                throw new GoException("missing value for " + context);
            }
            throw unexpected(context);
        }
        return new GoNode.Command(operands);
    }

    private GoNode.@Nullable Operand operand() {
        var token = token();
        GoNode.Operand operand =
                switch (token.type()) {
                    case DOT -> new GoNode.Dot();
                    case FIELD -> new GoNode.Fields(new GoNode.Dot(), List.of(token.text()));
                    case VARIABLE -> {
                        known(token.text());
                        yield new GoNode.Variable(token.text());
                    }
                    case STRING -> new GoNode.Literal(token.text());
                    case NUMBER -> new GoNode.Literal(number(token.text()));
                    case NAME -> name(token.text());
                    case SIGN -> token.text().equals("(") ? inner() : null;
                    case TEXT, OPEN, CLOSE, END -> null;
                };
        if (operand == null) {
            return null;
        }
        at++;
        return fields(operand);
    }

    // The closing parenthesis stays the current word.
    private GoNode.Operand inner() {
        at++;
        var pipe = pipe("parenthesized pipeline");
        if (!token().is(")")) {
            throw new GoException("unclosed left paren");
        }
        return new GoNode.Inner(pipe);
    }

    private GoNode.Operand fields(GoNode.Operand operand) {
        var names = new ArrayList<String>();
        while (token().type() == GoLexer.Type.FIELD && !token().spaced()) {
            names.add(take().text());
        }
        if (names.isEmpty()) {
            return operand;
        }
        if (operand instanceof GoNode.Fields(var of, var before)) {
            names.addAll(0, before);
            return new GoNode.Fields(of, names);
        }
        return new GoNode.Fields(operand, names);
    }

    private static GoNode.Operand name(String name) {
        return switch (name) {
            case "true", "false" -> new GoNode.Literal(Boolean.valueOf(name));
            case "nil" -> new GoNode.Literal(GoText.NIL);
            default -> {
                if (!GoFunctions.NAMES.contains(name)) {
                    throw new GoException("function \"" + name + "\" not defined");
                }
                yield new GoNode.Function(name);
            }
        };
    }

    private static Object number(String text) {
        try {
            var plain = text.replace("_", "");
            boolean whole = plain.matches("[+-]?(0[xX][0-9a-fA-F]+|[0-9]+)");
            return whole ? (Object) Long.decode(plain) : (Object) Double.valueOf(plain);
        } catch (NumberFormatException _) {
            throw new GoException("bad number syntax: \"" + text + "\"");
        }
    }
}
