package dev.onoma.plugins.template;

import java.util.ArrayDeque;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// A Go text template, compiled once and executed for each query that matches.
final class GoTemplate {
    private static final int OUTPUT_LENGTH_MAX = 65_535;
    private static final int DEPTH_MAX = 100;

    private final String name;
    private final GoParser.Parsed parsed;
    private final @Nullable List<GoPiece> pieces;

    /// The value that a template begins with: fields and methods by name.
    interface Data {
        /// The value of a field, or of a method with these arguments; null if there is none.
        @Nullable Object field(String name, Object[] arguments);

        /// The text of a field, or of what a field has under a key, without the long way; null if
        /// that is to be gone.
        ///
        /// @param key empty for the field itself
        default @Nullable String text(String field, Object key) {
            return null;
        }

        /// What Go calls the type, for messages.
        String typeName();
    }

    private GoTemplate(String name, GoParser.Parsed parsed) {
        this.name = name;
        this.parsed = parsed;
        pieces = GoPiece.of(parsed.body());
    }

    /// @param name for messages
    /// @throws GoException if the text is no template
    static GoTemplate parse(String name, String text) {
        return new GoTemplate(name, GoParser.parse(text));
    }

    /// Whether the result is always the same.
    boolean isConstant() {
        return parsed.body().nodes().stream().allMatch(GoNode.Text.class::isInstance);
    }

    /// @throws GoException if it has no result for this data
    String execute(Data data) {
        var quick = quick(data);
        if (quick != null) {
            return quick;
        }
        var run = new Run(parsed.templates(), data);
        try {
            run.body(parsed.body(), data);
        } catch (GoException e) {
            throw new GoException("template: " + name + ": " + e.getMessage());
        }
        return run.output.toString();
    }

    /// The result if the template only puts texts and fields in a row, as most do; null if it has
    /// more to it.
    @Nullable String quick(Data data) {
        if (pieces == null) {
            return null;
        }
        var text = new StringBuilder(128);
        for (int i = 0; i < pieces.size(); i++) {
            var piece = pieces.get(i).in(data);
            if (piece == null || text.length() + piece.length() > OUTPUT_LENGTH_MAX) {
                return null;
            }
            text.append(piece);
        }
        return text.toString();
    }

    /// How Go writes the template.
    @Override
    public String toString() {
        return parsed.body().toString();
    }

    /// One execution.
    private static final class Run {
        private final Map<String, GoNode.Body> templates;
        private final StringBuilder output = new StringBuilder();
        private final ArrayDeque<Variable> variables = new ArrayDeque<>();
        private @Nullable String jump;
        private int depth;

        /// A variable and its value, which may change.
        private static final class Variable {
            private final String name;
            private Object value;

            Variable(String name, Object value) {
                this.name = name;
                this.value = value;
            }
        }

        Run(Map<String, GoNode.Body> templates, Object data) {
            this.templates = templates;
            variables.push(new Variable("$", data));
        }

        void body(GoNode.Body body, Object dot) {
            for (var node : body.nodes()) {
                if (jump != null) {
                    return;
                }
                node(node, dot);
            }
        }

        private void node(GoNode node, Object dot) {
            switch (node) {
                case GoNode.Text(var text) -> write(text);
                case GoNode.Print(var pipe) -> {
                    var value = pipe(pipe, dot);
                    if (pipe.variables().isEmpty()) {
                        write(GoText.of(value));
                    }
                }
                case GoNode.Branch branch -> branch(branch, dot);
                case GoNode.Jump(var word) -> jump = word;
                case GoNode.Call(var called, var pipe) -> call(called, pipe, dot);
            }
        }

        private void write(String text) {
            if (output.length() + text.length() > OUTPUT_LENGTH_MAX) {
                throw new GoException("the result is longer than " + OUTPUT_LENGTH_MAX);
            }
            output.append(text);
        }

        private void call(String called, GoNode.@Nullable Pipe pipe, Object dot) {
            var body = templates.get(called);
            if (body == null) {
                throw new GoException("template " + GoText.quote(called) + " not defined");
            }
            if (++depth > DEPTH_MAX) {
                throw new GoException("exceeded maximum template depth (" + DEPTH_MAX + ")");
            }
            var value = pipe == null ? GoText.NIL : pipe(pipe, dot);
            int scope = variables.size();
            variables.push(new Variable("$", value));
            body(body, value);
            forget(scope);
            depth--;
        }

        private void forget(int scope) {
            while (variables.size() > scope) {
                variables.pop();
            }
        }

        private void branch(GoNode.Branch branch, Object dot) {
            int scope = variables.size();
            var value = pipe(branch.pipe(), dot);
            if (branch.word().equals("range")) {
                range(branch, value, dot);
            } else if (GoFunctions.isTrue(value)) {
                body(branch.then(), branch.word().equals("with") ? value : dot);
            } else {
                body(branch.otherwise(), dot);
            }
            forget(scope);
        }

        private void range(GoNode.Branch branch, Object value, Object dot) {
            var items =
                    switch (value) {
                        case List<?> list -> list;
                        case Map<?, ?> map -> map.keySet().stream().sorted().toList();
                        case Long count ->
                                java.util.stream.LongStream.range(
                                                0, Math.min(count, OUTPUT_LENGTH_MAX))
                                        .boxed()
                                        .toList();
                        default -> {
                            if (value == GoText.NIL) {
                                yield List.of();
                            }
                            throw new GoException("range can't iterate over " + GoText.of(value));
                        }
                    };
            if (items.isEmpty()) {
                body(branch.otherwise(), dot);
            }
            var names = branch.pipe().variables();
            for (int i = 0; i < items.size() && !"break".equals(jump); i++) {
                jump = null;
                var key = value instanceof Map<?, ?> ? items.get(i) : (Object) (long) i;
                var item =
                        value instanceof Map<?, ?> map
                                ? orNil(map.get(items.get(i)))
                                : items.get(i);
                int scope = variables.size();
                if (names.size() == 1) {
                    variables.push(new Variable(names.getFirst(), item));
                } else if (names.size() == 2) {
                    variables.push(new Variable(names.getFirst(), key));
                    variables.push(new Variable(names.getLast(), item));
                }
                body(branch.then(), item);
                forget(scope);
            }
            jump = null;
        }

        private static Object orNil(@Nullable Object value) {
            return value == null ? GoText.NIL : value;
        }

        private Object pipe(GoNode.Pipe pipe, Object dot) {
            Object value = null;
            for (var command : pipe.commands()) {
                value = command(command, dot, value);
            }
            var result = orNil(value);
            for (var variable : pipe.variables()) {
                if (pipe.declares()) {
                    variables.push(new Variable(variable, result));
                } else {
                    variable(variable).value = result;
                }
            }
            return result;
        }

        private Variable variable(String wanted) {
            for (var variable : variables) {
                if (variable.name.equals(wanted)) {
                    return variable;
                }
            }
            throw new GoException("undefined variable: " + wanted);
        }

        /// @param piped what the command before has made; the last argument
        private Object command(GoNode.Command command, Object dot, @Nullable Object piped) {
            var first = command.operands().getFirst();
            if (first instanceof GoNode.Function(var function)) {
                return function(function, command, dot, piped);
            }
            var rest = arguments(command, dot, piped);
            if (first instanceof GoNode.Fields fields) {
                return fields(fields, dot, rest);
            }
            if (rest.length > 0) {
                throw new GoException("can't give argument to non-function " + first);
            }
            return operand(first, dot);
        }

        private Object[] arguments(GoNode.Command command, Object dot, @Nullable Object piped) {
            int given = command.operands().size() - 1;
            var values = new Object[given + (piped == null ? 0 : 1)];
            for (int i = 0; i < given; i++) {
                values[i] = operand(command.operands().get(i + 1), dot);
            }
            if (piped != null) {
                values[given] = piped;
            }
            return values;
        }

        private Object function(
                String function, GoNode.Command command, Object dot, @Nullable Object piped) {
            if (!function.equals("and") && !function.equals("or")) {
                return GoFunctions.call(function, arguments(command, dot, piped));
            }
            boolean stopsAt = function.equals("or");
            Object value = null;
            for (int i = 1; i < command.operands().size(); i++) {
                value = operand(command.operands().get(i), dot);
                if (GoFunctions.isTrue(value) == stopsAt) {
                    return value;
                }
            }
            value = piped == null ? value : piped;
            if (value == null) {
                throw new GoException(
                        "wrong number of args for " + function + ": want at least 1 got 0");
            }
            return value;
        }

        private Object operand(GoNode.Operand operand, Object dot) {
            return switch (operand) {
                case GoNode.Literal(var value) -> value;
                case GoNode.Dot _ -> dot;
                case GoNode.Variable(var variable) -> variable(variable).value;
                case GoNode.Inner(var pipe) -> pipe(pipe, dot);
                case GoNode.Function(var function) -> GoFunctions.call(function, new Object[0]);
                case GoNode.Fields fields -> fields(fields, dot, new Object[0]);
            };
        }

        private Object fields(GoNode.Fields fields, Object dot, Object[] arguments) {
            var value = operand(fields.of(), dot);
            var names = fields.names();
            for (int i = 0; i < names.size(); i++) {
                boolean last = i == names.size() - 1;
                value = field(value, names.get(i), last ? arguments : new Object[0]);
            }
            return value;
        }

        private static Object field(Object of, String name, Object[] arguments) {
            var value =
                    switch (of) {
                        case Data data -> data.field(name, arguments);
                        case Map<?, ?> map -> map.containsKey(name) ? map.get(name) : GoText.NIL;
                        default -> null;
                    };
            if (value == null) {
                var type = of instanceof Data data ? data.typeName() : GoText.kind(of);
                throw new GoException("can't evaluate field %s in type %s".formatted(name, type));
            }
            if (arguments.length > 0 && !(of instanceof Data)) {
                throw new GoException(name + " has arguments but cannot be invoked as function");
            }
            return value;
        }
    }
}
