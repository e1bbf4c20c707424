package dev.onoma.plugins.template;

import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// A part of a template. Its text is how Go writes it, which is the label of metrics.
sealed interface GoNode {
    record Text(String text) implements GoNode {
        @Override
        public String toString() {
            return text;
        }
    }

    record Print(Pipe pipe) implements GoNode {
        @Override
        public String toString() {
            return "{{" + pipe + "}}";
        }
    }

    /// `if`, `with` and `range`.
    record Branch(String word, Pipe pipe, Body then, Body otherwise) implements GoNode {
        @Override
        public String toString() {
            var rest = otherwise.nodes().isEmpty() ? "" : "{{else}}" + otherwise;
            return "{{" + word + " " + pipe + "}}" + then + rest + "{{end}}";
        }
    }

    /// `break` and `continue`.
    record Jump(String word) implements GoNode {
        @Override
        public String toString() {
            return "{{" + word + "}}";
        }
    }

    record Call(String name, @Nullable Pipe pipe) implements GoNode {
        @Override
        public String toString() {
            return "{{template " + GoText.quote(name) + (pipe == null ? "" : " " + pipe) + "}}";
        }
    }

    record Body(List<GoNode> nodes) {
        public Body {
            nodes = List.copyOf(nodes);
        }

        @Override
        public String toString() {
            return nodes.stream().map(GoNode::toString).collect(Collectors.joining());
        }
    }

    /// `$x := A | B`.
    ///
    /// @param declares whether `:=` and not `=`
    record Pipe(List<String> variables, boolean declares, List<Command> commands) {
        public Pipe {
            variables = List.copyOf(variables);
            commands = List.copyOf(commands);
        }

        @Override
        public String toString() {
            var value = commands.stream().map(Command::toString).collect(Collectors.joining(" | "));
            return variables.isEmpty()
                    ? value
                    : String.join(", ", variables) + (declares ? " := " : " = ") + value;
        }
    }

    /// Something and its arguments.
    record Command(List<Operand> operands) {
        public Command {
            operands = List.copyOf(operands);
        }

        @Override
        public String toString() {
            return operands.stream().map(Operand::toString).collect(Collectors.joining(" "));
        }
    }

    /// What stands in a command.
    sealed interface Operand {}

    record Literal(Object value) implements Operand {
        @Override
        public String toString() {
            return value instanceof String text ? GoText.quote(text) : GoText.of(value);
        }
    }

    record Dot() implements Operand {
        @Override
        public String toString() {
            return ".";
        }
    }

    record Function(String name) implements Operand {
        @Override
        public String toString() {
            return name;
        }
    }

    /// Fields of the dot, of a variable, or of a value in parentheses.
    record Fields(Operand of, List<String> names) implements Operand {
        public Fields {
            names = List.copyOf(names);
        }

        @Override
        public String toString() {
            return (of instanceof Dot ? "" : of.toString()) + "." + String.join(".", names);
        }
    }

    record Variable(String name) implements Operand {
        @Override
        public String toString() {
            return name;
        }
    }

    record Inner(Pipe pipe) implements Operand {
        @Override
        public String toString() {
            return "(" + pipe + ")";
        }
    }
}
