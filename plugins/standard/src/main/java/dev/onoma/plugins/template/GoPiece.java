package dev.onoma.plugins.template;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// A part of a template that is a text, or a field as it is: `{{ .Name }}`, `{{ .Group.a }}`, `{{
/// index .Match 1 }}`.
///
/// @param text if it is no field
/// @param field empty for a text
/// @param key of what the field has, empty for the field itself
record GoPiece(String text, String field, Object key) {
    /// The parts of a template, or null if it has others.
    static @Nullable List<GoPiece> of(GoNode.Body body) {
        var pieces = new ArrayList<GoPiece>();
        for (var node : body.nodes()) {
            var piece =
                    switch (node) {
                        case GoNode.Text(var text) -> new GoPiece(text, "", "");
                        case GoNode.Print(var pipe) -> of(pipe);
                        case GoNode.Branch _, GoNode.Jump _, GoNode.Call _ -> null;
                    };
            if (piece == null) {
                return null;
            }
            pieces.add(piece);
        }
        return pieces;
    }

    private static @Nullable GoPiece of(GoNode.Pipe pipe) {
        if (!pipe.variables().isEmpty() || pipe.commands().size() != 1) {
            return null;
        }
        var operands = pipe.commands().getFirst().operands();
        if (operands.size() == 1) {
            var names = names(operands.getFirst());
            return switch (names.size()) {
                case 1 -> new GoPiece("", names.getFirst(), "");
                case 2 -> new GoPiece("", names.getFirst(), names.getLast());
                default -> null;
            };
        }
        boolean index =
                operands.size() == 3
                        && operands.get(0) instanceof GoNode.Function(var function)
                        && function.equals("index");
        var names = index ? names(operands.get(1)) : List.<String>of();
        return names.size() == 1 && operands.get(2) instanceof GoNode.Literal(var key)
                ? new GoPiece("", names.getFirst(), key)
                : null;
    }

    private static List<String> names(GoNode.Operand operand) {
        return operand instanceof GoNode.Fields(var of, var names) && of instanceof GoNode.Dot
                ? names
                : List.of();
    }

    /// Its text for some data, or null if that is not so simple.
    @Nullable String in(GoTemplate.Data data) {
        return field.isEmpty() ? text : data.text(field, key);
    }
}
